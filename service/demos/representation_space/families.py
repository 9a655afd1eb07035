"""Networks of several families, and the representations of digits that they learn."""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.demo import Progress
from service.demos.dense import Dense, Gradients
from service.demos.digits import CLASSES, PIXELS, Digits
from service.demos.representations.learning import RAW, Rule, Shape, draw_net, learn
from service.demos.schemes import Scheme

_SIDE, _KERNEL = 8, 5  # of an image and of a kernel, in pixels
_PLACES = _SIDE - _KERNEL + 1  # of a kernel in an image, along each side
_EPOCHS = 12
# So that each family has learnt by then; kernels' gradients are sums over all their places.
_RATES = {"sigmoid": 1.0, "relu": 0.1, "convolution": 0.02}


@dataclass(frozen=True)
class Member:
    """A network of a family: `hidden` are the units of its layers, or its filters of 5 by 5 pixels."""

    family: str
    hidden: tuple[int, ...]

    @property
    def id(self) -> str:
        """As a parameter names it."""
        return f"{self.family}:{self.name}" if self.hidden else self.family

    @property
    def name(self) -> str:
        """As a figure says it."""
        return "-".join(map(str, self.hidden)) or RAW


FAMILIES: dict[str, tuple[Member, ...]] = {
    "pixels": (Member("pixels", ()),),
    "sigmoid": tuple(Member("sigmoid", (units,)) for units in (1, 2, 5, 20, 100)),
    "relu": tuple(Member("relu", (units,)) for units in (1, 2, 5, 10, 20, 100, 200)),
    "two-relu": tuple(Member("two-relu", hidden) for hidden in ((10, 5), (40, 20), (200, 100))),
    "convolution": tuple(Member("convolution", (filters,)) for filters in (2, 8)),
}
TITLES = {
    "pixels": "Pixels",
    "sigmoid": "Sigmoid units",
    "relu": "ReLU units",
    "two-relu": "Two layers of ReLUs",
    "convolution": "5×5 filters, ReLU",
}


@dataclass(frozen=True)
class Learnt:
    """What a member learnt: its network, and what it holds of the digits shown, (n, units)."""

    member: Member
    net: Dense | None  # None: pixels need none
    points: Floats


def learn_member(
    member: Member, digits: tuple[Digits, Digits], random: np.random.Generator, progress: Progress
) -> Learnt:
    """Let a network learn from the first digits; its last hidden layer represents the second ones."""
    learnt, shown = digits
    images = shown.centred().images
    if not member.hidden:
        return Learnt(member, None, images)
    if member.family == "convolution":
        start, rule = _convolving(member.hidden[0], random)
    else:
        activation = "sigmoid" if member.family == "sigmoid" else "relu"
        start, rule = draw_net(Shape(member.hidden, activation), random), Rule(_RATES[activation], _EPOCHS)
    net = learn(start, learnt, rule, progress)
    return Learnt(member, net, net.outputs(images)[-1])


def _convolving(filters: int, random: np.random.Generator) -> tuple[Dense, Rule]:
    """A dense network whose first layer shares its weights as a convolution does, and how it learns."""
    shared = sharing(filters)
    kernels = Scheme("he").weights(_KERNEL * _KERNEL, filters, random).ravel()
    units = _PLACES * _PLACES * filters
    first = np.where(shared >= 0, kernels[shared], 0.0)
    last = Scheme("he").weights(units, CLASSES, random)
    net = Dense((first, last), (np.zeros(units), np.zeros(CLASSES)), "relu")
    return net, Rule(_RATES["convolution"], _EPOCHS, lambda found: tie(found, shared))


def sharing(filters: int) -> Ints:
    """Which number of the kernels joins a pixel (rows) with a unit (columns); -1 where none does."""
    found = np.full((_SIDE, _SIDE, _PLACES, _PLACES, filters), -1)
    kernels = np.arange(_KERNEL * _KERNEL * filters).reshape(_KERNEL, _KERNEL, filters)
    for row in range(_PLACES):
        for column in range(_PLACES):
            found[row : row + _KERNEL, column : column + _KERNEL, row, column] = kernels
    return found.reshape(PIXELS, -1)


def tie(found: Gradients, shared: Ints) -> Gradients:
    """Give all weights that are one number the sum of their gradients: equal steps keep them equal."""
    joined = shared >= 0
    sums = np.bincount(shared[joined], found.weights[0][joined])
    filters = len(sums) // (_KERNEL * _KERNEL)
    by_filter = found.biases[0].reshape(-1, filters).sum(axis=0)
    weights = (np.where(joined, sums[shared], 0.0), *found.weights[1:])
    return Gradients(found.loss, weights, (np.tile(by_filter, len(found.biases[0]) // filters), *found.biases[1:]))
