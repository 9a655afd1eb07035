"""The playground's decision map: the output over the plane, where it is 0, and the data."""

from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.contours import zero_crossings
from service.demos.figures import INK, SIGNED, Figure, number_told
from service.demos.playground.data import Points
from service.demos.playground.frames import EDGE
from service.demos.playground.output import numbers
from service.demos.playground.training import Trained

Layer = dict[str, Any]
MAP_POINTS = 100  # along each side of the decision map, as in the original
_SHOWN = EDGE * MAP_POINTS / (MAP_POINTS - 1)  # half a cell more, so that every cell is 4 whole pixels
_SIDE = 4 * MAP_POINTS  # units of the drawing
_LABELS = {"domain": [-1, 0, 1], "range": ["#ffcf1a", "#8e8e8e", "#04224f"], "clamp": True}


def decision_map_figure(trained: Trained, axis: Floats, values: Floats, parameters: dict[str, Any]) -> Figure:
    """The output over the plane, its zero line, and the data; `values` has a row for each y of `axis`."""
    classes = parameters["problem"] == "classification"
    layers = [_surface(axis, shown_values(values, parameters))]
    if classes:
        layers.append(_zero_line(axis, values))
    layers += data_layers(trained, parameters)
    return Figure(
        "Decision map",
        _map_told(trained, values, classes),
        {
            "title": {"text": f"Output over the plane: {parameters['dataset']}", "subtitle": map_legend(parameters)},
            "width": _SIDE,
            "height": _SIDE,
            "layer": layers,
            "resolve": {"legend": {"color": "independent"}},  # the points have none
        },
    )


def shown_values(values: Floats, parameters: dict[str, Any]) -> Floats:
    """What maps show of an output: itself, or only its sign; what is no number has none."""
    signs = np.where(values >= 0, 1.0, np.where(values < 0, -1.0, np.nan))
    return signs if parameters["discretize"] else values


def data_layers(trained: Trained, parameters: dict[str, Any]) -> list[Layer]:
    """The training data as points on a map, and the test data where it is asked for."""
    classes = parameters["problem"] == "classification"
    layers = [_points(trained.start.train, classes, filled=True)]
    if parameters["show_test_data"]:
        layers.append(_points(trained.start.test, classes, filled=False))
    return layers


def _map_told(trained: Trained, values: Floats, classes: bool) -> str:
    curves = trained.curves
    share = f"{np.mean(values >= 0):.0%} of the plane has an output of 0 or more. "
    right = f"{curves.test_accuracy[-1, 0]:.1%} of the test points lie on their side. " if classes else ""
    range_told = f"The output runs from {number_told(values.min())} to {number_told(values.max())}. "
    return (
        f"Heat map of the network's output for x and y from -6 to 6, with the data. {range_told}{share}{right}".strip()
    )


def map_legend(parameters: dict[str, Any]) -> list[str]:
    """What the marks of a map mean."""
    test = "; hollow: test data" if parameters["show_test_data"] else ""
    if parameters["problem"] == "classification":
        return [f"Circles: label +1, triangles: label −1{test}", "Line: where the output is 0"]
    return [f"Points: data, coloured by their label{test}"]


def plane_axis(field: str) -> Layer:
    """The x or the y axis of a map, by the field's first letter."""
    axis = {"values": [-6, -4, -2, 0, 2, 4, 6], "grid": False}
    scale = {"domain": [-_SHOWN, _SHOWN], "nice": False}
    return {"field": field, "type": "quantitative", "title": field[0], "scale": scale, "axis": axis}


def _color(field: str) -> Layer:
    return {"field": field, "type": "quantitative", "title": "Output", "scale": SIGNED}


def _surface(axis: Floats, values: Floats) -> Layer:
    half = float(axis[1] - axis[0]) / 2
    rows = [{"y": float(y), "v": row} for y, row in zip(axis, numbers(values, 4), strict=True)]
    return {
        "data": {"values": rows},
        "transform": [
            {"flatten": ["v"]},
            {"window": [{"op": "row_number", "as": "i"}], "groupby": ["y"]},
            {"calculate": f"{float(axis[0])} + (datum.i - 1) * {2 * half} - {half}", "as": "x0"},
            {"calculate": f"datum.x0 + {2 * half}", "as": "x1"},
            {"calculate": f"datum.y - {half}", "as": "y0"},
            {"calculate": f"datum.y + {half}", "as": "y1"},
        ],
        "mark": {"type": "rect", "stroke": None, "aria": False},
        "encoding": {
            "x": plane_axis("x0"),
            "x2": {"field": "x1"},
            "y": plane_axis("y0"),
            "y2": {"field": "y1"},
            "color": _color("v"),
        },
    }


def _zero_line(axis: Floats, values: Floats) -> Layer:
    rows = [dict(zip(("x1", "y1", "x2", "y2"), segment, strict=True)) for segment in zero_crossings(axis, values)]
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "clip": True, "color": INK, "strokeWidth": 2, "strokeCap": "round", "aria": False},
        "encoding": {"x": plane_axis("x1"), "x2": {"field": "x2"}, "y": plane_axis("y1"), "y2": {"field": "y2"}},
    }


def _points(points: Points, classes: bool, filled: bool) -> Layer:
    """Training points are filled by their label, darker or brighter than the map under them; test points hollow."""
    rows = [
        {"x": x, "y": y, "label": label}
        for x, y, label in zip(points.x.tolist(), points.y.tolist(), points.label.tolist(), strict=True)
    ]
    high = {"test": "datum.label >= 0"}
    shape = {"condition": {**high, "value": "circle"}, "value": "triangle-up"} if classes else {"value": "circle"}
    label = {"field": "label", "type": "quantitative", "scale": _LABELS, "legend": None}
    edge = {"condition": {**high, "value": "white"}, "value": INK}
    paint = {"fill": label, "stroke": edge} if filled else {"stroke": {"value": INK}}
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "size": 40, "strokeWidth": 0.9, "filled": filled, "opacity": 1, "aria": False},
        "encoding": {"x": plane_axis("x"), "y": plane_axis("y"), "shape": shape, **paint},
    }
