"""Numbers that carry their derivative along, and the functions of expressions on them: forward mode by operators.

Nothing here knows of the demo's graph; Python itself takes the expressions apart.
"""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Dual:
    value: float
    slope: float = 0.0

    def __add__(self, other: Any) -> "Dual":
        return Dual(self.value + dual(other).value, self.slope + dual(other).slope)

    def __neg__(self) -> "Dual":
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Any) -> "Dual":
        return self + -dual(other)

    def __mul__(self, other: Any) -> "Dual":
        other = dual(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Any) -> "Dual":
        other = dual(other)
        return Dual(self.value / other.value, (self.slope * other.value - self.value * other.slope) / other.value**2)

    def __pow__(self, other: Any) -> "Dual":
        return exp(dual(other) * log(self))  # of positive bases

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> "Dual":
        return dual(other) - self

    def __rtruediv__(self, other: Any) -> "Dual":
        return dual(other) / self

    def __rpow__(self, other: Any) -> "Dual":
        return dual(other) ** self


def dual(x: Any) -> Dual:
    return x if isinstance(x, Dual) else Dual(x)


def exp(x: Any) -> Dual:
    value = math.exp(dual(x).value)
    return Dual(value, value * dual(x).slope)


def log(x: Any) -> Dual:
    return Dual(math.log(dual(x).value), dual(x).slope / dual(x).value)


def sqrt(x: Any) -> Dual:
    return dual(x) ** 0.5


def sin(x: Any) -> Dual:
    return Dual(math.sin(dual(x).value), math.cos(dual(x).value) * dual(x).slope)


def cos(x: Any) -> Dual:
    return Dual(math.cos(dual(x).value), -math.sin(dual(x).value) * dual(x).slope)


def sigmoid(x: Any) -> Dual:
    return 1 / (1 + exp(-dual(x)))


def tanh(x: Any) -> Dual:
    return 2 * sigmoid(2 * dual(x)) - 1


def softplus(x: Any) -> Dual:
    return log(1 + exp(x))


def larger(a: Any, b: Any) -> Dual:
    return dual(a) if dual(a).value > dual(b).value else dual(b)


FUNCTIONS = {
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "sin": sin,
    "cos": cos,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softplus": softplus,
    "relu": lambda x: larger(x, 0.0),
    "abs": lambda x: larger(x, -dual(x)),
    "max": larger,
    "min": lambda a, b: -larger(-dual(a), -dual(b)),
}
