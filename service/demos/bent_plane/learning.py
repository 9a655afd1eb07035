"""Networks whose layers all have two units, so that each layer is a plane that can be drawn."""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.demo import Progress
from service.demos.dense import Dense, drawn, gradients
from service.demos.initialization_training.points import DATASETS as OTHERS
from service.demos.initialization_training.points import Points, draw
from service.demos.moving import moments
from service.demos.part import Part
from service.demos.schemes import Scheme

CURVES = "curves"
DATASETS = (CURVES, *OTHERS)
REACH = 1.2  # the plane is drawn from -REACH to REACH
_OTHERS_REACH = 5.0  # of the other sets
_GAIN = 2.0  # over Xavier's: layers bend from the start


@dataclass(frozen=True)
class Rule:
    """Gradient descent over all points, from several starts."""

    hidden: int  # layers
    activation: str
    rate: float
    steps: int
    starts: int


@dataclass(frozen=True)
class Bent:
    """A network at some steps of learning, and its costs at these."""

    shown: Ints  # (moments,)
    nets: tuple[Dense, ...]
    costs: Floats  # (moments,), in nats


def draw_points(dataset: str, n: int, random: np.random.Generator) -> Points:
    """Every other point of class 1, within -1 and 1."""
    if dataset != CURVES:
        points = draw(dataset, n, random)
        return Points(points.places / _OTHERS_REACH, points.labels)
    labels = (np.arange(n) % 2).astype(float)
    x = np.linspace(-1, 1, n)
    return Points(np.stack([x, 0.9 - 1.6 * x * x - 0.5 * (1 - labels)], axis=1), labels)


def learn_all(points: Points, rule: Rule, random: np.random.Generator, progress: Progress) -> list[Bent]:
    """From each start."""
    return [_learn(points, rule, random, Part(progress, place, rule.starts)) for place in range(rule.starts)]


def _learn(points: Points, rule: Rule, random: np.random.Generator, progress: Progress) -> Bent:
    net = drawn((2, *[2] * rule.hidden, 1), rule.activation, Scheme("xavier", _GAIN), random)
    targets, nets, costs = points.labels[:, None], [], []
    shown = moments(rule.steps)[::-2][::-1]  # half as many as usual: each shows several planes
    for step in range(rule.steps + 1):
        found = gradients(net, points.places, targets)
        if step in shown:
            nets.append(net)
            costs.append(found.loss)
            progress(step / rule.steps)
        net = net.stepped(found, rule.rate)
    return Bent(shown, tuple(nets), np.array(costs))


def planes(net: Dense, places: Floats) -> list[Floats]:
    """Where points (n, 2) lie in the plane of the inputs, and in that of each hidden layer."""
    return [places, *net.outputs(places)]
