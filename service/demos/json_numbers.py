"""Numbers as JSON has them: null for what is no finite number."""

import math
from collections.abc import Iterable


def finite(value: float) -> float | None:
    """A number, or null."""
    return float(value) if math.isfinite(value) else None


def all_finite(values: Iterable[float]) -> list[float | None]:
    """A list of numbers, with null for each that is none."""
    return [finite(float(value)) for value in values]
