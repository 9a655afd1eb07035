"""Forward and backward through LANES nets of one shape at once, lane innermost; see passes.

Each lane does the arithmetic of a single net in the same order, so its numbers are the same to the last bit.
"""

import numpy as np

from service.demos.compiled import Floats, compiled
from service.demos.playground.activations import activate, times_slope
from service.demos.playground.kinds import LANES
from service.demos.playground.lane_vectors import add_products
from service.demos.playground.net import Net, Sums

_ONES = np.ones(LANES)


@compiled
def forward_lanes(net: Net, outputs: Floats, n: int) -> None:
    """Fill the outputs of n samples in each lane, of which the inputs are already there."""
    row = n * LANES  # numbers of one unit
    weight = bias = before = 0
    here = net.shape[0] * row
    for layer in range(1, len(net.shape)):
        sources, end = net.shape[layer - 1], here + net.shape[layer] * row
        for unit in range(here, end, row):
            for s in range(0, row, LANES):
                for lane in range(LANES):
                    outputs[unit + s + lane] = net.biases[bias + lane]
                links, inputs = (net.weights, weight, LANES), (outputs, before + s, row)
                add_products(outputs, unit + s, links, inputs, sources)
            weight += sources * LANES
            bias += LANES
        activate(net.codes[layer], outputs[here:end])
        before, here = here, end


@compiled
def backward_lanes(net: Net, sums: Sums, outputs: Floats, deltas: Floats, n: int) -> None:
    """Add the gradients of n samples in each lane to the sums."""
    row = n * LANES
    weight, bias, end = len(net.weights), len(net.biases), net.shape.sum() * row
    for layer in range(len(net.shape) - 1, 0, -1):
        width, sources = net.shape[layer], net.shape[layer - 1]
        here = end - width * row
        before = here - sources * row
        weight -= width * sources * LANES
        bias -= width * LANES
        times_slope(net.codes[layer], deltas[here:end], outputs[here:end])
        for unit in range(width):
            delta = (deltas, here + unit * row, LANES)
            add_products(sums.biases, bias + unit * LANES, delta, (_ONES, 0, 0), n)
            for source in range(sources):
                link, output = weight + (unit * sources + source) * LANES, (outputs, before + source * row, LANES)
                add_products(sums.weights, link, delta, output, n)
        if layer > 1:
            deltas[before:here] = 0.0
            for source in range(sources):
                for s in range(0, row, LANES):
                    links = (net.weights, weight + source * LANES, sources * LANES)
                    add_products(deltas, before + source * row + s, links, (deltas, here + s, row), width)
        end = here
