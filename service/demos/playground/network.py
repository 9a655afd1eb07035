"""The playground's network as a picture: what each unit puts out over the plane, and the links between them."""

from itertools import pairwise
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.figures import BLUE, FAINT, INK, ORANGE, SIGNED, Figure, number_told
from service.demos.playground.data import FEATURES
from service.demos.playground.net import Net
from service.demos.playground.output import numbers

Layer = dict[str, Any]
_CELL = 2  # units of the drawing: a map's cells are whole pixels
_COLUMN = 130  # from one layer's maps to the next one's
_TOP, _LEFT = 34, 44  # room for the names of layers and of inputs
_MANY_LINKS = 250
_SIGNS = ["positive", "negative", "zero, or no number"]
_SIGN_COLORS = [BLUE, ORANGE, FAINT]
FEATURE_SIGNS = dict(zip(FEATURES, ("x", "y", "x²", "y²", "xy", "sin x", "sin y"), strict=True))


def network_figure(net: Net, maps: Floats, features: list[str], activation: str) -> Figure:
    """Every unit's map (`maps`: units, inputs first, each a square with a row for each y upward) and all links."""
    shape = net.shape.tolist()
    cells = maps.shape[1] if max(shape) <= 10 else maps.shape[1] // 2
    side = cells * _CELL
    places = _places(shape, side)
    width = _LEFT + (len(shape) - 1) * _COLUMN + side + 8
    height = _TOP + max(shape) * _pitch(side) - _pitch(side) + side + 6
    links = _links(net, places, side)
    return Figure(
        "Network",
        _told(shape, links),
        {
            "title": {
                "text": "Network",
                "subtitle": "Maps: each unit's output over the plane. Squares: biases. Width: size of a weight",
            },
            "width": width,
            "height": height,
            "view": {"stroke": None},
            "layer": [
                _draw_links(links, width, height),
                _draw_maps(maps, places, cells),
                _draw_biases(net, places, side),
                _draw_names(_names(shape, features, activation, places, side)),
            ],
        },
    )


def _pitch(side: int) -> int:
    return side + (24 if side >= 40 else 8)


