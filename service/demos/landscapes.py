"""A surface over a square of the plane: bands of one shade each, and the lines between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.contours import zero_crossings
from service.demos.figures import FAINT

Layer = dict[str, Any]

CELLS = 210  # along each side
SIDE = 2 * CELLS  # units of the drawing: a cell is whole pixels, also at 1.5 times the size, so that no seams show
# The surface, the paths and the marks of a picture each have a legend of their own.
OWN_SCALES = {kind: dict.fromkeys(("color", "strokeDash", "shape"), "independent") for kind in ("scale", "legend")}


@dataclass(frozen=True)
class Landscape:
    """What to draw: `f` of x and y, over `low`..`high` in both, in bands between `levels` (rising)."""

    f: Callable[[Floats, Floats], Floats]
    low: float
    high: float
    levels: Floats
    names: tuple[str, str, str]  # of x, y and f
    colors: tuple[str, ...] = ("#fffdf2", "#cfd9df", "#86a3bd")  # low to high: light enough for dark paths
    scale: str = "log"  # of the colours, a type of Vega-Lite's scales

    def axis(self, place: int, field: str) -> Layer:
        """The x (0) or the y (1) axis, for a field."""
        scale = {"domain": [self.low, self.high], "nice": False}
        axis = {"grid": False, "tickCount": 6}
        return {"field": field, "type": "quantitative", "title": self.names[place], "scale": scale, "axis": axis}


def landscape_layers(landscape: Landscape) -> list[Layer]:
    """The bands, and the lines between them."""
    edges = np.linspace(landscape.low, landscape.high, CELLS + 1)
    x, y = np.meshgrid((edges[1:] + edges[:-1]) / 2, (edges[1:] + edges[:-1]) / 2)
    return [_bands(landscape, edges, landscape.f(x, y)), _lines(landscape)]


def _bands(landscape: Landscape, edges: Floats, values: Floats) -> Layer:
    """Neighbours of a row that lie in one band are one rectangle."""
    band = np.digitize(values, landscape.levels)
    shades = _shades(landscape)
    rows = []
    for row, bands in enumerate(band):
        starts = np.flatnonzero(np.diff(bands, prepend=-1))
        for start, stop in zip(starts, [*starts[1:], CELLS], strict=True):
            sides = (edges[start], edges[stop], edges[row], edges[row + 1])
            corners = dict(zip(("x0", "x1", "y0", "y1"), (round(float(side), 6) for side in sides), strict=True))
            rows.append({**corners, "v": shades[bands[start]]})
    color = {"field": "v", "type": "quantitative", "title": landscape.names[2]}
    scale = {"type": landscape.scale, "domain": _domain(shades, landscape.colors), "range": list(landscape.colors)}
    legend = {"tickCount": 5, **({"format": "~g"} if landscape.scale == "log" else {})}
    return {
        "data": {"values": rows},
        "mark": {"type": "rect", "stroke": None, "aria": False},
        "encoding": {
            "x": landscape.axis(0, "x0"),
            "x2": {"field": "x1"},
            "y": landscape.axis(1, "y0"),
            "y2": {"field": "y1"},
            "color": {**color, "scale": {**scale, "interpolate": "lab"}, "legend": legend},
        },
    }


def _shades(landscape: Landscape) -> list[float]:
    """The value that stands for each band: its lower end, and one step less for what lies below all levels."""
    low, next_ = landscape.levels[:2].tolist()
    below = low * low / next_ if landscape.scale == "log" else 2 * low - next_
    return [below, *landscape.levels.tolist()]


def _domain(shades: list[float], colors: tuple[str, ...]) -> list[float]:
    """As many values as there are colours, at even steps of the levels."""
    return [shades[round(place * (len(shades) - 1) / (len(colors) - 1))] for place in range(len(colors))]


def _lines(landscape: Landscape) -> Layer:
    axis = np.linspace(landscape.low, landscape.high, CELLS // 2 + 1)
    values, levels = landscape.f(*np.meshgrid(axis, axis)), landscape.levels
    if landscape.scale == "log":  # straighter between two points than the values themselves
        values, levels = np.log(np.maximum(values, levels[0] / 100)), np.log(levels)
    segments = [segment for level in levels for segment in zero_crossings(axis, values - level)]
    keys = ("x1", "y1", "x2", "y2")
    return {
        "data": {"values": [dict(zip(keys, np.round(segment, 5).tolist(), strict=True)) for segment in segments]},
        "mark": {"type": "rule", "color": FAINT, "strokeWidth": 0.6, "strokeCap": "round", "aria": False},
        "encoding": {
            "x": landscape.axis(0, "x1"),
            "x2": {"field": "x2"},
            "y": landscape.axis(1, "y1"),
            "y2": {"field": "y2"},
        },
    }


def path_layers(landscape: Landscape, rows: list[dict[str, Any]], look: Layer) -> list[Layer]:
    """Paths on it, a row for each point (x, y, its place i, its curve); `look` is the encoding of their lines."""
    base = {
        "x": landscape.axis(0, "x"),
        "y": landscape.axis(1, "y"),
        "order": {"field": "i", "type": "quantitative"},
    }
    halo = {"type": "line", "clip": True, "color": "white", "strokeWidth": 4.5, "strokeJoin": "round", "aria": False}
    return [
        {"data": {"values": rows}, "mark": halo, "encoding": {**base, "detail": {"field": "curve"}}},
        {
            "data": {"values": rows},
            "mark": {"type": "line", "clip": True, "strokeWidth": 2.2, "strokeJoin": "round"},
            "encoding": {**base, **look},
        },
    ]
