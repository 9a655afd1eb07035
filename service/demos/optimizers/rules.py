"""Six rules of gradient descent. Each treats every coordinate alone: a gradient in, a step out.

`memory` is two numbers, 0 at first, that a rule keeps for a coordinate. Iterations `t` count from 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from service.demos.optimizers.functions import Function, Point

EDGE = 1e4  # a point farther out in any direction is no longer followed
REACHED = 0.01  # above the minimum
_RMS_DECAY = 0.9
_BETA1, _BETA2 = 0.9, 0.999  # of Adam, as its authors propose
_EPSILON = 1e-8

Memory = list[float]


@dataclass(frozen=True)
class Moment:
    """What a rule is told at an iteration."""

    rate: float
    momentum: float
    t: int


def _gd(gradient: float, _memory: Memory, now: Moment) -> float:
    return -now.rate * gradient


def _momentum(gradient: float, memory: Memory, now: Moment) -> float:
    memory[0] = now.momentum * memory[0] - now.rate * gradient
    return memory[0]


def _nesterov(gradient: float, memory: Memory, now: Moment) -> float:
    """In terms of the point that the gradient is taken at, one step of momentum ahead."""
    before = memory[0]
    memory[0] = now.momentum * before - now.rate * gradient
    return (1 + now.momentum) * memory[0] - now.momentum * before


def _adagrad(gradient: float, memory: Memory, now: Moment) -> float:
    memory[0] += gradient * gradient
    return -now.rate * gradient / (math.sqrt(memory[0]) + _EPSILON)


def _rmsprop(gradient: float, memory: Memory, now: Moment) -> float:
    memory[0] = _RMS_DECAY * memory[0] + (1 - _RMS_DECAY) * gradient * gradient
    return -now.rate * gradient / (math.sqrt(memory[0]) + _EPSILON)


def _adam(gradient: float, memory: Memory, now: Moment) -> float:
    memory[0] = _BETA1 * memory[0] + (1 - _BETA1) * gradient
    memory[1] = _BETA2 * memory[1] + (1 - _BETA2) * gradient * gradient
    mean, square = memory[0] / (1 - _BETA1**now.t), memory[1] / (1 - _BETA2**now.t)
    return -now.rate * mean / (math.sqrt(square) + _EPSILON)


RULES: dict[str, Callable[[float, Memory, Moment], float]] = {
    "gd": _gd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
}
TITLES = {
    "gd": "Gradient descent",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
}


@dataclass(frozen=True)
class Rates:
    """The learning rate of iteration t is rate / (1 + decay t)."""

    rate: float
    decay: float
    momentum: float


def descend(function: Function, rule: str, rates: Rates, start: Point, iterations: int) -> list[Point]:
    """The points visited, the start first; the last one is outside ±EDGE when the run diverged."""
    step, memories = RULES[rule], ([0.0, 0.0], [0.0, 0.0])
    path = [start]
    for t in range(1, iterations + 1):
        point = path[-1]
        now = Moment(rates.rate / (1 + rates.decay * t), rates.momentum, t)
        moves = [step(float(g), memory, now) for g, memory in zip(function.gradient(*point), memories, strict=True)]
        path.append((point[0] + moves[0], point[1] + moves[1]))
        if not is_inside(path[-1]):
            break
    return path


def is_inside(point: Point) -> bool:
    """Whether a point is followed further."""
    return abs(point[0]) <= EDGE and abs(point[1]) <= EDGE
