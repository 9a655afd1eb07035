"""Networks of rectified linear units that normalize, or do not, what their hidden units sum up."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from service.demos.compiled import Floats
from service.demos.dense import cross_entropy, probabilities
from service.demos.normalization import Moments, Normalizer
from service.demos.schemes import Scheme


class Layer(NamedTuple):
    """What is learnt of a layer, or its gradients; gain and shift are of what was normalized."""

    weights: Floats  # (n_in, n_out)
    bias: Floats
    gain: Floats
    shift: Floats


@dataclass(frozen=True)
class Network:
    """Hidden layers, all normalized in one way or none, and a last one that gives logits."""

    layers: tuple[Layer, ...]
    normalizer: Normalizer | None

    def stepped(self, slopes: Sequence[Layer], rate: float) -> "Network":
        """The network after one step of gradient descent."""
        layers = (
            Layer(*(value - rate * slope for value, slope in zip(layer, by_layer, strict=True)))
            for layer, by_layer in zip(self.layers, slopes, strict=True)
        )
        return Network(tuple(layers), self.normalizer)


@dataclass(frozen=True)
class Pass:
    """What is known after going forward: by layer its inputs, and by hidden layer what it makes of its sums."""

    inputs: list[Floats]
    moments: list[Moments]
    normalized: list[Floats]
    activated: list[Floats]  # before the units rectify it
    logits: Floats


def drawn(widths: Sequence[int], scale: float, normalizer: Normalizer | None, random: np.random.Generator) -> Network:
    """Weights of He et al. times `scale`; biases and shifts are 0, gains 1."""
    layers = (
        Layer(Scheme("he", scale).weights(n_in, n_out, random), np.zeros(n_out), np.ones(n_out), np.zeros(n_out))
        for n_in, n_out in pairwise(widths)
    )
    return Network(tuple(layers), normalizer)


def forward(net: Network, x: Floats, by: Sequence[Moments] = ()) -> Pass:
    """Of inputs (n, n_in); moments are their own, or those given, by hidden layer."""
    inputs, used, normalized, activated = [x], [], [], []
    for place, layer in enumerate(net.layers[:-1]):
        z = inputs[-1] @ layer.weights + layer.bias
        if net.normalizer:
            used.append(by[place] if by else net.normalizer.moments(z))
            normalized.append(net.normalizer.normalized(z, used[-1]))
            z = layer.gain * normalized[-1] + layer.shift
        activated.append(z)
        inputs.append(np.maximum(z, 0.0))
    last = net.layers[-1]
    return Pass(inputs, used, normalized, activated, inputs[-1] @ last.weights + last.bias)


def gradients(net: Network, done: Pass, targets: Floats) -> tuple[float, list[Layer]]:
    """The mean cross-entropy of a batch, and its gradients, through their own moments."""
    by_sum = (probabilities(done.logits) - targets) / len(targets)
    slopes: list[Layer] = []
    for place in range(len(net.layers) - 1, -1, -1):
        layer = net.layers[place]
        gain, shift = np.zeros_like(layer.gain), np.zeros_like(layer.shift)
        if place < len(net.layers) - 1:
            by_sum = by_sum * (done.activated[place] > 0)
            if net.normalizer:
                normalized = done.normalized[place]
                gain, shift = (by_sum * normalized).sum(axis=0), by_sum.sum(axis=0)
                by_sum = net.normalizer.back(by_sum * layer.gain, normalized, done.moments[place])
        slopes.append(Layer(done.inputs[place].T @ by_sum, by_sum.sum(axis=0), gain, shift))
        by_sum = by_sum @ layer.weights.T
    return cross_entropy(done.logits, targets), slopes[::-1]
