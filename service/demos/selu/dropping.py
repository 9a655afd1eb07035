"""Dropout for networks of SELUs, and the ordinary kind: both off by chance, one keeps mean and variance."""

import math

import numpy as np

from service.demos.activations.functions import SELU_ALPHA, SELU_SCALE
from service.demos.compiled import Floats

FLOOR = -SELU_SCALE * SELU_ALPHA  # what a SELU comes down to: a unit that is off puts out this, not 0


def alpha_factors(rate: float) -> tuple[float, float]:
    """What alpha dropout multiplies by and adds, so that mean 0 and variance 1 stay what they are.

    Klambauer et al. 2017, section 3: with q = 1 - rate, 1 / sqrt(q + FLOOR² q (1 - q)), and -(1 - q) FLOOR times that.
    """
    kept = 1 - rate
    factor = 1 / math.sqrt(kept + FLOOR**2 * kept * rate)
    return factor, -factor * rate * FLOOR


def alpha_dropout(h: Floats, rate: float, random: np.random.Generator) -> Floats:
    """Units off put out FLOOR; then all are scaled and shifted."""
    factor, shift = alpha_factors(rate)
    return np.asarray(factor * np.where(random.random(h.shape) < rate, FLOOR, h) + shift)


def dropout(h: Floats, rate: float, random: np.random.Generator) -> Floats:
    """Units off put out 0, the others more by 1 / (1 - rate): the mean stays, the mean square grows by that."""
    return np.where(random.random(h.shape) < rate, 0.0, h / (1 - rate))
