"""Maps of a classifier's probability over the plane: the line where it is undecided, and the points it learnt from."""

from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.contours import zero_crossings
from service.demos.figures import INK
from service.demos.landscapes import CELLS, Landscape

Layer = dict[str, Any]
PROBABILITIES = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])  # between bands
SHADES = ("#fdeb9c", "#c4c4c0", "#5b7fb3")


def boundary_layer(landscape: Landscape, level: float) -> Layer:
    """The thick line where the landscape has this value."""
    axis = np.linspace(landscape.low, landscape.high, CELLS // 2 + 1)
    keys = ("x1", "y1", "x2", "y2")
    segments = zero_crossings(axis, landscape.f(*np.meshgrid(axis, axis)) - level)
    return {
        "data": {"values": [dict(zip(keys, segment, strict=True)) for segment in segments]},
        "mark": {"type": "rule", "color": INK, "strokeWidth": 2.4, "strokeCap": "round", "aria": False},
        "encoding": {
            "x": landscape.axis(0, "x1"),
            "x2": {"field": "x2"},
            "y": landscape.axis(1, "y1"),
            "y2": {"field": "y2"},
        },
    }


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
