"""The operations that an expression may use: each with its value and its local slopes."""

import math
from collections.abc import Callable
from dataclasses import dataclass


def _sigmoid(x: float) -> float:
    return 0.5 * (1 + math.tanh(x / 2))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _step(difference: float) -> float:
    """1 above 0, 0 below it, a half at 0: what max and min give to each of two equal inputs."""
    return (1 + math.copysign(1, difference)) / 2 if difference else 0.5


def _power(a: float, b: float) -> float:
    return math.pow(a, b)


def _power_slopes(a: float, b: float, value: float) -> tuple[float, float]:
    """By base and by exponent; the second is NaN where no real number is (a base that is not positive)."""
    by_base = b * math.pow(a, b - 1) if b else 0.0
    return by_base, value * math.log(a) if a > 0 else math.nan


@dataclass(frozen=True)
class Operation:
    """`slopes` takes the inputs and the value, and gives the derivative by each input.

    Both raise ValueError, ZeroDivisionError or OverflowError where they are not defined.
    """

    name: str
    sign: str  # as a figure writes it
    inputs: int
    value: Callable[..., float]
    slopes: Callable[..., tuple[float, ...]]
    kink: Callable[..., bool] = lambda *_: False  # whether the inputs lie where left and right slope differ

    def text(self, *inputs: str) -> str:
        """The operation written out: "(a) + (b)", "max(a, b)"; inputs come in brackets where they need them."""
        if self.name in FUNCTIONS:
            return f"{self.name}({', '.join(inputs)})"
        return f"-{inputs[0]}" if self.inputs == 1 else f"{inputs[0]} {self.name} {inputs[1]}"


def _table(*operations: Operation) -> dict[str, Operation]:
    return {operation.name: operation for operation in operations}


OPERATORS = _table(
    Operation("+", "+", 2, lambda a, b: a + b, lambda *_: (1.0, 1.0)),
    Operation("-", "−", 2, lambda a, b: a - b, lambda *_: (1.0, -1.0)),
    Operation("*", "×", 2, lambda a, b: a * b, lambda a, b, _: (b, a)),
    Operation("/", "÷", 2, lambda a, b: a / b, lambda _, b, v: (1 / b, -v / b)),
    Operation("**", "^", 2, _power, _power_slopes),
)
NEGATION = Operation("neg", "−", 1, lambda x: -x, lambda *_: (-1.0,))

FUNCTIONS = _table(
    Operation("sigmoid", "σ", 1, _sigmoid, lambda _, v: (v * (1 - v),)),
    Operation("tanh", "tanh", 1, math.tanh, lambda _, v: (1 - v * v,)),
    Operation("relu", "relu", 1, lambda x: max(x, 0.0), lambda x, _: (float(x > 0),), lambda x: x == 0),
    Operation("softplus", "softplus", 1, _softplus, lambda x, _: (_sigmoid(x),)),
    Operation("exp", "exp", 1, math.exp, lambda _, v: (v,)),
    Operation("log", "log", 1, math.log, lambda x, _: (1 / x,)),
    Operation("sqrt", "√", 1, math.sqrt, lambda _, v: (0.5 / v,)),
    Operation("sin", "sin", 1, math.sin, lambda x, _: (math.cos(x),)),
    Operation("cos", "cos", 1, math.cos, lambda x, _: (-math.sin(x),)),
    Operation("abs", "|·|", 1, abs, lambda x, _: (2 * _step(x) - 1,), lambda x: x == 0),
    Operation("max", "max", 2, max, lambda a, b, _: (_step(a - b), _step(b - a)), lambda a, b: a == b),
    Operation("min", "min", 2, min, lambda a, b, _: (_step(b - a), _step(a - b)), lambda a, b: a == b),
)
