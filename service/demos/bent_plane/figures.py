"""The figures of the bent plane: the plane of the inputs and of each layer while learning, and costs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from service.demos.bent_plane.learning import REACH, Bent, planes
from service.demos.charts import Axis, Curve, line_chart
from service.demos.compiled import Floats
from service.demos.contours import zero_crossings
from service.demos.dense import Dense
from service.demos.figures import FAINT, INK, Figure, number_told
from service.demos.initialization_training.points import Points
from service.demos.moving import NOW, clock_layer, moving

Layer = dict[str, Any]
Rows = list[dict[str, Any]]
_SIDE, _COLUMNS = 260, 3  # pixels of a plane; planes side by side
_LINES, _KNOTS = 9, 25  # of the grid along each axis, and of each line
_CELLS = 48  # along each side, between which the boundary is sought
_CLASSES, _FILLS, _SHAPES = ["Class 0", "Class 1"], ["#ffcf1a", "#04224f"], ["triangle-up", "circle"]


def planes_figure(bent: Bent, points: Points, accuracy: float) -> Figure:
    """Each plane with its points, the grid of the inputs, and the boundary between the classes."""
    count = len(bent.nets[0].weights)
    where = [planes(net, points.places) for net in bent.nets]  # (moments, planes, n, 2)
    grids = [planes(net, _grid().reshape(-1, 2)) for net in bent.nets]
    panels = []
    for k in range(count):
        domain = _domain([each[k] for each in (*where, *grids)])
        moments = slice(None) if k else slice(1)  # the inputs stay where they are
        layers = [
            _grid_layer([each[k] for each in grids[moments]], bool(k)),
            _boundary_layer([_boundary(net, k, domain) for net in bent.nets]),
            _points_layer([each[k] for each in where[moments]], points.labels, bool(k)),
        ]
        panels.append(_panel(f"Layer {k}" if k else "The inputs", domain, layers))
    clock = clock_layer(bent.shown, "Step", (_SIDE, _SIDE))
    panels[0]["layer"].append({**clock, "mark": {**clock["mark"], "y": -10}})  # beside the panel's title
    told = f"{accuracy:.0%} of the points are told right after {bent.shown[-1]} steps"
    return Figure(
        "The plane, layer by layer",
        f"{count} planes with the points of two classes, a grid that the layers bend, and the boundary: a curve among "
        f"the inputs, a straight line in the last layer. {told}.",
        {
            "title": {
                "text": "The plane, layer by layer",
                "subtitle": [
                    f"{told}",
                    "Grey: the grid of the inputs · black: the boundary, straight in the last plane",
                ],
            },
            "columns": _COLUMNS,
            "concat": panels,
        },
        moving(bent.shown),
    )


def _grid() -> Floats:
    """Lines along both axes, (2 * _LINES, _KNOTS, 2)."""
    across, along = np.meshgrid(np.linspace(-REACH, REACH, _LINES), np.linspace(-REACH, REACH, _KNOTS), indexing="ij")
    return np.concatenate([np.stack([across, along], axis=2), np.stack([along, across], axis=2)])


def _domain(places: Sequence[Floats]) -> tuple[float, float]:
    """The ends of both axes: wide enough for every moment."""
    numbers = np.concatenate([each.ravel() for each in places])
    finite = numbers[np.isfinite(numbers)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    margin = 0.04 * (high - low) or 1.0
    return low - margin, high + margin


def _boundary(net: Dense, k: int, domain: tuple[float, float]) -> list[tuple[float, float, float, float]]:
    """Where the layers after the k-th plane are undecided."""
    axis = np.linspace(*domain, _CELLS + 1)
    places = np.stack(np.meshgrid(axis, axis), axis=2).reshape(-1, 2)
    rest = Dense(net.weights[k:], net.biases[k:], net.activation)
    return zero_crossings(axis, rest.logits(places).reshape(_CELLS + 1, _CELLS + 1))


def _panel(title: str, domain: tuple[float, float], layers: list[Layer]) -> Layer:
    scale = {"domain": list(domain), "nice": False}
    axis = {"grid": False, "tickCount": 5, "title": None}
    fields = {name: {"field": name, "type": "quantitative", "scale": scale, "axis": axis} for name in ("x", "y")}
    placed = [{**layer, "encoding": {**fields, **layer["encoding"]}} for layer in layers]
    title_ = {"text": title, "fontSize": 12, "offset": 4}
    return {"title": title_, "width": _SIDE, "height": _SIDE, "layer": placed}


def _grid_layer(frames: Sequence[Floats], moves: bool) -> Layer:
    rows: Rows = []
    for frame, places in enumerate(frames):
        for line, knots in enumerate(places.reshape(-1, _KNOTS, 2).round(3).tolist()):
            rows += [{"frame": frame, "line": line, "i": i, "x": x, "y": y} for i, (x, y) in enumerate(knots)]
    return {
        "data": {"values": _finite(rows)},
        "transform": NOW if moves else [],
        "mark": {"type": "line", "color": FAINT, "strokeWidth": 0.7, "clip": True, "aria": False},
        "encoding": {"detail": {"field": "line"}, "order": {"field": "i"}},
    }


def _boundary_layer(frames: Sequence[Sequence[tuple[float, float, float, float]]]) -> Layer:
    keys = ("x", "y", "x2", "y2")
    rows = [
        {"frame": frame, **dict(zip(keys, np.round(segment, 3).tolist(), strict=True))}
        for frame, segments in enumerate(frames)
        for segment in segments
    ]
    return {
        "data": {"values": rows},
        "transform": NOW,
        "mark": {"type": "rule", "color": INK, "strokeWidth": 2, "strokeCap": "round", "clip": True, "aria": False},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
    }


def _points_layer(frames: Sequence[Floats], labels: Floats, moves: bool) -> Layer:
    rows = [
        {"frame": frame, "x": x, "y": y, "class": _CLASSES[label]}
        for frame, places in enumerate(frames)
        for (x, y), label in zip(places.round(3).tolist(), labels.astype(int).tolist(), strict=True)
    ]
    by_class = {"field": "class", "type": "nominal", "title": None}
    return {
        "data": {"values": _finite(rows)},
        "transform": NOW if moves else [],
        "mark": {"type": "point", "filled": True, "size": 30, "opacity": 1, "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            "shape": {**by_class, "scale": {"domain": _CLASSES, "range": _SHAPES}},
            "fill": {**by_class, "scale": {"domain": _CLASSES, "range": _FILLS}},
        },
    }


def _finite(rows: Rows) -> Rows:
    """Without places that a network which diverged gives."""
    return [row for row in rows if np.isfinite(row["x"]) and np.isfinite(row["y"])]


def cost_figure(runs: Sequence[Bent]) -> Figure:
    """The cost from each start."""
    curves = [Curve(f"Start {place}", one.shown.astype(float) + 1, one.costs) for place, one in enumerate(runs, 1)]
    told = ", ".join(number_told(one.costs[-1]) for one in runs)
    return Figure(
        "Cost by step",
        f"Line chart, both axes logarithmic: the cross-entropy while learning from {len(runs)} starts. Ends: {told}.",
        line_chart(
            "Cost from each start",
            "Cross-entropy over all points · ln 2 = 0.693 is guessing · the best is drawn",
            (Axis("Step, counted from 1", "log"), Axis("Cost (nats)", "log")),
            curves,
        ),
    )
