"""Forward and backward through one net, for a chunk of samples at a time.

The weights stay as they are within a batch, so the samples of a chunk are computed side by side in vector
registers, while every sum keeps the order of one sample after the other. Outputs and deltas of n samples are
packed: unit u of the net, inputs counted, has places u n to u n + n.
"""

from service.demos.compiled import Floats, compiled
from service.demos.playground.activations import activate, times_slope
from service.demos.playground.net import Net, Sums


@compiled
def forward(net: Net, outputs: Floats, n: int) -> None:
    """Fill the outputs of n samples, of which the inputs are already there."""
    weight = bias = before = 0
    here = net.shape[0] * n
    for layer in range(1, len(net.shape)):
        for unit in range(net.shape[layer]):
            output = outputs[here + unit * n : here + (unit + 1) * n]
            output[:] = net.biases[bias]
            bias += 1
            for source in range(before, here, n):
                _add_times(output, net.weights[weight], outputs[source : source + n])
                weight += 1
        end = here + net.shape[layer] * n
        activate(net.codes[layer], outputs[here:end])
        before, here = here, end


@compiled
def backward(net: Net, sums: Sums, outputs: Floats, deltas: Floats, n: int) -> None:
    """Add the gradients of n samples to the sums; the output unit's delta holds dE / d output already."""
    weight, bias, end = len(net.weights), len(net.biases), net.shape.sum() * n
    for layer in range(len(net.shape) - 1, 0, -1):
        width, sources = net.shape[layer], net.shape[layer - 1]
        here = end - width * n
        before = here - sources * n
        weight -= width * sources
        bias -= width
        times_slope(net.codes[layer], deltas[here:end], outputs[here:end])
        deltas[before:here] = 0.0
        for unit in range(width):
            delta = deltas[here + unit * n : here + (unit + 1) * n]
            sums.biases[bias + unit] = _plus(sums.biases[bias + unit], delta)
            for source in range(sources):
                link, place = weight + unit * sources + source, before + source * n
                output = outputs[place : place + n]
                sums.weights[link] = _plus_product(sums.weights[link], delta, output)
                if layer > 1:
                    _add_times(deltas[place : place + n], net.weights[link], delta)
        end = here


@compiled
def _add_times(total: Floats, factor: float, values: Floats) -> None:
    for s in range(len(total)):
        total[s] += factor * values[s]


@compiled
def _plus(total: float, values: Floats) -> float:
    for s in range(len(values)):
        total += values[s]
    return total


@compiled
def _plus_product(total: float, a: Floats, b: Floats) -> float:
    for s in range(len(a)):
        total += a[s] * b[s]
    return total
