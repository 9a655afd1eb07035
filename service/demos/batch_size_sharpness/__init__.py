"""Batch size and sharpness: small batches end in flatter minima than large ones, at the same training loss."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.batch_size_sharpness.figures import line_figure, loss_figure, measures_figure
from service.demos.batch_size_sharpness.measures import Line, Measured, line, measure
from service.demos.batch_size_sharpness.parameters import BatchSizeSharpnessParameters, cost_s, updates_of
from service.demos.batch_size_sharpness.training import N_TRAIN, Rule, Trained, draw_problem, learn
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.json_numbers import all_finite
from service.demos.part import Part
from service.demos.random_numbers import generator


@np.errstate(over="ignore", invalid="ignore")  # of a run that diverges: its numbers are null
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Train with every batch size from equal starts, and measure where each ends."""
    runs = []
    for place in range(parameters["n_seeds"]):
        part = Part(progress, place, parameters["n_seeds"])
        runs.append(_one_run(parameters, generator(seed if place == 0 else f"{seed}-{place}"), part))
    sizes, first = parameters["batch_sizes"], runs[0]
    found = {size: [one.measured[place] for one in runs] for place, size in enumerate(sizes)}
    figures = {
        "sharpness": measures_figure(found, parameters["epsilons"]),
        "loss": loss_figure(first.trained),
        "line": line_figure(first.along),
    }
    output = {
        "n_train": N_TRAIN,
        "parameters": first.trained[0].x.size,
        "least_loss": first.floor,
        "epsilons": parameters["epsilons"],
        "batches": [_told(parameters, one, found[one.batch_size]) for one in first.trained],
        "line": _line_told(first.along),
    }
    return DemoResult(output, figures)


@dataclass(frozen=True)
class _Run:
    """Of one seed: a network for each batch size."""

    trained: list[Trained]
    measured: list[Measured]
    along: Line
    floor: float


def _one_run(parameters: Parameters, random: np.random.Generator, progress: Progress) -> _Run:
    problem = draw_problem(parameters["width"], parameters["activation"], parameters["label_smoothing"], random)
    trained, measured, sizes = [], [], parameters["batch_sizes"]
    for place, size in enumerate(sizes):
        part = Part(progress, place, len(sizes))
        rule = Rule(size, updates_of(parameters, size), parameters["learning_rate"])
        trained.append(learn(problem, rule, part))
        measured.append(measure(problem, trained[-1], parameters["epsilons"], random))
    return _Run(trained, measured, line(problem, trained[0], trained[-1]), problem.floor)


def _told(parameters: Parameters, trained: Trained, found: list[Measured]) -> dict[str, Any]:
    updates = updates_of(parameters, trained.batch_size)
    return {
        "batch_size": trained.batch_size,
        "updates": updates,
        "epochs": updates / (N_TRAIN // trained.batch_size),
        "excess_losses": all_finite(one.loss for one in found),
        "accuracies": all_finite(one.accuracy for one in found),
        "sharpness": [all_finite(one.sharpness) for one in found],
        "sharpness_in_random_directions": [all_finite(one.in_subspace) for one in found],
        "largest_curvature": all_finite(one.curvature for one in found),
        "losses_of_first_seed": {"updates": trained.moments.tolist(), "excess": all_finite(trained.losses)},
    }


def _line_told(along: Line) -> dict[str, Any]:
    return {
        "from_batch_size": along.ends[0],
        "to_batch_size": along.ends[1],
        "alpha": along.alphas.tolist(),
        "excess_loss": all_finite(along.train),
        "accuracy": all_finite(along.accuracy),
    }


PRESETS: dict[str, Parameters] = {
    "equal-updates": {},
    "equal-epochs": {"equal": "epochs", "epochs": 10, "n_seeds": 1},
    "five-sizes": {"batch_sizes": [4, 8, 16, 64, 256], "n_seeds": 1, "learning_rate": 0.2},
    "a-small-step": {"learning_rate": 0.05, "n_seeds": 1},
    "hard-targets": {"label_smoothing": 0.0, "n_seeds": 1},
    "tanh": {"activation": "tanh", "learning_rate": 0.5, "n_seeds": 1},
}

BATCH_SIZE_SHARPNESS = Demo(
    id="batch-size-sharpness",
    title="Batch size and sharp minima",
    description=(
        "Networks learn digits with small and with large batches, to the same training loss: how far the loss can rise "
        "nearby, how curved it is, and what lies between two minima. Whether flat ones generalize better, small data "
        "do not tell."
    ),
    version="1",
    topics=(
        "GD for NN",
        "large-batch training",
        "sharp minima",
        "generalization gap",
        "mini-batch",
        "mini-batch gradient descent",
        "stochastic gradient descent",
    ),
    parameters=BatchSizeSharpnessParameters,
    presets=PRESETS,
    figures={
        "sharpness": "Sharpness and curvature over the batch size, by seed",
        "loss": "Training loss by update, for each batch size",
        "line": "Loss and accuracy on the straight line between two minima",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
