"""Activation functions over whole arrays, in arithmetic that every processor rounds alike.

They call no C library, so their loops become vector instructions and equal inputs give equal bits on every
machine. tanh and sigmoid are within 5 units in the last place of the true value.
"""

import math
from decimal import Decimal

import numpy as np

from service.demos.compiled import Floats, compiled
from service.demos.playground.kinds import RELU, SIGMOID, TANH

_LN2 = Decimal("0.693147180559945309417232121458176568")
# ln(2) / 2 in two parts; the high one has 32 bits, so that its product with a small whole number is exact.
_HALF_LN2_HIGH = math.floor(float(_LN2) * 2**32) / 2**33
_HALF_LN2_LOW = float(_LN2 / 2 - Decimal(_HALF_LN2_HIGH))
_PER_HALF_LN2 = float(2 / _LN2)
_TO_EXPONENT = 1.5 * 2.0**52 + 1023  # after adding it, a double's lowest bits hold a rounded number + 1023
_TANH_IS_ONE = 20.0  # tanh(x) rounds to 1 from about 19.06 on
_EXP_OVERFLOWS = 700.0  # e^-x nearly does; the sigmoid of -700 is 1e-304


@compiled
def _halves(x: float) -> tuple[float, float, float]:
    """Powers of e for |x| <= 350: (p, a, b) with e^(2x) = p (a + b) / (a - b).

    2x = k ln 2 + 2z with |z| <= ln(2) / 4 and p = 2^k; b / a is Lambert's continued fraction of tanh(z), cut
    after its sixth term (error below 1e-18).
    """
    shifted = x * _PER_HALF_LN2 + _TO_EXPONENT
    k = shifted - _TO_EXPONENT
    p = np.int64(np.float64(shifted).view(np.int64) << 52).view(np.float64)
    z = (x - k * _HALF_LN2_HIGH) - k * _HALF_LN2_LOW
    q = z * z
    return p, 10395 + q * (4725 + q * (210 + q)), z * (10395 + q * (1260 + q * 21))


@compiled
def _tanh(values: Floats) -> None:
    """By the addition theorem: tanh(k ln(2) / 2) is (p - 1) / (p + 1), and tanh(z) is b / a."""
    for i in range(len(values)):
        x = values[i]
        x = _TANH_IS_ONE if x > _TANH_IS_ONE else x  # a NaN passes both bounds and stays one
        x = -_TANH_IS_ONE if x < -_TANH_IS_ONE else x
        p, a, b = _halves(x)
        values[i] = ((p - 1) * a + (p + 1) * b) / ((p + 1) * a + (p - 1) * b)


@compiled
def _sigmoid(values: Floats) -> None:
    for i in range(len(values)):
        x = values[i]
        x = _EXP_OVERFLOWS if x > _EXP_OVERFLOWS else x
        x = -_EXP_OVERFLOWS if x < -_EXP_OVERFLOWS else x
        p, a, b = _halves(x / 2)
        values[i] = p * (a + b) / (p * (a + b) + (a - b))


@compiled
def activate(code: int, values: Floats) -> None:
    """Turn total inputs into outputs, in place."""
    if code == TANH:
        _tanh(values)
    elif code == SIGMOID:
        _sigmoid(values)
    elif code == RELU:
        for i in range(len(values)):
            values[i] = 0.0 if values[i] <= 0.0 else values[i]


@compiled
def times_slope(code: int, deltas: Floats, outputs: Floats) -> None:
    """Multiply each delta by the activation's derivative, read from the output; ReLU's at 0 is 0."""
    if code == TANH:
        for i in range(len(deltas)):
            deltas[i] = deltas[i] * (1.0 - outputs[i] * outputs[i])
    elif code == SIGMOID:
        for i in range(len(deltas)):
            deltas[i] = deltas[i] * (outputs[i] * (1.0 - outputs[i]))
    elif code == RELU:
        for i in range(len(deltas)):
            deltas[i] = deltas[i] * (0.0 if outputs[i] <= 0.0 else 1.0)
