"""What a layer costs by the number of its directions, and what it makes of a toy in each."""

from collections.abc import Sequence

import numpy as np

from service.demos.canvas import Row, canvas, word, words
from service.demos.compiled import Floats
from service.demos.figures import BLUE, INK, ORANGE, Figure
from service.demos.maps import legend_row, limit_of, map_row, pictures

NAMES = ("1D", "2D", "3D")
_SIDE, _STRIP, _LEFT = 132, 28, 84  # pixels: of a picture, of a signal's height, of the rows' names
_APART, _COLUMN_GAP, _HEAD = 6, 44, 20
_SLICES = 4  # of a volume
_COSTS = {"parameters": "Parameters", "multiplications": "Multiplications", "outputs": "Output cells"}
_QUIET = "#666666"


def costs_figure(costs: Sequence[dict[str, int]]) -> Figure:
    """Parameters, multiplications and output cells of 1D, 2D and 3D, on a logarithmic scale."""
    rows = [
        {"directions": name, "cost": _COSTS[kind], "count": count, "one": 1, "told": f"{count:,}"}
        for name, cost in zip(NAMES, costs, strict=True)
        for kind, count in cost.items()
    ]
    told = "; ".join(
        f"{name} {cost['parameters']:,} parameters and {cost['multiplications']:,} multiplications"
        for name, cost in zip(NAMES, costs, strict=True)
    )
    y = {"field": "directions", "type": "nominal", "title": None, "sort": list(NAMES)}
    x = {"field": "count", "type": "quantitative", "title": None, "scale": {"type": "log", "domainMin": 1}}
    kinds = list(_COSTS.values())
    color = {"field": "cost", "type": "nominal", "legend": None, "scale": {"domain": kinds, "range": _BARS}}
    return Figure(
        "What a direction costs",
        f"Bars on a logarithmic scale for the same layer in one, two and three directions: {told}.",
        {
            "title": {"text": "What a direction costs", "subtitle": "The same layer in 1, 2 and 3 directions"},
            "data": {"values": rows},
            "facet": {"row": {"field": "cost", "type": "nominal", "title": None, "sort": kinds, "header": _HEADER}},
            "spec": {
                "width": 420,
                "height": {"step": 24},
                "layer": [
                    {
                        "mark": {"type": "bar", "aria": False},
                        "encoding": {"y": y, "x": {**x, "axis": _AXIS}, "x2": {"field": "one"}, "color": color},
                    },
                    {
                        "mark": {"type": "text", "align": "left", "dx": 4, "color": INK, "aria": False},
                        "encoding": {"y": y, "x": x, "text": {"field": "told"}},
                    },
                ],
            },
        },
    )


_BARS = [BLUE, ORANGE, "#8a8a8a"]
_AXIS = {"format": "~s", "tickCount": 6}
_HEADER = {"labelAngle": 0, "labelAlign": "left", "labelFontSize": 12}


def maps_figure(toys: Sequence[Sequence[Floats]], kind: str) -> Figure:
    """Input, kernel and map of a signal, a picture and a volume, of which some slices are shown."""
    rows, heads = [], [word((_left(at), 6), name) for at, name in enumerate(("Input", f"Kernel: {kind}", "Map"))]
    limits = [limit_of([toy[at] for toy in toys]) for at in range(3)]
    top = _HEAD
    for name, toy in zip(("1D: signal", "2D: picture", "3D: volume"), toys, strict=True):
        tall = _STRIP if toy[0].ndim == 1 else _SIDE
        heads.append(word((0, top + tall / 2), name))
        for at, values in enumerate(toy):
            rows += _shown(values, (_left(at), top), tall, limits[at])
        top += tall + 2 * _APART
    legends = [legend_row((_left(at), top + 4)) for at in range(3)]
    heads += [word((_left(at), top + 26), f"−{limits[at]:.2g} to {limits[at]:.2g}", 11, _QUIET) for at in range(3)]
    subtitle = "A ball beside a wall, in noise. Of the volume: slices from front to back"
    return Figure(
        "Feature maps",
        "A signal, a picture and slices of a volume, each with a ball and a wall in noise; the kernel "
        f"({kind}); and the map that it gives, with numbers up to {limits[2]:.2g} in size.",
        canvas(
            {"text": "What the kernel makes of a toy", "subtitle": subtitle},
            (_left(3) - _COLUMN_GAP, top + 36),
            [pictures([*rows, *legends]), words(heads, align="left")],
        ),
    )


def _left(column: int) -> int:
    return _LEFT + column * (_SIDE + _COLUMN_GAP)


def _shown(values: Floats, place: tuple[float, float], tall: int, limit: float) -> list[Row]:
    """A signal as a strip, a picture as it is, of a volume up to four slices in a square."""
    if values.ndim < 3:
        return [map_row(place, (_SIDE, tall), np.atleast_2d(values), limit)]
    depths = sorted({round(depth) for depth in np.linspace(0, len(values) - 1, _SLICES + 2)[1:-1]})
    side = (_SIDE - _APART) / 2
    corners = [
        (place[0] + column * (side + _APART), place[1] + row * (side + _APART)) for row in (0, 1) for column in (0, 1)
    ]
    return [map_row(corner, (side, side), values[depth], limit) for corner, depth in zip(corners, depths, strict=False)]
