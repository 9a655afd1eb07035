"""Playground runs from their parameters and seed to their curves: one alone, or many side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.moving import moments
from service.demos.playground.cost import MAX_RECORDS
from service.demos.playground.data import Points, inputs
from service.demos.playground.edits import edit, learning_rate_after, moments_of_change
from service.demos.playground.engine import evaluate, gradient, train
from service.demos.playground.frames import Frame, frame_of
from service.demos.playground.given import sets_of
from service.demos.playground.kinds import LANES, OPTIMIZERS, PENALTIES
from service.demos.playground.net import (
    FIRST_BIAS,
    Kind,
    Net,
    Rule,
    Samples,
    Sums,
    Training,
    count_weights,
    layer_widths,
    layers_of,
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
    frames: list[Frame]  # the first and the last record among them

    @property
    def diverged_at(self) -> int | None:
        """The first recorded epoch with a loss that is no finite number."""
        finite = np.isfinite(self.curves.train_loss[-1, 0]) and np.isfinite(self.curves.test_loss[-1, 0])
        return None if finite else int(self.curves.epochs[-1])


def run_seeds(seed: str, count: int) -> list[str]:
    """The seeds of the runs that one seed stands for: itself, then itself with a number."""
    return [seed, *(f"{seed}-{number}" for number in range(1, count))]


def start_run(parameters: Parameters, seed: str) -> Start:
    """Data, split and first weights, drawn in the original's order: data, shuffle, weights."""
    random = SeedRandom(seed)
    sets = sets_of(parameters, random)
    samples = [Samples(inputs(parameters["features"], one.x, one.y), one.label) for one in sets]
    return Start(_first_net(parameters, random), *sets, *samples)


def _first_net(parameters: Parameters, random: SeedRandom) -> Net:
    shape = layer_widths(parameters)
    draws = random.uniform(count_weights(shape) * (1 + parameters["resets"]))  # a reset goes on in the stream
    scale = 0.0 if parameters["init_zero"] else parameters["init_scale"]
    weights = (draws[-count_weights(shape) :] - 0.5) * scale
    output = "tanh" if parameters["problem"] == "classification" else "linear"
    kind = Kind(parameters["activation"], output, parameters["loss"])
    net = new_net(shape, kind, weights, 0.0 if parameters["init_zero"] else FIRST_BIAS)
    edit(net, parameters, 0)
    return net


def train_one(parameters: Parameters, seed: str, progress: Callable[[float], None]) -> Trained:
    """Train a single run, measuring its gradient too; it stops where the loss is no finite number any more."""
    start = start_run(parameters, seed)
    training = start_training(start.net)
    norms: list[list[float]] = []
    frames: list[Frame] = []
    epochs = record_epochs(parameters["epochs"])
    shown = {epochs[place] for place in moments(len(epochs) - 1).tolist()}

    def measure(epoch: int) -> None:
        norms.append([float(np.linalg.norm(np.concatenate([w.ravel(), b]))) for w, b in gradients_of(start)])
        if epoch in shown:
            frames.append(frame_of(start.net, parameters["features"], epoch))

    curves = _record(training, (start.train_samples, start.test_samples), parameters, progress, measure)
    if frames[-1].epoch < curves.epochs[-1]:  # it diverged between two of them
        frames.append(frame_of(start.net, parameters["features"], int(curves.epochs[-1])))
    return Trained(start, training, curves, np.array(norms), frames)


def train_many(parameters: Parameters, seeds: list[str], progress: Callable[[float], None]) -> Curves:
    """Train up to LANES runs side by side, each exactly as it would be alone."""
    starts = [start_run(parameters, seed) for seed in seeds]
    starts += [starts[0]] * (LANES - len(starts))  # an idle lane costs what a busy one does
    train_set = samples_side_by_side([start.train_samples for start in starts])
    test_set = samples_side_by_side([start.test_samples for start in starts])
    training = start_training(side_by_side([start.net for start in starts]))
    curves = _record(training, (train_set, test_set), parameters, progress, lambda _epoch: None)
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
    measure: Callable[[int], None],
) -> Curves:
    """Train from record to record; `measure` is called at each, with its epoch."""
    epochs = record_epochs(parameters["epochs"])
    rows: list[list[Floats]] = []
    for done, epoch in zip([0, *epochs[:-1]], epochs, strict=True):
        _train_on(training, sets[0], parameters, (done, epoch))
        (train_loss, train_hits), (test_loss, test_hits) = (evaluate(training.net, one) for one in sets)
        rows.append([train_loss, test_loss, train_hits, test_hits])
        measure(epoch)
        progress(epoch / max(parameters["epochs"], 1))
        if not (np.isfinite(train_loss) & np.isfinite(test_loss)).any():
            break
    return Curves(np.array(epochs[: len(rows)]), *np.stack(rows, axis=1))


def _train_on(training: Training, samples: Samples, parameters: Parameters, span: tuple[int, int]) -> None:
    """Train from one epoch to a later one, with the changes that are due after `span[0]`, up to it included."""
    rule = Rule(
        parameters["learning_rate"],
        PENALTIES[parameters["regularization"]],
        parameters["regularization_rate"],
        parameters["batch_size"],
        OPTIMIZERS[parameters["optimizer"]],
    )
    due = [moment for moment in moments_of_change(parameters) if span[0] < moment < span[1]]
    for done, epoch in pairwise([span[0], *due, span[1]]):
        train(training, samples, rule._replace(learning_rate=learning_rate_after(parameters, done)), epoch - done)
        if epoch > done:
            edit(training.net, parameters, epoch)


def record_epochs(epochs: int) -> list[int]:
    """0 to `epochs` in even steps, not more than MAX_RECORDS of them."""
    steps = min(epochs, MAX_RECORDS)
    return [round(epochs * step / steps) for step in range(steps + 1)] if steps else [0]


def gradients_of(start: Start) -> list[tuple[Floats, Floats]]:
    """The mean loss's gradient over the training data, layer by layer: by weights (units, sources) and by biases."""
    net = start.net
    sums = Sums(np.empty_like(net.weights), np.empty_like(net.biases), np.zeros(1, dtype=np.int64))
    gradient(net, sums, start.train_samples)
    return layers_of(net, sums.weights, sums.biases)
