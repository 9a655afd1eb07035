"""Dense networks by hand: layers of weights and biases, the loss, and its gradients by backpropagation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.propagation import FUNCTIONS
from service.demos.schemes import Scheme

Product = Callable[[Floats, Floats], Floats]
Masks = Sequence[Floats] | None  # what each layer's inputs (n, n_in) are multiplied by; None is by 1


@dataclass(frozen=True)
class Dense:
    """Hidden layers of one activation, then logits: of one class against another, or of several classes.

    `product` multiplies matrices: a demo may want another order of its sums than the processor's fastest.
    """

    weights: tuple[Floats, ...]  # each (n_in, n_out)
    biases: tuple[Floats, ...]  # each (n_out,)
    activation: str
    product: Product = np.matmul

    def forward(self, x: Floats, masks: Masks = None) -> tuple[list[Floats], list[Floats]]:
        """For inputs (n, n_in), what each layer is given, and what its units sum up; the last sums are the logits."""
        inputs: list[Floats] = []
        sums: list[Floats] = []
        for layer, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            h = FUNCTIONS[self.activation].f(sums[-1]) if sums else x
            inputs.append(_masked(h, masks, layer))
            sums.append(self.product(inputs[-1], weights) + bias)
        return inputs, sums

    def outputs(self, x: Floats) -> list[Floats]:
        """What the hidden layers put out."""
        return self.forward(x)[0][1:]

    def logits(self, x: Floats, masks: Masks = None) -> Floats:
        """Of each input (rows) and class (columns); a single column is that of class 1 against class 0."""
        return self.forward(x, masks)[1][-1]

    def stepped(self, gradients: "Gradients", rate: float) -> "Dense":
        """The network after one step of gradient descent."""
        weights = tuple(w - rate * g for w, g in zip(self.weights, gradients.weights, strict=True))
        biases = tuple(b - rate * g for b, g in zip(self.biases, gradients.biases, strict=True))
        return Dense(weights, biases, self.activation, self.product)


@dataclass(frozen=True)
class Gradients:
    """Of the mean loss over a batch, in the shapes of the network; and what the loss is of."""

    logits: Floats
    targets: Floats
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    @property
    def loss(self) -> float:
        """The mean loss over the batch, before the step."""
        return cross_entropy(self.logits, self.targets)


def drawn(widths: Sequence[int], activation: str, scheme: Scheme, random: np.random.Generator) -> Dense:
    """A network with layers of these widths, from the inputs to the logits; its biases are 0."""
    pairs = list(pairwise(widths))
    weights = tuple(scheme.weights(n_in, n_out, random) for n_in, n_out in pairs)
    return Dense(weights, tuple(np.zeros(n_out) for _, n_out in pairs), activation)


def one_hot(labels: Ints, classes: int) -> Floats:
    """Targets of a softmax: a 1 in each row, at the label."""
    return np.eye(classes)[labels]


def probabilities(logits: Floats) -> Floats:
    """Of the classes: a softmax of each row, or where there is one column, its sigmoid."""
    if logits.shape[1] == 1:
        return FUNCTIONS["sigmoid"].f(logits)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def cross_entropy(logits: Floats, targets: Floats) -> float:
    """The mean over inputs, in nats; finite for any finite logits."""
    if logits.shape[1] == 1:
        return float(np.mean(np.logaddexp(0, logits) - targets * logits))
    tops = logits.max(axis=1)
    norms = tops + np.log(np.exp(logits - tops[:, None]).sum(axis=1))
    return float(np.mean(norms - np.sum(targets * logits, axis=1)))


def gradients(net: Dense, x: Floats, targets: Floats, masks: Masks = None) -> Gradients:
    """By backpropagation; `targets` are of the logits' shape (n, classes)."""
    slope, (inputs, sums) = FUNCTIONS[net.activation].slope, net.forward(x, masks)
    by_sum = (probabilities(sums[-1]) - targets) / len(x)  # (n, classes), of the loss by the logits
    weights, biases = [], []
    for layer in range(len(sums) - 1, -1, -1):
        weights.append(net.product(inputs[layer].T, by_sum))
        biases.append(by_sum.sum(axis=0))
        if layer:
            by_input = _masked(net.product(by_sum, net.weights[layer].T), masks, layer)
            by_sum = by_input * slope(sums[layer - 1])
    return Gradients(sums[-1], targets, tuple(weights[::-1]), tuple(biases[::-1]))


def _masked(h: Floats, masks: Masks, layer: int) -> Floats:
    return h if masks is None else h * masks[layer]


def error_rate(logits: Floats, labels: Ints) -> float:
    """The share of inputs whose likeliest class is not their label."""
    answers = (logits[:, 0] > 0).astype(int) if logits.shape[1] == 1 else logits.argmax(axis=1)
    return float(np.mean(answers != labels))
