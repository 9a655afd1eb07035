"""Runs of gradient descent for networks: every batch size with every learning rate, from equal starts."""

from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import DemoResult, Parameters, Progress
from service.demos.gradient_descent_networks.descent import (
    Lanes,
    expected_noise,
    gradient_noise,
    lanes_of,
    losses_by_update,
    train_grid,
)
from service.demos.gradient_descent_networks.figures import epoch_figure, rate_figure, update_figure
from service.demos.gradient_descent_networks.parameters import N_TRAIN, GradientDescentParameters
from service.demos.playground.output import numbers, quartiles
from service.demos.playground.parameters import PlaygroundParameters
from service.demos.playground.training import run_seeds


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
