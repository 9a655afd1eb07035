"""Networks of several families, and the representations of digits that they learn."""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Progress
from service.demos.dense import gradients
from service.demos.digits import Digits
from service.demos.representation_space.convolving import draw_convolving, pooled_gradients, pooled_outputs, tie
from service.demos.representations.learning import RAW, Rule, Shape, draw_net, learn

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
    "pooling": tuple(Member("pooling", (filters,)) for filters in (2, 8)),
}
TITLES = {
    "pixels": "Pixels",
    "sigmoid": "Sigmoid units",
    "relu": "ReLU units",
    "two-relu": "Two layers of ReLUs",
    "convolution": "5×5 filters",
    "pooling": "5×5 filters, 2×2 maxima",
}


@dataclass(frozen=True)
class Learnt:
    """What a member learnt: what it holds of the digits shown, (n, units), and how it answers, (n, CLASSES)."""

    member: Member
    points: Floats
    logits: Floats | None  # None: pixels give no answer


def learn_member(
    member: Member, digits: tuple[Digits, Digits], random: np.random.Generator, progress: Progress
) -> Learnt:
    """Let a network learn from the first digits; its last hidden layer represents the second ones."""
    learnt, shown = digits
    images = shown.centred().images
    if not member.hidden:
        return Learnt(member, images, None)
    if member.family in ("convolution", "pooling"):
        start, shared = draw_convolving(member.hidden[0], member.family == "pooling", random)
        slope = pooled_gradients if member.family == "pooling" else gradients
        rule = Rule(_RATES["convolution"], _EPOCHS, lambda net, x, targets: tie(slope(net, x, targets), shared))
    else:
        activation = "sigmoid" if member.family == "sigmoid" else "relu"
        start, rule = draw_net(Shape(member.hidden, activation), random), Rule(_RATES[activation], _EPOCHS)
    net = learn(start, learnt, rule, progress)
    points = pooled_outputs(net, images) if member.family == "pooling" else net.outputs(images)[-1]
    return Learnt(member, points, points @ net.weights[-1] + net.biases[-1])
