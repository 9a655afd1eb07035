"""The playground's losses: of one sample, and their derivatives by the output.

Labels of the cross-entropy are -1 and 1; its output is the total input z of a tanh unit, so that the probability of
label 1 is (1 + tanh z) / 2 = sigmoid(2z).
"""

import math

import numpy as np

from service.demos.compiled import Floats, compiled
from service.demos.playground.activations import activate
from service.demos.playground.kinds import ABSOLUTE, CROSS_ENTROPY, SQUARED, TANH


@compiled
def loss_of(loss: int, output: float, target: float) -> float:
    """Half the squared error, the absolute error, or the cross-entropy in nats."""
    if loss == ABSOLUTE:
        return abs(output - target)
    if loss == CROSS_ENTROPY:
        wrong = -2.0 * target * output  # softplus of it, without overflow
        return max(wrong, 0.0) + math.log1p(math.exp(-abs(wrong)))
    return 0.5 * (output - target) * (output - target)


@compiled
def slopes_of(loss: int, outputs: Floats, targets: Floats, slopes: Floats) -> None:
    """Fill `slopes` with each sample's derivative of the loss by its output."""
    if loss == SQUARED:
        for i in range(len(slopes)):
            slopes[i] = outputs[i] - targets[i]
        return
    slopes[:] = outputs
    if loss == CROSS_ENTROPY:
        activate(TANH, slopes)
    for i in range(len(slopes)):
        slopes[i] = slopes[i] - targets[i]
    if loss == ABSOLUTE:
        for i in range(len(slopes)):
            slopes[i] = np.sign(slopes[i])
