"""Deep random networks of several kinds, all with the same random numbers for weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Progress
from service.demos.propagation import FUNCTIONS, INPUTS
from service.demos.schemes import Scheme
from service.demos.selu.dropping import alpha_dropout, dropout
from service.demos.selu.mapping import Moments

Dropping = Callable[[Floats, float, np.random.Generator], Floats]


@dataclass(frozen=True)
class Kind:
    """An activation, the scheme of its weights, and the dropout after each layer but the last."""

    title: str
    activation: str
    scheme: str
    dropping: Dropping | None = None


KINDS = {
    "selu": Kind("SELU, LeCun", "selu", "lecun"),
    "relu": Kind("ReLU, He", "relu", "he"),
    "selu_alpha_dropout": Kind("SELU, alpha dropout", "selu", "lecun", alpha_dropout),
    "selu_dropout": Kind("SELU, plain dropout", "selu", "lecun", dropout),
    "selu_he": Kind("SELU, He", "selu", "he"),
    "elu": Kind("ELU, LeCun", "elu", "lecun"),
    "relu_lecun": Kind("ReLU, LeCun", "relu", "lecun"),
    "tanh": Kind("tanh, Xavier", "tanh", "xavier"),
}


@dataclass(frozen=True)
class Shape:
    """Of the networks, and what they are given."""

    depth: int
    width: int
    dropout: float
    inputs: Moments


@dataclass(frozen=True)
class Measured:
    """Of one kind: (networks, depth + 1) numbers over all units and inputs, place 0 being the input."""

    kind: Kind
    mean: Floats
    variance: Floats


def measure(
    kinds: Sequence[Kind], shape: Shape, nets: int, random: np.random.Generator, told: Progress
) -> list[Measured]:
    """Send the same inputs through each kind with equal random numbers, in several networks."""
    found = []
    for done in range(1, nets + 1):
        found.append(_measure(kinds, shape, random))
        told(done / nets, f"network {done}")
    numbers = np.array(found)  # (networks, depth + 1, kinds, 2)
    return [Measured(kind, numbers[:, :, place, 0], numbers[:, :, place, 1]) for place, kind in enumerate(kinds)]


def _measure(kinds: Sequence[Kind], shape: Shape, random: np.random.Generator) -> list[list[tuple[float, float]]]:
    """Mean and variance of each layer (rows) in each kind (columns)."""
    given = random.normal(shape.inputs.mean, np.sqrt(shape.inputs.variance), (INPUTS, shape.width))
    signals = [given for _ in kinds]
    rows = [[(float(given.mean()), float(given.var()))] * len(kinds)]
    for layer in range(shape.depth):
        pattern = random.standard_normal((shape.width, shape.width))
        if layer:
            signals = [_dropped(kind, h, shape, random) for kind, h in zip(kinds, signals, strict=True)]
        signals = [_layer(kind, h, pattern) for kind, h in zip(kinds, signals, strict=True)]
        rows.append([(float(h.mean()), float(h.var())) for h in signals])
    return rows


def _dropped(kind: Kind, h: Floats, shape: Shape, random: np.random.Generator) -> Floats:
    return h if kind.dropping is None else kind.dropping(h, shape.dropout, random)


def _layer(kind: Kind, h: Floats, pattern: Floats) -> Floats:
    scale = Scheme(kind.scheme).scale(*pattern.shape)
    return FUNCTIONS[kind.activation].f(scale * (h @ pattern))
