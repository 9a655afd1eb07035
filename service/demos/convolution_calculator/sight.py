"""What a cell of a map sees of the input: its receptive field, followed back layer by layer.

Maps are taken to go on for ever, so that an edge does not cut a field short.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from service.demos.convolution import Axis

Interval = tuple[int, int]  # the first and the last cell
MOST_COMPARED = 8  # neighbours of the middle cell, of which the widest field counts


def seen(axes: Sequence[Axis], cell: int) -> Interval | None:
    """The input's cells that a cell sees through windows along one direction; None where it sees no cell."""
    interval: Interval | None = (cell, cell)
    for axis in reversed(axes):
        interval = interval and _read(axis, *interval)
    return interval


def field(axes: Sequence[Axis], middle: int) -> int:
    """How many cells a cell sees; behind a transposed convolution neighbours differ, and the widest counts."""
    different = min(prod(axis.stride for axis in axes if axis.transposed), MOST_COMPARED)
    intervals = [seen(axes, middle + shift) for shift in range(different)]
    return max((last - first + 1 for first, last in filter(None, intervals)), default=0)


def jump(axes: Sequence[Axis]) -> Fraction:
    """How many cells of the input lie between what two neighbours see."""
    strides = (1 / Fraction(axis.stride) if axis.transposed else Fraction(axis.stride) for axis in axes)
    return prod(strides, start=Fraction(1))


def _read(axis: Axis, first: int, last: int) -> Interval | None:
    """From the first to the last cell that cells `first` to `last` of the output read."""
    if not axis.transposed:
        return first * axis.stride - axis.padding, last * axis.stride - axis.padding + axis.span - 1
    if axis.dilation == 1:  # they read every cell whose place lies under one of their kernels
        low, high = -((axis.span - 1 - first - axis.padding) // axis.stride), (last + axis.padding) // axis.stride
        return (low, high) if low <= high else None
    few = axis.stride  # from there on the pattern repeats
    low_cells, high_cells = range(first, min(first + few, last + 1)), range(max(last - few + 1, first), last + 1)
    lows, highs = ([place for cell in cells for place in _places(axis, cell)] for cells in (low_cells, high_cells))
    return (min(lows), max(highs)) if lows and highs else None


def _places(axis: Axis, cell: int) -> list[int]:
    """The input's cells under the kernel of a transposed convolution at a cell of its output."""
    placed = (cell + axis.padding - tap * axis.dilation for tap in range(axis.kernel))
    return [place // axis.stride for place in placed if place % axis.stride == 0]
