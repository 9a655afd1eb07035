"""How sharp a minimum is: how far the loss can grow nearby (Keskar et al. 2017, arXiv 1609.04836), and curvature."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats

Slope = Callable[[Floats], tuple[float, Floats]]  # a loss and its gradient

DIRECTIONS = 100  # of a random subspace, as in the paper
_STEPS = 10  # as many as the paper's maximiser takes; from corner to corner they lead no less high
_CURVATURE_STEPS = 15
_NUDGE = 1e-3  # in length, to feel the curvature


@dataclass(frozen=True)
class Subspace:
    """Random directions as columns: the paper's A, and its pseudo-inverse."""

    directions: Floats  # (parameters, DIRECTIONS)
    inverse: Floats  # (DIRECTIONS, parameters)


def draw_subspace(size: int, random: np.random.Generator) -> Subspace:
    """Of normal numbers of variance 1."""
    directions = random.standard_normal((size, DIRECTIONS))
    return Subspace(directions, np.asarray(np.linalg.solve(directions.T @ directions, directions.T), dtype=np.float64))


def sharpness(slope: Slope, x: Floats, epsilon: float, within: Subspace | None = None) -> float:
    """The paper's metric 2.1: 100 (max f(x + A z) - f(x)) / (1 + f(x)) over |z_i| <= epsilon (|(A⁺ x)_i| + 1).

    A is that of the subspace, or the identity. The maximum is sought from corner to corner of the box, always at
    the one that the gradient points to: a lower bound, as any maximiser's.
    """
    f, gradient = slope(x)
    box, best = epsilon * (np.abs(x if within is None else within.inverse @ x) + 1), f
    for _ in range(_STEPS):
        uphill = gradient if within is None else within.directions.T @ gradient
        z = box * np.where(uphill >= 0, 1.0, -1.0)
        found, gradient = slope(x + (z if within is None else within.directions @ z))
        best = max(best, found)
    return 100 * (best - f) / (1 + f)


def curvature(slope: Slope, x: Floats, random: np.random.Generator) -> float:
    """The Hessian's eigenvalue of largest size, by power iteration on differences of the gradient."""
    direction, value = random.standard_normal(x.shape), 0.0
    for _ in range(_CURVATURE_STEPS):
        direction /= np.linalg.norm(direction)
        change = (slope(x + _NUDGE * direction)[1] - slope(x - _NUDGE * direction)[1]) / (2 * _NUDGE)
        value, direction = float(direction @ change), change
    return value
