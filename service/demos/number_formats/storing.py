"""Numbers stored in a format: scaled, rounded, and read back."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.number_formats.formats import NAN, Format

GIVEN, TO_LARGEST = "given", "to-largest"
SCALINGS = (GIVEN, TO_LARGEST)
EXPONENTS = range(-40, 41, 2)  # powers of two that a tensor is scaled by
_FARTHEST = 126  # power of two


@dataclass(frozen=True)
class Rule:
    """How numbers are stored: the factor before rounding, whose inverse comes after reading, and the overflow rule."""

    scale: float
    overflow: str


@dataclass(frozen=True)
class Stored:
    """A number and the code that stands for it."""

    value: float
    format: Format
    rule: Rule
    code: int

    @property
    def held(self) -> float:
        """The number of the code."""
        return self.format.decode(self.code)

    @property
    def back(self) -> float:
        """What is read back, the scale undone."""
        return self.held / self.rule.scale

    @property
    def error(self) -> float:
        """What is read back less what was stored; no finite number after an overflow to infinity or NaN."""
        return self.back - self.value

    @property
    def relative_error(self) -> float | None:
        """The size of the error by that of the value; None of 0."""
        return abs(self.error / self.value) if self.value else None

    @property
    def overflowed(self) -> bool:
        """Whether the number, once rounded, lies beyond the largest one."""
        return self.format.kind(self.format.encode(self.value * self.rule.scale, NAN)) == "nan"

    @property
    def vanished(self) -> bool:
        """Whether a number that is not 0 became 0."""
        return self.held == 0 != self.value


def store(value: float, form: Format, rule: Rule) -> Stored:
    """Round to nearest, ties to even."""
    return Stored(value, form, rule, form.encode(value * rule.scale, rule.overflow))


def scale_to_largest(values: Sequence[float], form: Format) -> float:
    """The largest power of two that keeps all values within the format: it changes no digit of them.

    Within 2^±126, as a factor kept in FP32 has to be.
    """
    (of_largest, most), (of_value, exponent) = math.frexp(form.largest), math.frexp(max(map(abs, values), default=0.0))
    if not of_value:
        return 1.0
    fitting = most - exponent - (of_value > of_largest)
    return math.ldexp(1, max(-_FARTHEST, min(_FARTHEST, fitting)))


def noise(stored: Sequence[Stored]) -> float:
    """Root mean square of the errors by that of the values; NaN where one is no finite number, or all values are 0."""
    power = math.fsum(one.value**2 for one in stored)
    errors = math.fsum(one.error**2 for one in stored) if all(math.isfinite(one.back) for one in stored) else math.nan
    return math.sqrt(errors / power) if power else math.nan


@dataclass(frozen=True)
class Sweep:
    """A tensor's noise in a format, by the powers of two that it is scaled by."""

    format: Format
    exponents: Floats
    noise: Floats


def sweep(tensor: Sequence[float], form: Format, overflow: str) -> Sweep:
    """Store a tensor with each of many scales."""
    rules = [Rule(math.ldexp(1, exponent), overflow) for exponent in EXPONENTS]
    noises = [noise([store(value, form, rule) for value in tensor]) for rule in rules]
    return Sweep(form, np.array(EXPONENTS, dtype=float), np.array(noises))


def largest_error(form: Format, size: float) -> float:
    """The largest relative error of numbers within the format from `size`, a power of two, to twice as much."""
    step = max(size, form.smallest_normal) * form.epsilon
    return 1.0 if size < step else 1 / (1 + 2 * size / step)  # at half a step above `size`
