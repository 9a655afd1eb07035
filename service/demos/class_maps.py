"""Maps of a classifier's probability over the plane: the line where it is undecided, and the points it learnt from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.demos.compiled import Floats
from service.demos.contours import zero_crossings
from service.demos.figures import INK
from service.demos.landscapes import CELLS, SIDE, Landscape
from service.demos.maps import png_url
from service.demos.moving import NOW

Layer = dict[str, Any]
_FRAME_CELLS = SIDE // 4  # along each side of a map that moves
_LINE = {"type": "rule", "color": INK, "strokeWidth": 2.4, "strokeCap": "round", "aria": False}
PROBABILITIES = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])  # between bands
SHADES = ("#fdeb9c", "#c4c4c0", "#5b7fb3")


def boundary_layer(landscape: Landscape, level: float) -> Layer:
    """The thick line where the landscape has this value."""
    axis = np.linspace(landscape.low, landscape.high, CELLS // 2 + 1)
    return _line_layer(landscape, _segments(axis, landscape.f(*np.meshgrid(axis, axis)) - level))


def _segments(axis: Floats, values: Floats) -> list[dict[str, Any]]:
    keys = ("x1", "y1", "x2", "y2")
    return [dict(zip(keys, np.round(one, 5).tolist(), strict=True)) for one in zero_crossings(axis, values)]


def _line_layer(landscape: Landscape, rows: list[dict[str, Any]]) -> Layer:
    encoding = {"x2": {"field": "x2"}, "y": landscape.axis(1, "y1"), "y2": {"field": "y2"}}
    return {"data": {"values": rows}, "mark": _LINE, "encoding": {"x": landscape.axis(0, "x1"), **encoding}}


def moving_layers(landscapes: Sequence[Landscape]) -> list[Layer]:
    """A map of probabilities for each frame, and the line where they are even; all are of one square."""
    first = landscapes[0]
    edges = np.linspace(first.low, first.high, _FRAME_CELLS + 1)
    grid = np.meshgrid((edges[1:] + edges[:-1]) / 2, (edges[1:] + edges[:-1]) / 2)
    maps, lines = [], []
    for frame, landscape in enumerate(landscapes):
        values = landscape.f(*grid)
        maps.append({"x": 0, "y": 0, "frame": frame, "url": png_url(_pixels(values[::-1]))})
        lines += [{**row, "frame": frame} for row in _segments(grid[0][0], values - 0.5)]
    place = {"x": first.axis(0, "x"), "y": first.axis(1, "y")}
    image = {"type": "image", "width": SIDE, "height": SIDE, "aspect": False, "smooth": False, "aria": False}
    surface = {"data": {"values": maps}, "mark": image, "encoding": {**place, "url": {"field": "url"}}}
    return [{**layer, "transform": NOW} for layer in (surface, _line_layer(first, lines))]


def _pixels(values: Floats) -> NDArray[np.uint8]:
    """The bands' colours (rows, columns, 3) of probabilities."""
    stops = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in SHADES], dtype=float)
    channels = [np.interp(values, np.linspace(0, 1, len(SHADES)), stops[:, channel]) for channel in range(3)]
    return np.round(np.stack(channels, axis=-1)).astype(np.uint8)


def points_layer(landscape: Landscape, x: Floats, y: Floats, label: Floats) -> Layer:
    """Points of class 0, bright triangles, and of class 1, dark circles."""
    columns = zip(x.tolist(), y.tolist(), label.tolist(), strict=True)
    rows = [{"x": x, "y": y, "class": f"Class {label:.0f}"} for x, y, label in columns]
    classes = ["Class 0", "Class 1"]

    def look(range_: list[str]) -> Layer:
        return {"field": "class", "type": "nominal", "title": None, "scale": {"domain": classes, "range": range_}}

    return {
        "data": {"values": rows},
        "mark": {
            "type": "point",
            "filled": True,
            "size": 42,
            "strokeWidth": 0.9,
            "opacity": 1,
            "clip": True,
            "aria": False,
        },
        "encoding": {
            "x": landscape.axis(0, "x"),
            "y": landscape.axis(1, "y"),
            "shape": look(["triangle-up", "circle"]),
            "fill": {**look(["#ffcf1a", "#04224f"]), "legend": None},
            "stroke": {**look([INK, "white"]), "legend": None},
        },
    }
