"""What the networks are made of: blocks of convolution, perhaps a dense layer, ten classes; and how they learn."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from service.demos.digits import CLASSES

SIDE = 8  # pixels along each side of a digit
N_TEST = 500  # digits that judge
LOGITS = "logits"
POOLINGS = ("max", "average", "none")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
OPTIMIZERS = ("sgd", "momentum", "adam")


@dataclass(frozen=True)
class Layer:
    """The weights of one layer: of a convolution (out, in, k, k), of a dense one (in, out)."""

    name: str
    weights: tuple[int, ...]
    units: int  # maps of a convolution; each has a bias
    is_normalized: bool = False  # over a batch: then each unit has a scale and a shift, and no bias

    @property
    def is_convolution(self) -> bool:
        """Whether the same weights are used at every place."""
        return len(self.weights) == 4

    @property
    def inputs(self) -> int:
        """Numbers that one unit sums up."""
        return prod(self.weights[1:]) if self.is_convolution else self.weights[0]

    @property
    def parameters(self) -> int:
        """Weights, and the numbers of each unit."""
        return prod(self.weights) + self.units * (2 if self.is_normalized else 1)


@dataclass(frozen=True)
class Shape:
    """Blocks of convolution, activation and pooling, then a dense layer where `hidden` is not 0, then the classes."""

    side: int  # of the pictures, in pixels
    channels: tuple[int, ...]
    kernel_size: int = 3
    pooling: str = "max"
    activation: str = "relu"
    batch_norm: bool = False
    hidden: int = 0

    @property
    def name(self) -> str:
        """What it is called beside the other one."""
        return "convolutional" if self.channels else "dense"

    @property
    def sides(self) -> tuple[int, ...]:
        """Of the picture, and of the maps after each block: a convolution keeps it, pooling halves it."""
        halved = 0 if self.pooling == "none" else 1
        return tuple(self.side >> halved * block for block in range(len(self.channels) + 1))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All that have weights, in their order; the last ones are the logits."""
        k, maps, normalized = self.kernel_size, (1, *self.channels), self.batch_norm
        blocks = [
            Layer(f"convolution {n}", (maps[n], maps[n - 1], k, k), maps[n], normalized) for n in range(1, len(maps))
        ]
        features = maps[-1] * self.sides[-1] ** 2
        dense = [Layer("hidden", (features, self.hidden), self.hidden, normalized)] if self.hidden else []
        return (*blocks, *dense, Layer(LOGITS, (self.hidden or features, CLASSES), CLASSES))

    @property
    def parameters(self) -> int:
        """All that is learnt."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def products(self) -> int:
        """Multiplications for one digit, forward."""
        sides = dict(zip((layer.name for layer in self.layers), self.sides, strict=False))
        return sum(
            prod(layer.weights) * (sides[layer.name] ** 2 if layer.is_convolution else 1) for layer in self.layers
        )

    @property
    def map_cells(self) -> int:
        """Numbers in all maps of one digit, before pooling."""
        return sum(maps * side**2 for maps, side in zip(self.channels, self.sides, strict=False))


def convolutional(parameters: Mapping[str, Any]) -> Shape:
    """The network that is asked for."""
    names = ("kernel_size", "pooling", "activation", "batch_norm", "hidden")
    return Shape(
        SIDE + 2 * parameters["room"], tuple(parameters["channels"]), **{name: parameters[name] for name in names}
    )


def dense_rival(shape: Shape) -> Shape:
    """The network without convolutions that has as many parameters, as nearly as whole units allow."""
    each = shape.side**2 + 1 + CLASSES + (1 if shape.batch_norm else 0)  # what a hidden unit adds
    hidden = max(1, round((shape.parameters - CLASSES) / each))
    return Shape(shape.side, (), activation=shape.activation, batch_norm=shape.batch_norm, hidden=hidden)


@dataclass(frozen=True)
class Course:
    """How networks learn, each seed from digits of its own."""

    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    dropout: float  # of what the logits are made of
    n_train: int
    room: int  # pixels that a digit may be out of the middle, in each direction

    @property
    def batches(self) -> int:
        """In an epoch; digits that do not fill one wait for the next epoch."""
        return self.n_train // self.batch_size


def course_of(parameters: Mapping[str, Any]) -> Course:
    """How the networks that are asked for learn."""
    names = ("optimizer", "learning_rate", "batch_size", "epochs", "dropout")
    return Course(
        **{name: parameters[name] for name in names}, n_train=parameters["train_size"], room=parameters["room"]
    )
