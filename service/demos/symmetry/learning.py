"""Networks whose units start alike: what they learn, and how far apart two units of a layer ever are."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.dense import Dense, error_rate, gradients
from service.demos.initialization_training.points import Points

_EDGE = 1e12  # a cost beyond it is no longer followed


@dataclass(frozen=True)
class Pace:
    """How far each step goes along the gradient, and how many there are."""

    rate: float
    steps: int


@dataclass(frozen=True)
class Learnt:
    """One network's way from its first weights."""

    name: str
    costs: Floats  # (steps + 1,)
    apart: Floats  # (steps + 1,), the largest difference of two units of a layer
    net: Dense  # at the end
    accuracy: float
    diverged: bool

    @property
    def ranks(self) -> list[int]:
        """How many independent columns each layer's weights have."""
        return [int(np.linalg.matrix_rank(w)) for w in self.net.weights]


def alike(net: Dense) -> Dense:
    """The same network, with sums that never tell equal units apart: see `even_product`."""
    return Dense(net.weights, net.biases, net.activation, even_product)


def even_product(a: Floats, b: Floats) -> Floats:
    """The matrix product, with the terms of every entry added in one order.

    A processor's fastest product sums some columns in another order than others, and units that are equal
    become unequal in their last bits, from which they drift apart.
    """
    return np.asarray((a[:, :, None] * b[None]).sum(axis=1))


def learn(name: str, start: Dense, points: Points, pace: Pace, told: Callable[[float], None]) -> Learnt:
    """Gradient descent over all points; `told` hears which share is done."""
    net, targets = start, points.labels[:, None]
    costs, apart = [], []
    for step in range(pace.steps + 1):
        found = gradients(net, points.places, targets)
        if not found.loss <= _EDGE:
            break
        costs.append(found.loss)
        apart.append(largest_difference(net))
        if step < pace.steps:
            net = net.stepped(found, pace.rate)
        told(step / pace.steps)
    right = 1 - error_rate(net.logits(points.places), points.labels.astype(int))
    return Learnt(name, np.array(costs), np.array(apart), net, right, len(costs) <= pace.steps)


def largest_difference(net: Dense) -> float:
    """Of any weight into or out of two units of one layer, or of their biases."""
    layers = zip(net.weights[:-1], net.biases[:-1], net.weights[1:], strict=True)
    return max(float(np.ptp(np.vstack([w_in, bias, w_out.T]), axis=1).max()) for w_in, bias, w_out in layers)
