"""Dense networks that convolve: their first layer shares its weights, and its maxima of 2 by 2 may go on alone."""

from dataclasses import replace

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.dense import Dense, Gradients, gradients, probabilities
from service.demos.digits import CLASSES, PIXELS
from service.demos.schemes import Scheme

SIDE, KERNEL = 8, 5  # of an image and of a kernel, in pixels
PLACES = SIDE - KERNEL + 1  # of a kernel in an image, along each side
_POOL = 2
_POOLED = PLACES // _POOL


def draw_convolving(filters: int, pools: bool, random: np.random.Generator) -> tuple[Dense, Ints]:
    """A network before learning, and which of its first weights are one number."""
    shared = sharing(filters)
    kernels = Scheme("he").weights(KERNEL * KERNEL, filters, random).ravel()
    units = PLACES * PLACES * filters
    first = np.where(shared >= 0, kernels[shared], 0.0)
    last = Scheme("he").weights(_POOLED * _POOLED * filters if pools else units, CLASSES, random)
    return Dense((first, last), (np.zeros(units), np.zeros(CLASSES)), "relu"), shared


def sharing(filters: int) -> Ints:
    """Which number of the kernels joins a pixel (rows) with a unit (columns); -1 where none does."""
    found = np.full((SIDE, SIDE, PLACES, PLACES, filters), -1)
    kernels = np.arange(KERNEL * KERNEL * filters).reshape(KERNEL, KERNEL, filters)
    for row in range(PLACES):
        for column in range(PLACES):
            found[row : row + KERNEL, column : column + KERNEL, row, column] = kernels
    return found.reshape(PIXELS, -1)


def tie(found: Gradients, shared: Ints) -> Gradients:
    """Give all weights that are one number the sum of their gradients: equal steps keep them equal."""
    joined = shared >= 0
    sums = np.bincount(shared[joined], found.weights[0][joined])
    filters = len(sums) // (KERNEL * KERNEL)
    by_filter = found.biases[0].reshape(-1, filters).sum(axis=0)
    weights = (np.where(joined, sums[shared], 0.0), *found.weights[1:])
    biases = (np.tile(by_filter, len(found.biases[0]) // filters), *found.biases[1:])
    return replace(found, weights=weights, biases=biases)


def pooled_outputs(net: Dense, x: Floats) -> Floats:
    """The largest of each 2 by 2 outputs of every filter, (n, units / 4)."""
    return np.asarray(_blocks(np.maximum(x @ net.weights[0] + net.biases[0], 0)).max(axis=2))


def pooled_gradients(net: Dense, x: Floats, targets: Floats) -> Gradients:
    """By backpropagation: only the output that was the largest has a gradient."""
    z = x @ net.weights[0] + net.biases[0]
    blocks = _blocks(np.maximum(z, 0))
    pooled, winners = blocks.max(axis=2), blocks.argmax(axis=2)
    top = Dense(net.weights[1:], net.biases[1:], net.activation)
    last = gradients(top, pooled, targets)
    by_pooled = (probabilities(top.logits(pooled)) - targets) / len(x) @ top.weights[0].T  # (n, units / 4)
    by_blocks = np.where(np.arange(_POOL * _POOL) == winners[..., None], by_pooled[..., None], 0.0)
    by_sum = _unblocked(by_blocks) * (z > 0)
    return replace(last, weights=(x.T @ by_sum, *last.weights), biases=(by_sum.sum(axis=0), *last.biases))


def _blocks(outputs: Floats) -> Floats:
    """Outputs (n, places by filters) as (n, blocks by filters, 4)."""
    split = outputs.reshape(len(outputs), _POOLED, _POOL, _POOLED, _POOL, -1)
    return np.ascontiguousarray(split.transpose(0, 1, 3, 5, 2, 4)).reshape(len(outputs), -1, _POOL * _POOL)


def _unblocked(blocks: Floats) -> Floats:
    """The other way round."""
    split = blocks.reshape(len(blocks), _POOLED, _POOLED, -1, _POOL, _POOL)
    return np.ascontiguousarray(split.transpose(0, 1, 4, 2, 5, 3)).reshape(len(blocks), -1)
