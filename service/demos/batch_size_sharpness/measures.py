"""What is measured of a trained network, and on the straight line from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.batch_size_sharpness.sharpness import curvature, draw_subspace, sharpness
from service.demos.batch_size_sharpness.training import Problem, Trained
from service.demos.compiled import Floats

_ALPHAS = np.linspace(-1, 2, 31)


@dataclass(frozen=True)
class Measured:
    """Of one network; losses are above the least that smoothed targets allow."""

    loss: float
    accuracy: float
    sharpness: tuple[float, ...]  # one for each size of the box
    in_subspace: tuple[float, ...]
    curvature: float


def measure(problem: Problem, trained: Trained, epsilons: Sequence[float], random: np.random.Generator) -> Measured:
    """Of a network that may have diverged: then nothing of it is a number."""
    x = trained.x
    if not np.all(np.isfinite(x)):
        nothing = (np.nan,) * len(epsilons)
        return Measured(np.nan, np.nan, nothing, nothing, np.nan)
    subspace = draw_subspace(x.size, random)
    return Measured(
        problem.excess(x),
        problem.accuracy(x),
        tuple(sharpness(problem.slope, x, epsilon) for epsilon in epsilons),
        tuple(sharpness(problem.slope, x, epsilon, subspace) for epsilon in epsilons),
        curvature(problem.slope, x, random),
    )


@dataclass(frozen=True)
class Line:
    """Losses and accuracy at (1 - alpha) times one network and alpha times another."""

    ends: tuple[int, int]  # batch sizes at alpha 0 and 1
    alphas: Floats
    train: Floats
    accuracy: Floats


def line(problem: Problem, first: Trained, last: Trained) -> Line:
    """Goodfellow et al. 2015 (arXiv 1412.6544), and the paper's figure 3."""
    places = [(1 - alpha) * first.x + alpha * last.x for alpha in _ALPHAS]
    return Line(
        (first.batch_size, last.batch_size),
        _ALPHAS,
        np.array([problem.excess(x) for x in places]),
        np.array([problem.accuracy(x) for x in places]),
    )
