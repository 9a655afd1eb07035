"""Activation functions, their derivatives worked out by hand, and what is known of them.

Where a function has a kink, its derivative there is the one from the left, as deep learning libraries take it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al., arXiv 1706.02515
NAMES = (
    "linear",
    "sigmoid",
    "tanh",
    "softsign",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "softplus",
    "gelu",
    "swish",
    "mish",
    "hard_swish",
)
# Lowest values of functions that dip below 0 have no closed form; these solve f' = 0.
_GELU_FLOOR, _SWISH_FLOOR, _MISH_FLOOR = -0.1699712074799037, -0.2784645427610738, -0.3088434130125124

Curve = Callable[[Floats], Floats]
_erfc = np.vectorize(math.erfc, otypes=[float])


@dataclass(frozen=True)
class Facts:
    """`bounds` of f's values and `limits` of f' toward minus and plus infinity; a bound of None is infinite."""

    bounds: tuple[float | None, float | None]
    limits: tuple[float, float]
    is_monotone: bool = True
    kinks: tuple[float, ...] = ()  # where f' jumps


@dataclass(frozen=True)
class Activation:
    """A function of one number, and its derivative."""

    title: str
    formula: str
    f: Curve
    slope: Curve
    facts: Facts


def activations(negative_slope: float, alpha: float, beta: float) -> dict[str, Activation]:
    """All of them by name, with the leaky ReLU's slope, the ELU's alpha and the swish's beta."""
    found = {**_squashing(), **_rectifying(negative_slope), **_exponential(alpha), **_gated(beta)}
    return {name: found[name] for name in NAMES}


def _squashing() -> dict[str, Activation]:
    def tanh_slope(x: Floats) -> Floats:
        return np.asarray(1 - np.tanh(x) ** 2)

    def softsign(x: Floats) -> Floats:
        return np.asarray(x / (1 + np.abs(x)))

    def softsign_slope(x: Floats) -> Floats:
        return np.asarray(1 / (1 + np.abs(x)) ** 2)

    return {
        "sigmoid": Activation("Sigmoid", "1 / (1 + exp(−x))", _sigmoid, _sigmoid_slope, Facts((0, 1), (0, 0))),
        "tanh": Activation("tanh", "tanh(x) = 2 sigmoid(2x) − 1", np.tanh, tanh_slope, Facts((-1, 1), (0, 0))),
        "softsign": Activation("Softsign", "x / (1 + |x|)", softsign, softsign_slope, Facts((-1, 1), (0, 0))),
    }


def _rectifying(negative_slope: float) -> dict[str, Activation]:
    def kinked(slope: float) -> tuple[Curve, Curve]:
        return lambda x: np.where(x > 0, x, slope * x) + 0.0, lambda x: np.where(x > 0, 1.0, slope)

    def relu(x: Floats) -> Floats:
        """As `kinked(0.0)`, three times as fast: networks spend much of their time here."""
        return np.asarray(np.maximum(x, 0.0) + 0.0)  # a -0 becomes 0

    kink = (0.0,) if negative_slope != 1 else ()
    leaky = Facts((None if negative_slope > 0 else 0, None), (negative_slope, 1), kinks=kink)
    return {
        "linear": Activation("Linear", "x", lambda x: x + 0.0, np.ones_like, Facts((None, None), (1, 1))),
        "relu": Activation("ReLU", "max(0, x)", relu, kinked(0.0)[1], Facts((0, None), (0, 1), kinks=(0.0,))),
        "leaky_relu": Activation(
            "Leaky ReLU", f"x if x > 0, else {negative_slope:g} x", *kinked(negative_slope), leaky
        ),
        "softplus": Activation(
            "Softplus", "log(1 + exp(x))", lambda x: np.logaddexp(0, x), _sigmoid, Facts((0, None), (0, 1))
        ),
    }


def _exponential(alpha: float) -> dict[str, Activation]:
    def elu(scale: float, floor: float) -> tuple[Curve, Curve]:
        return (
            lambda x: scale * np.where(x > 0, x, floor * np.expm1(np.minimum(x, 0))),
            lambda x: scale * np.where(x > 0, 1.0, floor * np.exp(np.minimum(x, 0))),
        )

    kink = (0.0,) if alpha != 1 else ()
    scale, floor = SELU_SCALE, SELU_ALPHA
    return {
        "elu": Activation(
            "ELU", f"x if x > 0, else {alpha:g} (exp(x) − 1)", *elu(1, alpha), Facts((-alpha, None), (0, 1), kinks=kink)
        ),
        "selu": Activation(
            "SELU",
            "1.0507 x if x > 0, else 1.7581 (exp(x) − 1)",
            *elu(scale, floor),
            Facts((-scale * floor, None), (0, scale), kinks=(0.0,)),
        ),
    }


def _gated(beta: float) -> dict[str, Activation]:
    """Products of x and a gate that opens from 0 to 1."""

    def hard_slope(x: Floats) -> Floats:
        return np.where(x <= -3, 0.0, np.where(x <= 3, x / 3 + 0.5, 1.0))

    swish = Facts((_SWISH_FLOOR / beta, None), (0, 1), is_monotone=False)
    hard = Facts((-0.375, None), (0, 1), is_monotone=False, kinks=(-3.0, 3.0))
    return {
        "gelu": Activation(
            "GELU",
            "x Φ(x), Φ the normal distribution",
            lambda x: x * _normal_share(x),
            lambda x: _normal_share(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
            Facts((_GELU_FLOOR, None), (0, 1), is_monotone=False),
        ),
        "swish": Activation(
            "Swish",
            f"x sigmoid({beta:g} x)",
            lambda x: x * _sigmoid(beta * x),
            lambda x: _sigmoid(beta * x) + beta * x * _sigmoid_slope(beta * x),
            swish,
        ),
        "mish": Activation(
            "Mish",
            "x tanh(softplus(x))",
            lambda x: x * np.tanh(np.logaddexp(0, x)),
            _mish_slope,
            Facts((_MISH_FLOOR, None), (0, 1), is_monotone=False),
        ),
        "hard_swish": Activation(
            "Hard swish", "x min(max(x + 3, 0), 6) / 6", lambda x: x * np.clip(x + 3, 0, 6) / 6, hard_slope, hard
        ),
    }


def _sigmoid(x: Floats) -> Floats:
    """In a form that never overflows, and is exact far to the left, too."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1 + small))


def _sigmoid_slope(x: Floats) -> Floats:
    return _sigmoid(x) * _sigmoid(-x)


def _normal_share(x: Floats) -> Floats:
    """The standard normal distribution function, exact far to the left, too."""
    return np.asarray(_erfc(-x / math.sqrt(2)) / 2)


def _mish_slope(x: Floats) -> Floats:
    gate = np.tanh(np.logaddexp(0, x))
    return np.asarray(gate + x * _sigmoid(x) * (1 - gate * gate))
