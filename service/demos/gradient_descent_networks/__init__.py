"""Gradient descent for networks: what the size of a batch and of a step do to learning."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.compiled import Floats
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.gradient_descent_networks.descent import (
    N_TRAIN,
    Lanes,
    expected_noise,
    gradient_noise,
    lanes_of,
    losses_by_update,
    train_grid,
)
from service.demos.gradient_descent_networks.figures import epoch_figure, rate_figure, update_figure
from service.demos.parameter_fields import choice, number, refuse_beyond, several, whole
from service.demos.playground import run_seeds
from service.demos.playground.activations import CODES
from service.demos.playground.data import CLASSIFICATION
from service.demos.playground.lane_vectors import LANES
from service.demos.playground.net import count_weights, layer_widths
from service.demos.playground.output import numbers, quartiles
from service.demos.playground.parameters import PlaygroundParameters

MAX_COST_S = 20.0
_FIXED_S = 0.2  # data and figures
_WEIGHT_NS, _UNIT_NS = 1.0, 2.0  # per sample, of training and of the loss
_UPDATED_WEIGHT_NS = 2.5  # per batch


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    shape = layer_widths({"features": ["x", "y"], **parameters})
    weights, units = count_weights(shape), sum(shape)
    sample_ns = weights * _WEIGHT_NS + units * _UNIT_NS
    update_ns = (weights + units) * _UPDATED_WEIGHT_NS
    epochs_ns = sum(N_TRAIN * sample_ns + N_TRAIN / size * update_ns for size in parameters["batch_sizes"])
    grid_ns = epochs_ns * LANES * parameters["epochs"] * (1 + len(parameters["learning_rates"]))
    single_ns = parameters["updates"] * len(parameters["batch_sizes"]) * N_TRAIN * sample_ns * 4
    return float(_FIXED_S + (grid_ns + single_ns) * 1e-9)


class GradientDescentParameters(Schema):
    """A problem of the playground, and the ways to descend on it."""

    dataset = choice(
        "circle", list(CLASSIFICATION), "Data set", f"500 labelled points, {N_TRAIN} of them to learn from"
    )
    noise = number(0.0, (0, 50), "Noise", "How much the data is disturbed", "%")
    hidden_layers = several(
        (4, 2),
        fields.Integer(strict=True, validate=validate.Range(1, 16)),
        (0, 4),
        "Hidden layers",
        "How many units each hidden layer has, from the inputs on",
    )
    activation = choice("tanh", list(CODES), "Activation", "Of the hidden units; the output is tanh")
    batch_sizes = several(
        (1, 10, N_TRAIN),
        fields.Integer(strict=True, validate=validate.Range(1, N_TRAIN)),
        (1, 6),
        "Batch sizes",
        f"Samples of one update, to compare; {N_TRAIN} are all",
    )
    learning_rate = number(0.03, (0.0001, 10), "Learning rate", "Of the curves by epoch and by update")
    learning_rates = several(
        (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
        fields.Float(validate=validate.Range(0.0001, 10)),
        (2, 12),
        "Learning rates",
        "To be compared for each batch size",
    )
    epochs = whole(60, (1, 2000), "Epochs", "Times through the training data", "epochs")
    updates = whole(250, (1, 2000), "Updates", "How many the curve by update shows", "updates")
    target_loss = number(0.1, (0.0001, 1), "Target", "The loss whose first epoch and update are told")
    n_seeds = whole(LANES, (1, LANES), "Seeds", "Runs with other data and first weights", "runs")

    @validates_schema
    def name_nothing_twice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to compare something with itself."""
        for field in ("batch_sizes", "learning_rates"):
            if len(set(data[field])) < len(data[field]):
                raise ValidationError("Names a value twice.", field)

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")

    @post_load
    def rising(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put what is compared in its order, so that equal questions look alike."""
        return {**data, **{field: sorted(data[field]) for field in ("batch_sizes", "learning_rates")}}


@np.errstate(over="ignore", invalid="ignore")  # of a run that diverges: its losses are null
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Train all seeds with every batch size and learning rate, from equal data and first weights."""
    seeds = run_seeds(seed, parameters["n_seeds"])
    sizes, rates, rate = parameters["batch_sizes"], parameters["learning_rates"], parameters["learning_rate"]
    lanes = lanes_of(_problem(parameters), seeds)
    every = sorted({*rates, rate})
    grid = train_grid(lanes, sizes, every, parameters["epochs"], lambda done: progress(0.8 * done, "training"))
    by_epoch = {size: grid[size, rate] for size in sizes}
    by_update = {size: losses_by_update(lanes.starts[0], size, rate, parameters["updates"]) for size in sizes}
    medians = {size: np.array([np.median(grid[size, one][-1]) for one in rates]) for size in sizes}
    figures = {
        "by_epoch": epoch_figure(by_epoch, rate),
        "by_update": update_figure(by_update, rate, seed),
        "by_learning_rate": rate_figure(medians, rates, parameters["epochs"]),
    }
    output = {
        "seeds": seeds,
        "batches": [_told(size, by_epoch[size], by_update[size], parameters["target_loss"]) for size in sizes],
        "gradient_noise": _noise(lanes, sizes),
        "by_learning_rate": {
            "learning_rates": rates,
            "batch_sizes": sizes,
            "median_loss": [numbers(medians[size]) for size in sizes],
            "best_learning_rate": [rates[int(np.argmin(medians[size]))] for size in sizes],
            "losses": [[numbers(grid[size, one][-1]) for one in rates] for size in sizes],
        },
    }
    return DemoResult(output, figures)


def _problem(parameters: Parameters) -> Parameters:
    """The playground's parameters of this problem."""
    names = ("dataset", "noise", "hidden_layers", "activation")
    return dict(PlaygroundParameters().load({name: parameters[name] for name in names}))


def _told(size: int, by_epoch: Floats, by_update: Floats, target: float) -> dict[str, Any]:
    medians = np.median(by_epoch, axis=1)
    return {
        "batch_size": size,
        "updates_per_epoch": N_TRAIN // size,  # what is left over counts toward the next epoch's first
        "epochs_to_target": _first_below(medians, target),
        "updates_to_target": _first_below(by_update, target),
        "final_losses": numbers(by_epoch[-1]),
        "loss_quartiles_by_epoch": numbers(quartiles(by_epoch).T),
        "loss_by_update": numbers(by_update),
        "share_of_updates_that_raise_the_loss": float(np.mean(np.diff(by_update) > 0)),
    }


def _first_below(losses: Floats, target: float) -> int | None:
    below = np.flatnonzero(losses < target)
    return int(below[0]) if len(below) else None


def _noise(lanes: Lanes, sizes: list[int]) -> list[dict[str, Any]]:
    """Medians over the seeds, before training."""
    single = [gradient_noise(start, 1) for start in lanes.starts]
    return [
        {
            "batch_size": size,
            "measured": float(np.median([gradient_noise(start, size) for start in lanes.starts])),
            "expected": float(np.median([expected_noise(one, size) for one in single])),
        }
        for size in sizes
    ]


def warm_up() -> None:
    """Compile or load the engines."""
    parameters = dict(GradientDescentParameters().load({"epochs": 1, "updates": 1, "n_seeds": 2}))
    run(parameters, "warm", lambda _fraction, _message="": None)


PRESETS: dict[str, Parameters] = {
    "circle": {},
    "a-large-step": {"learning_rate": 1.0},
    "equal-rate-per-sample": {"learning_rate": 0.003, "batch_sizes": [1, 2, 5], "updates": 1000},
    "xor": {"dataset": "xor"},
    "noisy-data": {"noise": 30.0},
    "spiral": {"dataset": "spiral", "hidden_layers": [8, 8], "epochs": 200, "learning_rate": 0.1},
    "one-seed": {"n_seeds": 1},
}

GRADIENT_DESCENT_NETWORKS = Demo(
    id="gradient-descent-networks",
    title="Gradient descent for neural networks",
    description=(
        "Batch, mini-batch and stochastic gradient descent train the same networks on the same data: loss by epoch and "
        "by update, the noise of a batch's gradient, and which learning rate suits which batch."
    ),
    version="1",
    topics=(
        "GD for NN",
        "gradient descent",
        "stochastic gradient descent",
        "mini-batch gradient descent",
        "neural network training",
    ),
    parameters=GradientDescentParameters,
    presets=PRESETS,
    figures={
        "by_epoch": "Median loss of the seeds by epoch, for each batch size",
        "by_update": "Loss of one seed by update, for each batch size",
        "by_learning_rate": "Median loss at the end over the learning rate, for each batch size",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
