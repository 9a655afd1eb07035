"""Convolutions as their definitions say, cell by cell: what the demos' arithmetic is compared with."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from service.demos.convolution import Axis


def by_definition(values: np.ndarray, kernel: np.ndarray, axes: Sequence[Axis]) -> np.ndarray:
    """`values` (in, *sizes), `kernel` (out, in, *kernels); sizes are counted here, not asked of the axes."""
    sizes = [len(positions(axis)) if not axis.transposed else scattered_size(axis) for axis in axes]
    result = np.zeros((len(kernel), *sizes))
    if axes[0].transposed:
        for cell in product(*(range(axis.size) for axis in axes)):
            for tap in product(*(range(axis.kernel) for axis in axes)):
                target = tuple(
                    c * a.stride + t * a.dilation - a.padding for c, t, a in zip(cell, tap, axes, strict=True)
                )
                if all(0 <= t < size for t, size in zip(target, sizes, strict=True)):
                    result[(slice(None), *target)] += kernel[(..., *tap)] @ values[(slice(None), *cell)]
        return result
    for place in product(*(range(size) for size in sizes)):
        for tap in product(*(range(axis.kernel) for axis in axes)):
            source = tuple(positions(a)[o] + t * a.dilation for o, t, a in zip(place, tap, axes, strict=True))
            if all(0 <= s < axis.size for s, axis in zip(source, axes, strict=True)):
                result[(slice(None), *place)] += kernel[(..., *tap)] @ values[(slice(None), *source)]
    return result


def positions(axis: Axis) -> list[int]:
    """Where the kernel's first cell comes to lie: as far as its last one is still on the padded input."""
    found, first = [], -axis.padding
    while first + axis.dilation * (axis.kernel - 1) < axis.size + axis.padding:
        found.append(first)
        first += axis.stride
    return found


def scattered_size(axis: Axis) -> int:
    """From the first to the last cell that a transposed convolution writes to, cropped and extended."""
    last = (axis.size - 1) * axis.stride + (axis.kernel - 1) * axis.dilation
    return last + 1 - 2 * axis.padding + axis.output_padding
