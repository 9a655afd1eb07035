"""How often each input cell is read, and how much each output cell reads: cells that are lost, and checkerboards."""

import numpy as np

from service.demos.canvas import Row, box, boxes, canvas, word, words
from service.demos.compiled import Ints
from service.demos.convolution import NOTHING, Axis
from service.demos.convolution_arithmetic.steps import Computed
from service.demos.figures import INK, Figure

_CELL, _APART, _HEAD = 30, 70, 34
_LIGHT, _DARK = np.array([255, 255, 255]), np.array([11, 79, 138])  # of no reads, and of the most
_NARROWEST = 200  # pixels of a heading


def times_read(computed: Computed) -> Ints:
    """How many steps read each cell of the input: (height, width)."""
    return np.outer(*(_reads(axis) for axis in computed.axes))


def cells_reached(computed: Computed) -> Ints:
    """How many cells of the input each cell of the output reads, of one channel: (height, width)."""
    return np.outer(*((axis.taps() != NOTHING).sum(axis=1) for axis in computed.axes))


def coverage_figure(computed: Computed) -> Figure:
    """Both counts as shaded grids."""
    reads, reached = times_read(computed), cells_reached(computed)
    right = max(reads.shape[1] * _CELL, _NARROWEST) + _APART
    width = right + max(reached.shape[1] * _CELL, _NARROWEST)
    height = _HEAD + max(len(reads), len(reached)) * _CELL + 2
    heads = [word((0, 10), "Steps that read each input cell"), word((right, 10), "Input cells that each output reads")]
    shades, numbers = [], []
    for left, counts in [(0, reads), (right, reached)]:
        for (row, column), count in np.ndenumerate(counts):
            place = left + column * _CELL, _HEAD + row * _CELL
            cell, count_told = _shaded(place, int(count), int(counts.max()))
            shades.append(cell)
            numbers.append(count_told)
    lost = int((reads == 0).sum())
    told = "Every input cell is read" if not lost else f"{lost} of {reads.size} input cells are never read"
    return Figure(
        "What is read how often",
        f"Two grids of counts. Each input cell is read by {reads.min()} to {reads.max()} steps; each output cell reads "
        f"{reached.min()} to {reached.max()} input cells of a channel. {told}.",
        canvas(
            {"text": "What is read how often", "subtitle": told},
            (width, height),
            [words(heads, align="left"), boxes(shades), words(numbers)],
        ),
    )


def _reads(axis: Axis) -> Ints:
    taps = axis.taps()
    return np.bincount(taps[taps != NOTHING], minlength=axis.size)


def _shaded(place: tuple[float, float], count: int, most: int) -> tuple[Row, Row]:
    """The darker, the more; and the number, to be read on its shade."""
    share = count / max(most, 1)
    color = "#" + "".join(f"{round(part):02x}" for part in _LIGHT + (_DARK - _LIGHT) * share)
    middle = place[0] + _CELL / 2, place[1] + _CELL / 2
    return box(place, (_CELL, _CELL), color), word(middle, str(count), 12, "#ffffff" if share > 0.5 else INK)
