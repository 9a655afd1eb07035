"""The playground's optimisers beside plain gradient descent: they turn a gradient into the direction of the step.

As the optimizers demo has them: momentum 0.9, RMSprop's decay 0.9, Adam's 0.9 and 0.999 with bias correction. The
penalty on the weights is no part of the gradient that they see, but a step of its own, as in AdamW.
"""

import math

from service.demos.compiled import Floats, compiled
from service.demos.playground.kinds import ADAGRAD, ADAM, MOMENTUM, NESTEROV
from service.demos.playground.net import Memory, Sums

_MOMENTUM, _RMS_DECAY = 0.9, 0.9
_BETA1, _BETA2 = 0.9, 0.999
_EPSILON = 1e-8


@compiled
def turn(optimizer: int, sums: Sums, memory: Memory) -> None:
    """Put directions, to be taken times the learning rate, in the place of the summed gradients."""
    memory.decays[0] *= _BETA1
    memory.decays[1] *= _BETA2
    for totals, kept in ((sums.weights, memory.weights), (sums.biases, memory.biases)):
        totals[:] /= sums.pending[0]
        if optimizer == ADAM:
            _adam(totals, kept[0], kept[1], memory.decays)
        elif optimizer in (MOMENTUM, NESTEROV):
            _momentum(totals, kept[0], optimizer == NESTEROV)
        else:
            _scaled(totals, kept[0], optimizer)


@compiled
def _momentum(gradients: Floats, kept: Floats, looks_ahead: bool) -> None:
    for i in range(len(gradients)):
        kept[i] = _MOMENTUM * kept[i] + gradients[i]
        gradients[i] = gradients[i] + _MOMENTUM * kept[i] if looks_ahead else kept[i]


@compiled
def _scaled(gradients: Floats, squares: Floats, optimizer: int) -> None:
    """AdaGrad's sum, or RMSprop's running mean, of squares."""
    keep, add = (1.0, 1.0) if optimizer == ADAGRAD else (_RMS_DECAY, 1 - _RMS_DECAY)
    for i in range(len(gradients)):
        squares[i] = keep * squares[i] + add * gradients[i] * gradients[i]
        gradients[i] = gradients[i] / (math.sqrt(squares[i]) + _EPSILON)


@compiled
def _adam(gradients: Floats, means: Floats, squares: Floats, decays: Floats) -> None:
    for i in range(len(gradients)):
        means[i] = _BETA1 * means[i] + (1 - _BETA1) * gradients[i]
        squares[i] = _BETA2 * squares[i] + (1 - _BETA2) * gradients[i] * gradients[i]
        gradients[i] = means[i] / (1 - decays[0]) / (math.sqrt(squares[i] / (1 - decays[1])) + _EPSILON)
