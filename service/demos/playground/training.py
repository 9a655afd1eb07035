"""Playground runs from their parameters and seed to their curves: one alone, or many side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.playground.cost import MAX_RECORDS
from service.demos.playground.data import Points, inputs, training_and_test
from service.demos.playground.engine import PENALTIES, evaluate, gradient, train
from service.demos.playground.lane_vectors import LANES
from service.demos.playground.net import (
    FIRST_BIAS,
    Net,
    Rule,
    Samples,
    Sums,
    Training,
    count_weights,
    layer_widths,
    new_net,
    samples_side_by_side,
    side_by_side,
    start_training,
)
from service.demos.playground.seedrandom import SeedRandom

Parameters: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Start:
    """A run before its first epoch."""

    net: Net
    train: Points
    test: Points
    train_samples: Samples
    test_samples: Samples


@dataclass(frozen=True)
class Curves:
    """What was measured at some epochs, the first and the last among them; rows are epochs, columns are runs."""

    epochs: Ints  # (records,)
    train_loss: Floats  # (records, runs)
    test_loss: Floats
    train_accuracy: Floats
    test_accuracy: Floats

    def columns(self) -> tuple[Floats, Floats, Floats, Floats]:
        """All that was measured, in the order of the fields."""
        return self.train_loss, self.test_loss, self.train_accuracy, self.test_accuracy


@dataclass(frozen=True)
class Trained:
    """A single run after its last epoch; a run that diverged ends at the epoch where that was seen."""

    start: Start
    training: Training
    curves: Curves
    gradient_norms: Floats  # (records, layers after the first)

    @property
    def diverged_at(self) -> int | None:
        """The first recorded epoch with a loss that is no finite number."""
        finite = np.isfinite(self.curves.train_loss[-1, 0]) and np.isfinite(self.curves.test_loss[-1, 0])
        return None if finite else int(self.curves.epochs[-1])


def start_run(parameters: Parameters, seed: str) -> Start:
    """Data, split and first weights, drawn in the original's order: data, shuffle, weights."""
    random = SeedRandom(seed)
    sets = training_and_test(parameters["dataset"], parameters["noise"], parameters["percent_train_data"], random)
    samples = [Samples(inputs(parameters["features"], one.x, one.y), one.label) for one in sets]
    return Start(_first_net(parameters, random), *sets, *samples)


def _first_net(parameters: Parameters, random: SeedRandom) -> Net:
    shape = layer_widths(parameters)
    weights = random.uniform(count_weights(shape)) - 0.5
    bias = 0.0 if parameters["init_zero"] else FIRST_BIAS
    output = "tanh" if parameters["problem"] == "classification" else "linear"
    net = new_net(shape, parameters["activation"], output, weights * (not parameters["init_zero"]), bias)
    for edit in parameters["edits"]:
        _apply(edit, shape, net)
    return net


def _apply(edit: dict[str, Any], shape: list[int], net: Net) -> None:
    layer, unit, source = edit["layer"], edit["unit"], edit["source"]
    if source is None:
        net.biases[sum(shape[1:layer]) + unit] = edit["value"]
    else:
        net.weights[count_weights(shape[:layer]) + unit * shape[layer - 1] + source] = edit["value"]


def train_one(parameters: Parameters, seed: str, progress: Callable[[float], None]) -> Trained:
    """Train a single run, measuring its gradient too; it stops where the loss is no finite number any more."""
    start = start_run(parameters, seed)
    training = start_training(start.net)
    norms: list[list[float]] = []

    def measure() -> None:
        norms.append(_gradient_norms(start))

    curves = _record(training, (start.train_samples, start.test_samples), parameters, progress, measure)
    return Trained(start, training, curves, np.array(norms))


def train_many(parameters: Parameters, seeds: list[str], progress: Callable[[float], None]) -> Curves:
    """Train up to LANES runs side by side, each exactly as it would be alone."""
    starts = [start_run(parameters, seed) for seed in seeds]
    starts += [starts[0]] * (LANES - len(starts))  # an idle lane costs what a busy one does
    train_set = samples_side_by_side([start.train_samples for start in starts])
    test_set = samples_side_by_side([start.test_samples for start in starts])
    training = start_training(side_by_side([start.net for start in starts]))
    curves = _record(training, (train_set, test_set), parameters, progress, lambda: None)
    return Curves(curves.epochs, *(column[:, : len(seeds)] for column in curves.columns()))


def beside(parts: list[Curves]) -> Curves:
    """The runs of all parts as columns; a part that ended early (all its runs diverged) goes on as NaN."""
    longest = max((part.epochs for part in parts), key=len)
    padded = [
        [np.pad(column, ((0, len(longest) - len(column)), (0, 0)), constant_values=np.nan) for column in part.columns()]
        for part in parts
    ]
    return Curves(longest, *(np.hstack(columns) for columns in zip(*padded, strict=True)))


def _record(
    training: Training,
    sets: tuple[Samples, Samples],
    parameters: Parameters,
    progress: Callable[[float], None],
    measure: Callable[[], None],
) -> Curves:
    """Train from record to record; `measure` is called at each."""
    rule = Rule(
        parameters["learning_rate"],
        PENALTIES[parameters["regularization"]],
        parameters["regularization_rate"],
        parameters["batch_size"],
    )
    epochs = record_epochs(parameters["epochs"])
    rows: list[list[Floats]] = []
    for done, epoch in zip([0, *epochs[:-1]], epochs, strict=True):
        train(training, sets[0], rule, epoch - done)
        (train_loss, train_hits), (test_loss, test_hits) = (evaluate(training.net, one) for one in sets)
        rows.append([train_loss, test_loss, train_hits, test_hits])
        measure()
        progress(epoch / max(parameters["epochs"], 1))
        if not (np.isfinite(train_loss) & np.isfinite(test_loss)).any():
            break
    return Curves(np.array(epochs[: len(rows)]), *np.stack(rows, axis=1))


def record_epochs(epochs: int) -> list[int]:
    """0 to `epochs` in even steps, not more than MAX_RECORDS of them."""
    steps = min(epochs, MAX_RECORDS)
    return [round(epochs * step / steps) for step in range(steps + 1)] if steps else [0]


def _gradient_norms(start: Start) -> list[float]:
    """The length of the mean loss's gradient by each layer's weights and biases, over the training data."""
    net = start.net
    sums = Sums(np.empty_like(net.weights), np.empty_like(net.biases), np.zeros(1, dtype=np.int64))
    gradient(net, sums, start.train_samples)
    shape = net.shape.tolist()
    norms, weight, bias = [], 0, 0
    for before, width in pairwise(shape):
        parts = sums.weights[weight : weight + before * width], sums.biases[bias : bias + width]
        norms.append(float(np.linalg.norm(np.concatenate(parts))))
        weight, bias = weight + before * width, bias + width
    return norms
