"""A small net as flat arrays, so that no new shape of layers ever needs a compilation.

Weights lie layer by layer, unit by unit, one for each unit of the layer before; biases one for each unit that is no
input. Nets of one shape may go side by side as lanes: each number then is LANES numbers, lane innermost.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from service.demos.compiled import Bools, Floats, Ints
from service.demos.playground.kinds import ACTIVATIONS, CROSS_ENTROPY, LINEAR, LOSSES, NONE, SGD, SQUARED

FIRST_BIAS = 0.1


class Net(NamedTuple):
    """`shape`: the layers' widths, inputs first. `codes`: each layer's activation, the first one's unused.

    Under CROSS_ENTROPY the output unit is linear and its tanh is part of the loss, which so stays finite and exact
    however large the total input is.
    """

    shape: Ints  # (layers,)
    codes: Ints  # (layers,)
    weights: Floats  # (weights * lanes,)
    biases: Floats  # (units * lanes,)
    lanes: int
    loss: int = SQUARED


class Sums(NamedTuple):
    """Gradients summed since the last update, of `pending` samples."""

    weights: Floats  # (weights * lanes,)
    biases: Floats  # (units * lanes,)
    pending: Ints  # (1,)


class Samples(NamedTuple):
    """What a net is trained on or judged by; with lanes, sample by sample, lane innermost."""

    inputs: Floats  # (features, samples * lanes)
    targets: Floats  # (samples * lanes,)


class Rule(NamedTuple):
    """How weights change: along the gradient, as the optimiser has it; the penalty is on weights, never on biases."""

    learning_rate: float
    penalty: int = NONE
    penalty_rate: float = 0.0
    batch_size: int = 10  # samples
    optimizer: int = SGD


class Memory(NamedTuple):
    """What an optimiser keeps of earlier gradients: two numbers for each weight, then for each bias."""

    weights: Floats  # (2, weights * lanes)
    biases: Floats  # (2, units * lanes)
    decays: Floats  # (2,) Adam's beta1 and beta2 to the power of the updates so far


class Training(NamedTuple):
    """A net on its way. `dead` links stay 0 for ever: L1 had pushed them across 0."""

    net: Net
    sums: Sums
    dead: Bools  # (weights * lanes,)
    memory: Memory


def layer_widths(parameters: Mapping[str, Any]) -> list[int]:
    """The widths of all layers that a run's parameters ask for, from the inputs to the output."""
    return [len(parameters["features"]), *parameters["hidden_layers"], 1]


def count_weights(shape: list[int]) -> int:
    """How many links a net of these widths has."""
    return sum(before * width for before, width in pairwise(shape))


class Kind(NamedTuple):
    """What a net computes, by name: its hidden units' activation, its output unit's, and its loss."""

    activation: str
    output: str
    loss: str = "squared"


def new_net(shape: list[int], kind: Kind, weights: Floats, bias: float) -> Net:
    """A single net from the widths of its layers, what it computes, and its first weights."""
    loss = LOSSES[kind.loss]
    output = LINEAR if loss == CROSS_ENTROPY else ACTIVATIONS[kind.output]
    codes = [ACTIVATIONS[kind.activation]] * (len(shape) - 1) + [output]
    return Net(np.array(shape), np.array(codes), weights, np.full(sum(shape[1:]), bias), 1, loss)


def layers_of(net: Net, by_weight: Floats, by_bias: Floats) -> list[tuple[Floats, Floats]]:
    """Numbers of a single net's weights and biases, layer by layer: (units, units of the layer before), (units,)."""
    shape, layers, weight, bias = net.shape.tolist(), [], 0, 0
    for before, width in pairwise(shape):
        links = slice(weight, weight + before * width)
        layers.append((by_weight[links].reshape(width, before), by_bias[bias : bias + width]))
        weight, bias = weight + before * width, bias + width
    return layers


def side_by_side(nets: list[Net]) -> Net:
    """Nets of one shape and one kind as the lanes of one."""
    first = nets[0]
    weights, biases = (np.stack(rows, axis=1).ravel() for rows in zip(*(net[2:4] for net in nets), strict=True))
    return Net(first.shape, first.codes, weights, biases, len(nets), first.loss)


def samples_side_by_side(sets: list[Samples]) -> Samples:
    """Sets of one size as the lanes of one."""
    inputs = np.stack([one.inputs for one in sets], axis=2)  # (features, samples, lanes)
    targets = np.stack([one.targets for one in sets], axis=1)  # (samples, lanes)
    return Samples(inputs.reshape(len(inputs), -1), targets.ravel())


def start_training(net: Net) -> Training:
    """A net with nothing summed, no dead link, and an optimiser that remembers nothing."""
    sums = Sums(np.zeros_like(net.weights), np.zeros_like(net.biases), np.zeros(1, dtype=np.int64))
    memory = Memory(np.zeros((2, len(net.weights))), np.zeros((2, len(net.biases))), np.ones(2))
    return Training(net, sums, np.zeros(len(net.weights), dtype=np.bool_), memory)
