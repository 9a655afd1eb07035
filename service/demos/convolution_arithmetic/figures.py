"""Convolutions as pictures: one that walks from step to step, and one of all numbers and how often each is read."""

from collections.abc import Iterator
from itertools import product
from textwrap import wrap
from typing import Any

import numpy as np

from service.demos.canvas import Layer, Row, box, boxes, canvas, word, words
from service.demos.convolution_arithmetic.scene import Place, Scene
from service.demos.convolution_arithmetic.steps import Computed, number, told
from service.demos.figures import BLUE, INK, ORANGE, Animation, Figure

INPUT, READ, READ_ZERO, KERNEL, DONE = "#cfe0f1", BLUE, "#7c93ab", "#e9e9e9", "#fbe0bd"
_QUIET = "#6b6b6b"
_MOST_TERMS = 12  # in a caption
_LETTER, _LINE = 6.8, 19  # pixels of a caption's letters and lines
_NARROWEST = 560  # pixels
NAMES = {"convolution": "Convolution", "average": "Average pooling", "max": "Max pooling"}


def animation_figure(computed: Computed, show_values: bool) -> Figure:
    """A frame for each cell of the output: what the kernel lies on, and what has been computed so far."""
    scene = Scene(computed, show_values)
    steps = list(computed.steps)
    captions = _captions(scene, steps)
    layers = [*_standing(scene), *_reading(scene, steps), *_writing(scene, steps), words(captions, True, align="left")]
    height = round(max(row["y"] for row in captions)) + _LINE
    title = {"text": name_of(computed), "subtitle": settings_told(computed)}
    return Figure(
        f"{name_of(computed)}, step by step",
        f"Animation of {len(steps)} steps. {_sizes_told(computed)} At each step the kernel lies on other cells, and "
        f"one cell of the output is computed. The first: {told(computed, steps[0], 0, _MOST_TERMS)}.",
        canvas(title, (_width(scene), height), layers),
        Animation(len(steps), frame_s=1.0, still=len(steps) // 2),
    )


def overview_figure(computed: Computed) -> Figure:
    """All numbers at once."""
    scene = Scene(computed, show_values=True)
    return Figure(
        f"{name_of(computed)}: all numbers",
        f"Grids of the input, the kernel and the output with their numbers. {_sizes_told(computed)}",
        canvas(
            {"text": name_of(computed), "subtitle": settings_told(computed)},
            (_width(scene), scene.size[1]),
            [*_standing(scene), *_results(scene)],
        ),
    )


def _width(scene: Scene) -> int:
    return max(scene.size[0], _NARROWEST)


def name_of(computed: Computed) -> str:
    """What is computed: "Transposed convolution"."""
    return "Transposed convolution" if computed.axes[0].transposed else NAMES[computed.mode]


def settings_told(computed: Computed) -> str:
    """The settings as one line: "kernel 3 × 3 · stride 2 · padding 1"."""
    rows, columns = computed.axes
    names = ["kernel", "stride", "padding", "dilation", *(["output_padding"] if rows.transposed else [])]
    pairs = [(name.replace("_", " "), getattr(rows, name), getattr(columns, name)) for name in names]
    return " · ".join(f"{name} {a if a == b and name != 'kernel' else f'{a} × {b}'}" for name, a, b in pairs)


def _sizes_told(computed: Computed) -> str:
    rows, columns = computed.axes
    return (
        f"{name_of(computed)} of an input of {rows.size} by {columns.size} cells with a kernel of {rows.kernel} by "
        f"{columns.kernel}, stride {rows.stride} by {columns.stride}, padding {rows.padding} by {columns.padding}: "
        f"an output of {rows.output} by {columns.output}."
    )


def _standing(scene: Scene) -> list[Layer]:
    """What does not move: the input with the zeros around and between its cells, and the kernels."""
    computed, side = scene.computed, (scene.cell, scene.cell)
    zeros, cells, numbers = [], [], []
    for channel, row, column in product(range(scene.channels), *scene.reach):
        place, source = scene.input_place(channel, row, column), _source(computed, row, column)
        if source is None:
            zeros.append(box(place, side, "#ffffff", "#b5b5b5"))
        else:
            cells.append(box(place, side, INPUT))
            numbers.append(_in_cell(scene, place, computed.values[(channel, *source)]))
    for place, weight in _weights(scene):
        cells.append(box(place, side, KERNEL))
        numbers.append(_in_cell(scene, place, weight))
    shown = numbers if scene.show_values else []
    return [boxes(zeros, strokeDash=[3, 2]), boxes(cells), words(shown), *_headings(scene)]


def _weights(scene: Scene) -> Iterator[tuple[Place, float]]:
    walked = scene.computed.walked
    if walked is not None and scene.kernels:
        for (kind, channel, row, column), weight in np.ndenumerate(walked):
            yield scene.kernel_place(kind, channel, row, column), float(weight)


def _headings(scene: Scene) -> list[Layer]:
    (rows, columns), left = scene.computed.axes, scene.lefts
    turned = ", turned" if rows.transposed else ""
    heads = [
        word((0, 8), f"Input {rows.size} × {columns.size}"),
        word((left[2], 8), "Output {} × {}".format(*scene.outputs)),
    ]
    if scene.kernels:
        heads.append(word((left[1], 8), f"Kernel {rows.kernel} × {columns.kernel}{turned}"))
    corner = scene.reach[0].start, scene.reach[1].start
    named = [(scene.input_place(at, *corner), f"channel {at}") for at in range(scene.channels) if scene.channels > 1]
    named += [(scene.output_place(at, 0, 0), f"channel {at}") for at in range(scene.kinds) if scene.kinds > 1]
    named += [(scene.kernel_place(at, 0, 0, 0), f"for output {at}") for at in range(scene.kernels) if scene.kinds > 1]
    small = [word((x, y - 8), name, 10, _QUIET) for (x, y), name in named]
    return [words(heads + small, align="left")]


def _reading(scene: Scene, steps: list[tuple[int, int]]) -> list[Layer]:
    """What the kernel lies on at each step, with its weights, and a frame around it."""
    computed, side = scene.computed, (scene.cell, scene.cell)
    cells, numbers, weights, frames = [], [], [], []
    for at, step in enumerate(steps):
        now = {"first": at, "last": at}
        rows, columns = (axis.places[o].tolist() for axis, o in zip(computed.axes, step, strict=True))
        for channel in range(scene.channels):
            for (i, row), (j, column) in product(enumerate(rows), enumerate(columns)):
                place, is_zero = scene.input_place(channel, row, column), _source(computed, row, column) is None
                cells.append(box(place, side, READ_ZERO if is_zero else READ, "#ffffff", **now))
                numbers.append(_in_cell(scene, place, computed.under(channel, step)[i, j], "#ffffff", **now))
                weights += _weight_in_corner(scene, place, (channel, i, j), now)
            frames.append(_around(scene, channel, (rows, columns), now))
    moving = [boxes(cells, moving=True)]
    moving += [words(numbers, moving=True), words(weights, moving=True, align="right")] if scene.show_values else []
    return [*moving, boxes(frames, moving=True, strokeWidth=3, filled=False)]


def _weight_in_corner(scene: Scene, place: Place, at: tuple[int, int, int], now: dict[str, int]) -> list[Row]:
    """The weight that a cell is multiplied by, small, where there is room for it and only one kernel to show."""
    walked = scene.computed.walked
    if walked is None or scene.kinds > 1 or scene.cell < 24:
        return []
    corner = place[0] + scene.cell - 2, place[1] + scene.cell - 6
    return [word(corner, f"×{number(walked[(0, *at)])}", 9, "#ffffff", **now)]


def _around(scene: Scene, channel: int, places: tuple[list[int], list[int]], now: dict[str, int]) -> Row:
    rows, columns = places
    size = ((columns[-1] - columns[0] + 1) * scene.cell, (rows[-1] - rows[0] + 1) * scene.cell)
    return box(scene.input_place(channel, rows[0], columns[0]), size, "none", ORANGE, **now)


def _writing(scene: Scene, steps: list[tuple[int, int]]) -> list[Layer]:
    """The output as it fills."""
    computed, side, end = scene.computed, (scene.cell, scene.cell), len(steps)
    empty, filled, numbers = [], [], []
    for kind, (at, step) in product(range(scene.kinds), enumerate(steps)):
        place = scene.output_place(kind, *step)
        empty.append(box(place, side, "#ffffff"))
        filled.append(box(place, side, ORANGE, INK, first=at, last=at))
        filled.append(box(place, side, DONE, first=at + 1, last=end))
        numbers.append(_in_cell(scene, place, computed.output[(kind, *step)], first=at, last=end))
    shown = [words(numbers, moving=True)] if scene.show_values else []
    return [boxes(empty), boxes(filled, moving=True), *shown]


def _captions(scene: Scene, steps: list[tuple[int, int]]) -> list[Row]:
    """What each step computes, in lines below the grids."""
    rows: list[Row] = []
    for at, step in enumerate(steps):
        place = ", ".join(map(str, (0, *step) if scene.kinds > 1 else step))
        sum_told = told(scene.computed, step, 0, _MOST_TERMS) if scene.show_values else _cells_told(scene, step)
        lines = wrap(sum_told, int(_width(scene) / _LETTER))
        for line, text in enumerate([f"Step {at + 1} of {len(steps)}: output[{place}]", *lines]):
            rows.append(word((0, scene.size[1] + 12 + _LINE * line), text, 13, first=at, last=at))
    return rows


def _cells_told(scene: Scene, step: tuple[int, int]) -> str:
    cells = [cell for row in scene.computed.cells(step) for cell in row]
    return f"reads {sum(cell is not None for cell in cells)} cells of the input and {cells.count(None)} added zeros"


def _results(scene: Scene) -> list[Layer]:
    """The whole output."""
    side, cells, numbers = (scene.cell, scene.cell), [], []
    for (kind, row, column), value in np.ndenumerate(scene.computed.output):
        place = scene.output_place(kind, row, column)
        cells.append(box(place, side, DONE))
        numbers.append(_in_cell(scene, place, float(value)))
    return [boxes(cells), words(numbers)]


def _source(computed: Computed, row: int, column: int) -> tuple[int, int] | None:
    """The input's cell at a place of the walked input; None where a zero was added."""
    found = [
        place // axis.walk.gap if place % axis.walk.gap == 0 and 0 <= place // axis.walk.gap < axis.size else None
        for axis, place in zip(computed.axes, (row, column), strict=True)
    ]
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def _in_cell(scene: Scene, place: Place, value: float, color: str = INK, **now: Any) -> Row:
    """A number in the middle of a cell, as large as it can be."""
    text, side = number(value), scene.cell
    size = min(side * 0.4, 1.5 * side / max(len(text), 1), 14)
    return word((place[0] + side / 2, place[1] + side / 2), text, round(size, 1), color, **now)
