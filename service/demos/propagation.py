"""Signals through deep random networks: what each layer makes of them forward and backward, and what theory says.

Theory is that of infinite width (Poole et al. 2016, arXiv 1606.05340; Schoenholz et al. 2017, arXiv 1611.01232).
"""

from dataclasses import dataclass

import numpy as np

from service.demos.activations.functions import activations
from service.demos.compiled import Floats
from service.demos.schemes import Scheme

INPUTS = 32  # signals that go through each network; their numbers are normal, of mean 0 and variance 1
FUNCTIONS = {
    name: function
    for name, function in activations(negative_slope=0.01, alpha=1.0, beta=1.0).items()
    if name in ("linear", "relu", "leaky_relu", "elu", "selu", "tanh", "sigmoid", "softsign")
}


@dataclass(frozen=True)
class Stack:
    """Networks of `depth` equal layers, without biases."""

    activation: str
    scheme: Scheme
    depth: int
    width: int

    @property
    def spread(self) -> float:
        """Width times the variance of a weight: how a layer spreads what it sums up."""
        return self.width * self.scheme.scale(self.width, self.width) ** 2


@dataclass(frozen=True)
class Signals:
    """Of one network, by layer: numbers of its outputs h (place 0 is the input), and gradients."""

    mean: Floats  # (depth + 1,)
    variance: Floats  # (depth + 1,)
    square: Floats  # (depth + 1,), the mean of h²
    gradient_square: Floats  # (depth + 1,), the mean square of the loss's gradient by h
    weight_gradient: Floats  # (depth,), the length of the loss's gradient by the weights
    outputs: dict[int, Floats]  # h itself, (INPUTS, width), of the layers asked for


def propagate(stack: Stack, random: np.random.Generator, kept: tuple[int, ...] = ()) -> Signals:
    """Send signals through a network drawn at random, and a gradient back.

    The loss is the mean over inputs of v·h, with h the last layer's output and v normal of variance 1.
    `gradient_square` is by the h of one input and of that input's v·h: at the top it is about 1.
    """
    function = FUNCTIONS[stack.activation]
    scale = stack.scheme.scale(stack.width, stack.width)
    outputs, sums, patterns = [random.standard_normal((INPUTS, stack.width))], [], []
    for _ in range(stack.depth):
        # In float32 the weights of the largest network take 400 MB; sums and signals are float64.
        patterns.append(stack.scheme.pattern(stack.width, stack.width, random).astype(np.float32))
        sums.append(scale * (outputs[-1] @ patterns[-1].astype(np.float64)))  # (INPUTS, width)
        outputs.append(function.f(sums[-1]))
    gradient = random.standard_normal((INPUTS, stack.width))
    squares, lengths = [float(np.mean(gradient**2))], []
    for h, z, pattern in zip(outputs[-2::-1], sums[::-1], patterns[::-1], strict=True):
        by_sum = gradient * function.slope(z)
        lengths.append(_length_of_product(h, by_sum) / INPUTS)
        gradient = scale * (by_sum @ pattern.astype(np.float64).T)
        squares.append(float(np.mean(gradient**2)))
    return Signals(
        np.array([h.mean() for h in outputs]),
        np.array([h.var() for h in outputs]),
        np.array([np.mean(h**2) for h in outputs]),
        np.array(squares[::-1]),
        np.array(lengths[::-1]),
        {layer: outputs[layer] for layer in kept},
    )


def _length_of_product(h: Floats, by_sum: Floats) -> float:
    """The Frobenius norm of h' by_sum, from the two small products among inputs."""
    return float(np.sqrt(np.maximum(np.sum((h @ h.T) * (by_sum @ by_sum.T)), 0.0)))


@dataclass(frozen=True)
class Theory:
    """Mean squares by layer of infinitely wide networks."""

    square: Floats  # (depth + 1,)
    gradient_square: Floats  # (depth + 1,)


def theory(stack: Stack) -> Theory:
    """A sum of many independent terms is normal, hence each layer's mean square follows from that of the last."""
    function = FUNCTIONS[stack.activation]
    squares, slopes = [1.0], []
    for _ in range(stack.depth):
        z = np.sqrt(stack.spread * squares[-1]) * _NODES
        squares.append(float(_SHARES @ function.f(z) ** 2))
        slopes.append(stack.spread * float(_SHARES @ function.slope(z) ** 2))
    return Theory(np.array(squares), np.asarray(np.cumprod([1.0, *slopes[::-1]])[::-1], dtype=float))


def _nodes() -> tuple[Floats, Floats]:
    """Places of a normal number, and their shares: dense at 0, where steep functions turn."""
    finest, farthest = 1e-4, 12.0
    t = np.linspace(-1, 1, 8001) * np.arcsinh(farthest / finest)
    z = finest * np.sinh(t)
    shares = np.exp(-z * z / 2) * np.cosh(t)
    return z, shares / shares.sum()


_NODES, _SHARES = _nodes()


def growth(squares: Floats) -> float:
    """By what each layer multiplies the mean square, on geometric average over the layers after the first."""
    if len(squares) < 3 or not 0 < squares[1] < np.inf:
        return float("nan")
    return float((squares[-1] / squares[1]) ** (1 / (len(squares) - 2)))
