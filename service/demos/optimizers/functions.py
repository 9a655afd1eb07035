"""The landscapes: eight test functions of optimization, with gradients worked out by hand.

Formulas as in the collection of M. Jamil and X.-S. Yang, "A literature survey of benchmark functions for global
optimisation problems" (2013). Values and gradients take numbers or arrays.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Number = Any  # a float, or an array of floats
Point = tuple[float, float]
MAX_LEVELS = 16


@dataclass(frozen=True)
class Function:
    """A function of the plane, shown over `low`..`high` in both directions."""

    title: str
    formula: str
    f: Callable[[Number, Number], Number]
    gradient: Callable[[Number, Number], tuple[Number, Number]]
    low: float
    high: float
    minima: tuple[Point, ...]  # the global ones within the range
    start: Point = (0.0, 0.0)
    log_scale: bool = True  # whether shades follow the logarithm of the height above the minimum

    @property
    def minimum(self) -> float:
        """The lowest value within the range."""
        return float(self.f(*self.minima[0]))

    def height(self, x: Number, y: Number) -> Number:
        """How far above the minimum, never below 0."""
        return np.maximum(self.f(x, y) - self.minimum, 0.0)


def _himmelblau(x: Number, y: Number) -> Number:
    a, b = x * x + y - 11, x + y * y - 7
    return a * a + b * b


def _himmelblau_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _styblinski_tang(x: Number, y: Number) -> Number:
    return (x**4 - 16 * x * x + 5 * x + y**4 - 16 * y * y + 5 * y) / 2


def _styblinski_tang_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 2 * x**3 - 16 * x + 2.5, 2 * y**3 - 16 * y + 2.5


def _rosenbrock(x: Number, y: Number) -> Number:
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def _rosenbrock_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)


def _goldstein_price(x: Number, y: Number) -> Number:
    a, b = x + y + 1, 2 * x - 3 * y
    p = 19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y
    q = 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y
    return (1 + a * a * p) * (30 + b * b * q)


def _goldstein_price_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    """By the product rule; p and its slopes meet in a: p_x = p_y = 6 a - 20, and q_x = 12 b - 32, q_y = 48 - 18 b."""
    a, b = x + y + 1, 2 * x - 3 * y
    p = 19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y
    q = 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y
    left, right = 1 + a * a * p, 30 + b * b * q
    left_slope = 2 * a * p + a * a * (6 * a - 20)  # the same by x and by y
    return (
        left_slope * right + left * (4 * b * q + b * b * (12 * b - 32)),
        left_slope * right + left * (-6 * b * q + b * b * (48 - 18 * b)),
    )


def _beale(x: Number, y: Number) -> Number:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y**3) ** 2


def _beale_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y**3
    return (
        2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y**3 - 1),
        2 * a * x + 4 * b * x * y + 6 * c * x * y * y,
    )


def _mccormick(x: Number, y: Number) -> Number:
    return np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


def _mccormick_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    wave, slope = np.cos(x + y), 2 * (x - y)
    return wave + slope - 1.5, wave - slope + 2.5


def _matyas(x: Number, y: Number) -> Number:
    return 0.26 * (x * x + y * y) - 0.48 * x * y


def _matyas_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    return 0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x


def _rastrigin(x: Number, y: Number) -> Number:
    return 20 + x * x + y * y - 10 * (np.cos(2 * math.pi * x) + np.cos(2 * math.pi * y))


def _rastrigin_gradient(x: Number, y: Number) -> tuple[Number, Number]:
    wave = 20 * math.pi
    return 2 * x + wave * np.sin(2 * math.pi * x), 2 * y + wave * np.sin(2 * math.pi * y)


_STYBLINSKI_TANG = -2.903534027771177  # the lowest root of 4 x^3 - 32 x + 5
_MCCORMICK = (0.5 - math.pi / 3, -0.5 - math.pi / 3)  # x - y = 1 and cos(x + y) = -1/2

FUNCTIONS: dict[str, Function] = {
    "himmelblau": Function(
        "Himmelblau",
        "(x² + y − 11)² + (x + y² − 7)²",
        _himmelblau,
        _himmelblau_gradient,
        -5,
        5,
        (
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
    ),
    "styblinski_tang": Function(
        "Styblinski–Tang",
        "(x⁴ − 16x² + 5x + y⁴ − 16y² + 5y) / 2",
        _styblinski_tang,
        _styblinski_tang_gradient,
        -5,
        5,
        ((_STYBLINSKI_TANG, _STYBLINSKI_TANG),),
    ),
    "rosenbrock": Function(
        "Rosenbrock", "(1 − x)² + 100(y − x²)²", _rosenbrock, _rosenbrock_gradient, -2, 2, ((1.0, 1.0),)
    ),
    "goldstein_price": Function(
        "Goldstein–Price",
        "(1 + (x + y + 1)²(19 − 14x + 3x² − 14y + 6xy + 3y²)) · (30 + (2x − 3y)²(18 − 32x + 12x² + 48y − 36xy + 27y²))",
        _goldstein_price,
        _goldstein_price_gradient,
        -1.5,
        0.5,
        ((0.0, -1.0),),
        start=(-1.2, 0.3),
    ),
    "beale": Function(
        "Beale",
        "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        _beale,
        _beale_gradient,
        -4.5,
        4.5,
        ((3.0, 0.5),),
    ),
    "mccormick": Function(
        "McCormick",
        "sin(x + y) + (x − y)² − 1.5x + 2.5y + 1",
        _mccormick,
        _mccormick_gradient,
        -3,
        5,
        (_MCCORMICK,),
    ),
    "matyas": Function(
        "Matyas", "0.26(x² + y²) − 0.48xy", _matyas, _matyas_gradient, -10, 10, ((0.0, 0.0),), start=(8.0, -4.0)
    ),
    "rastrigin": Function(
        "Rastrigin",
        "20 + x² + y² − 10(cos 2πx + cos 2πy)",
        _rastrigin,
        _rastrigin_gradient,
        -5.12,
        5.12,
        ((0.0, 0.0),),
        start=(3.4, -2.4),
        log_scale=False,
    ),
}
