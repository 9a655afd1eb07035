"""Networks that learn to read digits, and what their layers make of digits that they have not learnt from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Progress
from service.demos.dense import Dense, Gradients, drawn, gradients, one_hot
from service.demos.digits import CLASSES, COUNT, PIXELS, Digits
from service.demos.digits import drawn as drawn_digits
from service.demos.schemes import Scheme

N_TRAIN = 900
MOST_SHOWN = COUNT - N_TRAIN
_BATCH = 30  # divides N_TRAIN
RAW, OUTPUT = "Pixels", "Logits"


@dataclass(frozen=True)
class Shape:
    """Of a network between pixels and logits."""

    hidden: tuple[int, ...]
    activation: str

    @property
    def scheme(self) -> Scheme:
        """How its weights are drawn."""
        return Scheme("he" if self.activation in ("relu", "leaky_relu") else "xavier")


def draw_digits(shown: int, random: np.random.Generator) -> tuple[Digits, Digits]:
    """Digits to learn from, and so many others to look at."""
    learnt, others = drawn_digits(N_TRAIN, random)
    return learnt, others[:shown]


def draw_net(shape: Shape, random: np.random.Generator) -> Dense:
    """A network before learning."""
    return drawn((PIXELS, *shape.hidden, CLASSES), shape.activation, shape.scheme, random)


@dataclass(frozen=True)
class Rule:
    """Stochastic gradient descent; a network that shares weights, or pools, has a slope of its own."""

    rate: float
    epochs: int
    slope: Callable[[Dense, Floats, Floats], Gradients] = gradients  # of a network, by inputs and targets


def learn(net: Dense, digits: Digits, rule: Rule, progress: Progress) -> Dense:
    """Over shuffled batches; every network meets the same order."""
    random, images = np.random.default_rng(0), digits.centred().images
    targets = one_hot(digits.labels, CLASSES)
    for epoch in range(rule.epochs):
        for rows in random.permutation(len(digits)).reshape(-1, _BATCH):
            net = net.stepped(rule.slope(net, images[rows], targets[rows]), rule.rate)
        progress((epoch + 1) / rule.epochs, "learning")
    return net


def representations(net: Dense, digits: Digits) -> dict[str, Floats]:
    """What pixels, each hidden layer and the logits hold of every digit, (n, units) by name."""
    images = digits.centred().images
    hidden = {f"Layer {place}": outputs for place, outputs in enumerate(net.outputs(images), 1)}
    return {RAW: images, **hidden, OUTPUT: net.logits(images)}