def _places(shape: list[int], side: int) -> list[list[tuple[int, int]]]:
    """Left and top of each unit's map, layer by layer; a column stands in the middle of the tallest one."""
    tallest = max(shape)
    return [
        [(_LEFT + layer * _COLUMN, _TOP + (2 * unit + tallest - width) * _pitch(side) // 2) for unit in range(width)]
        for layer, width in enumerate(shape)
    ]


def _links(net: Net, places: list[list[tuple[int, int]]], side: int) -> list[dict[str, Any]]:
    weights = iter(net.weights.tolist())
    return [
        {
            "x1": source[0] + side,
            "y1": source[1] + side / 2,
            "x2": unit[0],
            "y2": unit[1] + side / 2,
            **_weight(next(weights)),
        }
        for before, here in pairwise(places)
        for unit in here
        for source in before
    ]


def _weight(weight: float) -> dict[str, Any]:
    sign = _SIGNS[0] if weight > 0 else _SIGNS[1] if weight < 0 else _SIGNS[2]
    return {"weight": weight if np.isfinite(weight) else None, "sign": sign}


def _told(shape: list[int], links: list[dict[str, Any]]) -> str:
    still = sum(link["weight"] == 0 for link in links)
    strongest = max((abs(link["weight"]) for link in links if link["weight"] is not None), default=float("nan"))
    layers = " - ".join(map(str, shape))
    return (
        f"Diagram of a network of layers {layers} with {len(links)} links, {still} of them zero. The largest weight "
        f"is {number_told(strongest)} in size. Each unit shows its output for x and y from -6 to 6."
    )


def _fixed(field: str, extent: int, *, down: bool = False) -> Layer:
    scale = {"domain": [extent, 0] if down else [0, extent], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "axis": None, "scale": scale}


def _sign(marks: list[Any]) -> Layer:
    scale = {"domain": _SIGNS, "range": marks}
    return {"field": "sign", "type": "nominal", "title": "Weight", "scale": scale, "legend": {"orient": "bottom"}}


def _draw_links(links: list[dict[str, Any]], width: int, height: int) -> Layer:
    thickest = 9 if len(links) <= _MANY_LINKS else 3
    thickness = {"domain": [0, 5], "range": [0.8, thickest], "clamp": True}
    return {
        "data": {"values": links},
        "transform": [{"calculate": "abs(datum.weight)", "as": "size"}],
        "mark": {"type": "rule", "aria": False},
        "encoding": {
            "x": _fixed("x1", width),
            "x2": {"field": "x2"},
            "y": _fixed("y1", height, down=True),
            "y2": {"field": "y2"},
            "stroke": _sign(_SIGN_COLORS),
            "strokeDash": _sign([[1, 0], [6, 3], [1, 4]]),
            "strokeWidth": {"field": "size", "type": "quantitative", "scale": thickness, "legend": None},
        },
    }


def _draw_maps(maps: Floats, places: list[list[tuple[int, int]]], cells: int) -> Layer:
    fold = maps.shape[1] // cells
    coarse = maps.reshape(len(maps), cells, fold, cells, fold).mean(axis=(2, 4))[:, ::-1]  # rows from the top down
    flat = [place for layer in places for place in layer]
    rows = [
        {"left": left, "top": top, "v": row}
        for (left, top), row in zip(flat, numbers(coarse.reshape(len(maps), -1), 3), strict=True)
    ]
    return {
        "data": {"values": rows},
        "transform": [
            {"flatten": ["v"]},
            {"window": [{"op": "row_number", "as": "i"}], "groupby": ["left", "top"]},
            {"calculate": f"datum.left + ((datum.i - 1) % {cells}) * {_CELL}", "as": "x0"},
            {"calculate": f"datum.top + floor((datum.i - 1) / {cells}) * {_CELL}", "as": "y0"},
            {"calculate": f"datum.x0 + {_CELL}", "as": "x1"},
            {"calculate": f"datum.y0 + {_CELL}", "as": "y1"},
        ],
        "mark": {"type": "rect", "stroke": None, "aria": False},
        "encoding": {
            "x": {"field": "x0", "type": "quantitative"},
            "x2": {"field": "x1"},
            "y": {"field": "y0", "type": "quantitative"},
            "y2": {"field": "y1"},
            "fill": {
                "field": "v",
                "type": "quantitative",
                "title": "Output",
                "scale": SIGNED,
                "legend": {"orient": "bottom", "gradientLength": 120},
            },
        },
    }


def _draw_biases(net: Net, places: list[list[tuple[int, int]]], side: int) -> Layer:
    units = [place for layer in places[1:] for place in layer]
    rows = [
        {"x": left - 5, "y": top + side - 5, **_weight(bias)}
        for (left, top), bias in zip(units, net.biases.tolist(), strict=True)
    ]
    size = {"domain": [0, 2], "range": [12, 120], "clamp": True}
    return {
        "data": {"values": rows},
        "transform": [{"calculate": "abs(datum.weight)", "as": "size"}],
        "mark": {"type": "square", "opacity": 1, "stroke": "white", "strokeWidth": 1, "aria": False},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
            "color": {**_sign(_SIGN_COLORS), "legend": None},
            "size": {"field": "size", "type": "quantitative", "scale": size, "legend": None},
        },
    }


def _names(
    shape: list[int], features: list[str], activation: str, places: list[list[tuple[int, int]]], side: int
) -> list[dict[str, Any]]:
    hidden = [f"hidden {layer} · {activation}" for layer in range(1, len(shape) - 1)]
    titles = ["inputs", *hidden, "output"]
    heads = [{"x": _LEFT + layer * _COLUMN + side / 2, "y": 8, "name": name} for layer, name in enumerate(titles)]
    inputs = [
        {"x": left - 20, "y": top + side / 2, "name": FEATURE_SIGNS[feature]}
        for (left, top), feature in zip(places[0], features, strict=True)
    ]
    return heads + inputs


def _draw_names(names: list[dict[str, Any]]) -> Layer:
    return {
        "data": {"values": names},
        "mark": {"type": "text", "color": INK, "fontSize": 12},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
            "text": {"field": "name"},
        },
    }
