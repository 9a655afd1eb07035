"""Boxes, words and lines at places in pixels, from the top left: for figures that are no charts.

A row that has `first` and `last` is seen in these frames of a figure that moves, both included.
"""

from collections.abc import Sequence
from typing import Any

from service.demos.figures import FRAME, INK, Spec

_EDGE = 4  # pixels around the plane: a thick line at its edge must not move the picture

# A transform of rows that have `first` and `last`: those of the frame shown.
SEEN = [{"filter": f"datum.first <= {FRAME} && {FRAME} <= datum.last"}]

Layer = dict[str, Any]
Row = dict[str, Any]


def canvas(title: Spec, size: tuple[int, int], layers: Sequence[Layer]) -> Spec:
    """A specification of layers on a plane of (width, height) pixels."""
    width, height = size[0] + 2 * _EDGE, size[1] + 2 * _EDGE
    across = {"domain": [-_EDGE, size[0] + _EDGE], "nice": False}
    down = {"domain": [size[1] + _EDGE, -_EDGE], "nice": False}
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": across}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": down}
    placed = [{**layer, "encoding": {"x": x, "y": y, **layer["encoding"]}} for layer in layers]
    return {"title": title, "width": width, "height": height, "view": {"stroke": None}, "layer": placed}


def box(place: tuple[float, float], size: tuple[float, float], fill: str, stroke: str = "#9a9a9a", **more: Any) -> Row:
    """A row of `boxes`: the place of its top left corner, its (width, height), and its colours."""
    return {
        "x": place[0],
        "y": place[1],
        "x2": place[0] + size[0],
        "y2": place[1] + size[1],
        "fill": fill,
        "stroke": stroke,
        **more,
    }


def boxes(rows: Sequence[Row], moving: bool = False, **mark: Any) -> Layer:
    """A layer of rectangles; `mark` is what they all are, as Vega-Lite has it (strokeWidth, strokeDash)."""
    return {
        **_rows(rows, moving),
        "mark": {"type": "rect", "opacity": 1, "strokeWidth": 0.8, "aria": False, **mark},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}, "fill": _own("fill"), "stroke": _own("stroke")},
    }


def word(place: tuple[float, float], text: str, size: float = 12, color: str = INK, **more: Any) -> Row:
    """A row of `words`: `size` is the height of its letters in pixels."""
    return {"x": place[0], "y": place[1], "text": text, "size": size, "color": color, **more}


def words(rows: Sequence[Row], moving: bool = False, **mark: Any) -> Layer:
    """A layer of short texts, centred on their places unless `mark` (align, baseline) says otherwise."""
    return {
        **_rows(rows, moving),
        "mark": {"type": "text", "aria": False, **mark},
        "encoding": {
            "text": {"field": "text", "type": "nominal"},
            "size": {"field": "size", "type": "quantitative", "scale": None},
            "color": _own("color"),
        },
    }


def lines(rows: Sequence[Row], moving: bool = False, **mark: Any) -> Layer:
    """A layer of straight lines: rows have x, y, x2 and y2."""
    return {
        **_rows(rows, moving),
        "mark": {"type": "rule", "aria": False, **mark},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
    }


def _rows(rows: Sequence[Row], moving: bool) -> Layer:
    data = {"data": {"values": list(rows)}}
    return {**data, "transform": SEEN} if moving else data


def _own(field: str) -> Layer:
    """A colour that each row brings along."""
    return {"field": field, "type": "nominal", "scale": None}
