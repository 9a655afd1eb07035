"""What dropout does to a unit that puts out 1: its mean stays, its variance is rate / (1 - rate)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.dropout.learning import mask


@dataclass(frozen=True)
class Statistics:
    """Of so many units at each rate, measured and as probability theory has it."""

    units: int
    rates: Floats
    mean: Floats
    variance: Floats

    @property
    def expected_variance(self) -> Floats:
        """1 / (1 - rate) with probability 1 - rate, less the square of the mean."""
        return self.rates / (1 - self.rates)

    @property
    def standard_error(self) -> Floats:
        """Of the mean."""
        return np.sqrt(self.expected_variance / self.units)


def measure(rates: Sequence[float], units: int, random: np.random.Generator) -> Statistics:
    """Drop of so many units at each rate."""
    drawn = [mask((units,), rate, random) for rate in rates]
    mean, variance = np.array([one.mean() for one in drawn]), np.array([one.var() for one in drawn])
    return Statistics(units, np.array(rates), mean, variance)
