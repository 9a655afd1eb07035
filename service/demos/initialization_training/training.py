"""The small network 2-6-3-1 of the demo, from weights of several variances, by gradient descent over all points."""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.dense import Dense, Gradients, drawn, gradients
from service.demos.initialization_training.points import Points
from service.demos.moving import moments
from service.demos.schemes import Scheme

WIDTHS = (2, 6, 3, 1)
EDGE = 1e12  # a cost beyond it is no longer followed


@dataclass(frozen=True)
class Training:
    """One run: its costs by step, and the network and its gradients at some steps."""

    variance: float
    costs: Floats  # (steps + 1,)
    shown: Ints  # steps of which there are snapshots
    nets: tuple[Dense, ...]
    slopes: tuple[Gradients, ...]
    diverged: bool


def train(points: Points, variance: float, unit: Dense, rate: float, steps: int) -> Training:
    """Full-batch gradient descent from `unit`, whose weights are N(0, 1 / n_in), times the root of the variance."""
    net = Dense(tuple(np.sqrt(variance) * w for w in unit.weights), unit.biases, unit.activation)
    targets, shown = points.labels[:, None], moments(steps)
    costs, nets, slopes = [], [], []
    for step in range(steps + 1):
        found = gradients(net, points.places, targets)
        if not found.loss <= EDGE:
            break
        costs.append(found.loss)
        if step in shown:
            nets.append(net)
            slopes.append(found)
        net = net.stepped(found, rate)
    return Training(variance, np.array(costs), shown[: len(nets)], tuple(nets), tuple(slopes), len(costs) <= steps)


def unit_net(random: np.random.Generator) -> Dense:
    """The network at variance 1: weights N(0, 1 / n_in), biases 0."""
    return drawn(WIDTHS, "relu", Scheme("lecun"), random)
