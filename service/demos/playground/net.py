"""A small net as flat arrays, so that no new shape of layers ever needs a compilation.

Weights lie layer by layer, unit by unit, one for each unit of the layer before; biases one for each unit that is no
input. Nets of one shape may go side by side as lanes: each number then is LANES numbers, lane innermost.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from service.demos.compiled import Bools, Floats, Ints
from service.demos.playground.activations import CODES

FIRST_BIAS = 0.1


class Net(NamedTuple):
    """`shape`: the layers' widths, inputs first. `codes`: each layer's activation, the first one's unused."""

    shape: Ints  # (layers,)
    codes: Ints  # (layers,)
    weights: Floats  # (weights * lanes,)
    biases: Floats  # (units * lanes,)
    lanes: int


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
    """How weights change: plain gradient descent with a penalty on the weights, never on the biases."""

    learning_rate: float
    penalty: int  # NONE, L1 or L2
    penalty_rate: float
    batch_size: int  # samples


class Training(NamedTuple):
    """A net on its way. `dead` links stay 0 for ever: L1 had pushed them across 0."""

    net: Net
    sums: Sums
    dead: Bools  # (weights * lanes,)


def layer_widths(parameters: Mapping[str, Any]) -> list[int]:
    """The widths of all layers that a run's parameters ask for, from the inputs to the output."""
    return [len(parameters["features"]), *parameters["hidden_layers"], 1]


def count_weights(shape: list[int]) -> int:
    """How many links a net of these widths has."""
    return sum(before * width for before, width in pairwise(shape))


def new_net(shape: list[int], activation: str, output: str, weights: Floats, bias: float) -> Net:
    """A single net from the widths of its layers, the names of its activations and its first weights."""
    codes = [CODES[activation]] * (len(shape) - 1) + [CODES[output]]
    return Net(np.array(shape), np.array(codes), weights, np.full(sum(shape[1:]), bias), 1)


def side_by_side(nets: list[Net]) -> Net:
    """Nets of one shape and one kind as the lanes of one."""
    first = nets[0]
    weights, biases = (np.stack(rows, axis=1).ravel() for rows in zip(*(net[2:4] for net in nets), strict=True))
    return Net(first.shape, first.codes, weights, biases, len(nets))


def samples_side_by_side(sets: list[Samples]) -> Samples:
    """Sets of one size as the lanes of one."""
    inputs = np.stack([one.inputs for one in sets], axis=2)  # (features, samples, lanes)
    targets = np.stack([one.targets for one in sets], axis=1)  # (samples, lanes)
    return Samples(inputs.reshape(len(inputs), -1), targets.ravel())


def start_training(net: Net) -> Training:
    """A net with nothing summed and no dead link."""
    sums = Sums(np.zeros_like(net.weights), np.zeros_like(net.biases), np.zeros(1, dtype=np.int64))
    return Training(net, sums, np.zeros(len(net.weights), dtype=np.bool_))
