"""What one layer of SELUs makes of mean and variance, in closed form (Klambauer et al. 2017, arXiv 1706.02515).

A unit sums up many inputs of mean m and variance v; `omega` is the sum of its weights, `tau` that of their squares.
The sum is normal with mean m omega and variance v tau, and the unit puts out its SELU.
"""

import math
from dataclasses import dataclass

import numpy as np

from service.demos.activations.functions import SELU_ALPHA, SELU_SCALE
from service.demos.compiled import Floats

_STEP = 1e-5  # of central differences
_MANY = 1000  # layers; the variance's distance from its fixed point shrinks by a fifth in each


@dataclass(frozen=True)
class Moments:
    """Of what units put out."""

    mean: float
    variance: float

    @property
    def square(self) -> float:
        """The mean of squares."""
        return self.variance + self.mean**2


@dataclass(frozen=True)
class Weights:
    """The sum of a unit's weights, and that of their squares; LeCun's initialization has 0 and 1, on average."""

    omega: float = 0.0
    tau: float = 1.0


def after_layer(before: Moments, weights: Weights) -> Moments:
    """The paper's equations 4 and 5."""
    m, v = before.mean * weights.omega, before.variance * weights.tau
    root = math.sqrt(2 * v)
    density = math.sqrt(2 * v / math.pi) * math.exp(-m * m / (2 * v))
    below = math.erfc(m / root)  # twice the chance of a sum below 0
    once = math.exp(m + v / 2) * math.erfc((m + v) / root)  # twice the mean of exp(sum) where it is below 0
    twice = math.exp(2 * m + 2 * v) * math.erfc((m + 2 * v) / root)
    mean = SELU_SCALE / 2 * (m * (2 - below) + density + SELU_ALPHA * (once - below))
    above = (m * m + v) * (2 - below) + m * density
    square = SELU_SCALE**2 / 2 * (above + SELU_ALPHA**2 * (twice - 2 * once + below))
    return Moments(mean, square - mean**2)


def path(start: Moments, weights: Weights, layers: int) -> list[Moments]:
    """Mean and variance from layer to layer, the start first."""
    found = [start]
    for _ in range(layers):
        found.append(after_layer(found[-1], weights))
    return found


def fixed_point(weights: Weights) -> Moments:
    """Where mean and variance end up, from 0 and 1."""
    return path(Moments(0, 1), weights, _MANY)[-1]


def jacobian(at: Moments, weights: Weights) -> Floats:
    """How the new mean and variance (rows) change with the old ones (columns), by central differences."""
    columns = []
    for mean_step, variance_step in ((_STEP, 0.0), (0.0, _STEP)):
        ends = [
            after_layer(Moments(at.mean + sign * mean_step, at.variance + sign * variance_step), weights)
            for sign in (1, -1)
        ]
        columns.append(
            [(ends[0].mean - ends[1].mean) / (2 * _STEP), (ends[0].variance - ends[1].variance) / (2 * _STEP)]
        )
    return np.array(columns).T
