"""The figure of bits: codes of numbers as rows of cells."""

import math
from collections.abc import Sequence

from service.demos.canvas import Layer, box, boxes, canvas, word, words
from service.demos.figures import INK, Figure
from service.demos.number_formats.storing import Stored

_SHOWN = 4  # values whose bits are drawn
_CELL, _ROW, _GAP = 14, 21, 10  # pixels
_NAME, _CODE, _OUTCOME = (
    90,
    80,
    270,
)  # the widths of what stands before the bits, of the code behind them, of all behind them
_FILLS = {"sign": "#4d4d4d", "exponent": "#e9a95b", "mantissa": "#dbe6f0"}


def bits_figure(stored: Sequence[Sequence[Stored]]) -> Figure:
    """The first values (columns of `stored`) in each format (rows): sign, exponent, mantissa."""
    groups = [[row[place] for row in stored] for place in range(min(_SHOWN, len(stored[0])))]
    width = _NAME + max(row[0].format.bits for row in stored) * _CELL
    step = (len(stored) + 1) * _ROW + _GAP
    rows = [(one, i * step + j * _ROW) for i, group in enumerate(groups) for j, one in enumerate(group, 1)]
    names = [word((0, i * step + 9), f"{group[0].value:.7g}", 14) for i, group in enumerate(groups)]
    told = "; ".join(f"{one.value:.7g} in {one.format.title} is {_code(one)}, {_outcome(one)}" for one, _ in rows)
    return Figure(
        "Bits",
        f"Rows of cells, one for each bit of a number's code. {told}.",
        canvas(
            {
                "text": "Numbers, bit by bit",
                "subtitle": "Dark: sign · orange: exponent · light: mantissa · at the right what is read back",
            },
            (width + _OUTCOME, len(groups) * step),
            [*_bit_layers(rows), words([*names, *_captions(rows, width)], align="left")],
        ),
    )


def _bit_layers(rows: list[tuple[Stored, int]]) -> list[Layer]:
    bits = [
        (_NAME + place * _CELL, y, kind, bit)
        for one, y in rows
        for place, (kind, bit) in enumerate((kind, bit) for kind, part in _parts(one) for bit in part)
    ]
    cells = [box((x, y), (_CELL, _ROW - 3), _FILLS[kind]) for x, y, kind, _ in bits]
    digits = [word((x + _CELL / 2, y + 9), bit, 11, "white" if kind == "sign" else INK) for x, y, kind, bit in bits]
    return [boxes(cells), words(digits)]


def _captions(rows: list[tuple[Stored, int]], width: int) -> list[dict[str, object]]:
    names = [word((12, y + 9), one.format.title, 11) for one, y in rows]
    codes = [word((width + 10, y + 9), _code(one), 11) for one, y in rows]
    return names + codes + [word((width + _CODE, y + 9), _outcome(one), 11) for one, y in rows]


def _parts(one: Stored) -> list[tuple[str, str]]:
    return list(one.format.parts(one.code).items())


def _code(one: Stored) -> str:
    return one.format.hex(one.code)


def _outcome(one: Stored) -> str:
    """What is read back, and how far that is off."""
    if math.isnan(one.back):
        return "NaN"
    if math.isinf(one.back):
        return "∞" if one.back > 0 else "−∞"
    if not one.error or one.relative_error is None:
        return f"{one.back:.7g}, exact"
    return f"{one.back:.7g}, off by {100 * one.relative_error:.3g} %{', overflow' if one.overflowed else ''}"
