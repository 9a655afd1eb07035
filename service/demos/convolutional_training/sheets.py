"""The pictures of a run: kernels before and after learning, the maps of a digit, and the digits told wrong."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.demos.canvas import Layer, box, boxes, canvas, word, words
from service.demos.compiled import Floats
from service.demos.convolutional_training.output import MISTAKES, Seen
from service.demos.figures import FAINT, Figure
from service.demos.maps import legend_row, limit_of, map_row, picture_row, pictures

_KERNEL, _GAP, _TOP = 44, 10, 22  # pixels: of a kernel's side, between pictures, of a heading
_MAP, _DIGIT = 40, 60
_PER_ROW = 16  # kernels or maps
_MISTAKES_PER_ROW = 8


def kernels_figure(seen: Seen) -> Figure:
    """The kernels of the first block as they were drawn, and what learning made of them."""
    limit = limit_of(seen.kernels)
    rows, texts = [], []
    count = len(seen.kernels[0])
    lines = -(-count // _PER_ROW)
    part = _TOP + lines * (_KERNEL + _GAP)
    for place, (name, kernels) in enumerate(zip(("Before learning", "After learning"), seen.kernels, strict=True)):
        texts.append(word((0, place * part + 8), name))
        rows += [
            map_row(_cell(k, _KERNEL, place * part + _TOP), (_KERNEL, _KERNEL), kernel, limit)
            for k, kernel in enumerate(kernels)
        ]
    width, height = max(260, min(count, _PER_ROW) * (_KERNEL + _GAP)), 2 * part + 14
    texts.append(word((0, height - 6), f"{-limit:.2g}  to  {limit:.2g}"))
    changed = float(np.linalg.norm(seen.kernels[1] - seen.kernels[0])) / float(np.linalg.norm(seen.kernels[0]))
    return Figure(
        "Kernels of the first block",
        f"{count} kernels of the first convolution as small pictures, light where negative and dark where positive, "
        f"before and after learning. Learning moved them by {changed:.0%} of their length. First seed.",
        canvas(
            {"text": "Kernels of the first block", "subtitle": "First seed · light is negative, dark positive"},
            (width, height),
            [pictures([*rows, legend_row((120, height - 12))]), words(texts, align="left", baseline="middle")],
        ),
    )


def _cell(place: int, side: int, top: int) -> tuple[int, int]:
    row, column = divmod(place, _PER_ROW)
    return column * (side + _GAP), top + row * (side + _GAP)


def maps_figure(seen: Seen) -> Figure:
    """A digit, and the maps that every block makes of it."""
    rows = [picture_row((0, _TOP), (_DIGIT, _DIGIT), _paper(seen.image))]
    texts = [word((0, 8), f"The digit {seen.label}, taken for {seen.answer}")]
    top = _TOP + _DIGIT + _GAP
    for block, maps in enumerate(seen.maps, 1):
        limit = limit_of(maps)
        side = f"{maps.shape[1]} x {maps.shape[2]}"
        texts.append(word((0, top + 8), f"After block {block}: {len(maps)} maps, {side}; dark is {limit:.2g}"))
        rows += [map_row(_cell(k, _MAP, top + _TOP), (_MAP, _MAP), one, limit) for k, one in enumerate(maps)]
        top += _TOP + -(-len(maps) // _PER_ROW) * (_MAP + _GAP)
    widest = max(len(maps) for maps in seen.maps)
    told = ", then ".join(f"{len(maps)} maps of {maps.shape[1]} by {maps.shape[2]}" for maps in seen.maps)
    return Figure(
        "Maps of a digit",
        f"A handwritten {seen.label}, which the network takes for {seen.answer}, and what its blocks make of it: "
        f"{told}; dark where a map is high. First seed.",
        canvas(
            {
                "text": "What the blocks make of a digit",
                "subtitle": "First seed · light is negative, grey 0, dark positive",
            },
            (max(300, min(widest, _PER_ROW) * (_MAP + _GAP)), top),
            [pictures(rows), _frames([(0, _TOP)]), words(texts, align="left", baseline="middle")],
        ),
    )


def mistakes_figure(seen: Seen) -> Figure:
    """The digits that the first seed's network told wrong, with what they are and what it took them for."""
    shown = seen.mistakes[:MISTAKES]
    across, down = _DIGIT + 3 * _GAP, _DIGIT + _TOP + _GAP
    rows, texts, corners = [], [], []
    for place, mistake in enumerate(shown):
        row, column = divmod(place, _MISTAKES_PER_ROW)
        x, y = column * across, row * down
        corners.append((x, y))
        rows.append(picture_row((x, y), (_DIGIT, _DIGIT), _paper(mistake.image)))
        told = f"{mistake.label} → {mistake.answer}, {mistake.probability:.0%}"
        texts.append(word((x + _DIGIT / 2, y + _DIGIT + 10), told, 11))
    pairs = ", ".join(f"{one.label} for {one.answer}" for one in shown) or "none"
    lines = max(1, -(-len(shown) // _MISTAKES_PER_ROW))
    return Figure(
        "Digits told wrong",
        f"{len(shown)} of {len(seen.mistakes)} digits that the first seed's convolutional network takes for others: "
        f"{pairs}.",
        canvas(
            {
                "text": f"Digits told wrong: {len(shown)} of {len(seen.mistakes)}",
                "subtitle": "First seed · what it is → what it was taken for, and with which probability",
            },
            (_MISTAKES_PER_ROW * across, lines * down),
            [pictures(rows), _frames(corners), words(texts)],
        ),
    )


def _frames(corners: Sequence[tuple[int, int]]) -> Layer:
    """Around pictures of digits: where in its picture a digit is, is part of what is shown."""
    return boxes([box(corner, (_DIGIT, _DIGIT), "none", FAINT) for corner in corners])


def _paper(image: Floats) -> NDArray[np.uint8]:
    """Ink dark on white."""
    ink = image / (image.max() or 1.0)
    return np.repeat(np.round(255 * (1 - ink)).astype(np.uint8)[..., None], 3, axis=2)
