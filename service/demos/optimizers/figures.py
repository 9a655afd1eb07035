"""The optimizers' figures: their paths on the landscape, and their heights by iteration."""

from typing import Any

import numpy as np

from service.demos.charts import COLORS, Axis, Curve, by_name, line_chart
from service.demos.compiled import Floats, Ints
from service.demos.figures import INK, Figure, number_told
from service.demos.landscapes import CELLS, OWN_SCALES, SIDE, Landscape, landscape_layers, path_layers
from service.demos.moving import NOW, UP_TO_NOW, clock_layer, moments, moving
from service.demos.optimizers.functions import MAX_LEVELS, Function
from service.demos.optimizers.rules import REACHED, TITLES
from service.demos.optimizers.runs import Descent

Layer = dict[str, Any]
Rows = list[dict[str, Any]]
_LOWEST_DRAWN = 1e-12  # heights below are rounding; a logarithm has no place for 0
_PIXEL = 1 / SIDE  # of the landscape's side: shorter moves are not seen
_LARGEST, _SMALLER = 260, 36  # sizes of marks, in square units
_DRAWN = 400  # points of a curve
_SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")


def landscape_figure(function: Function, descents: list[Descent]) -> Figure:
    """Every path from the start to its end, over the landscape; it moves faster and faster."""
    landscape = _landscape(function)
    shown = moments(max(len(descent.points) - 1 for descent in descents))
    names = [TITLES[descent.rule] for descent in descents]
    paths = [row for descent in descents for row in _path_rows(function, descent, shown)]
    legend = ["Ring: start · filled marks: where each path is · plus signs: lowest points"]
    return Figure(
        f"Paths on {function.title}",
        _paths_told(function, descents),
        {
            "title": {"text": f"Paths on the {function.title} function", "subtitle": legend},
            "width": SIDE,
            "height": SIDE,
            "layer": [
                *landscape_layers(landscape),
                _minima(landscape, function),
                *({**layer, "transform": UP_TO_NOW} for layer in path_layers(landscape, paths, by_name(names))),
                _places(landscape, descents, shown),
                _start(landscape, descents[0]),
                clock_layer(shown, "Iteration"),
            ],
            "resolve": OWN_SCALES,
        },
        moving(shown),
    )


def _landscape(function: Function) -> Landscape:
    names = ("x", "y", "Height above the minimum")
    scale = "log" if function.log_scale else "linear"
    return Landscape(function.height, function.low, function.high, _levels(function), names, scale=scale)


def _levels(function: Function) -> Floats:
    """Half powers of ten up to the highest point, or even steps."""
    axis = np.linspace(function.low, function.high, CELLS)
    top = float(np.max(function.height(*np.meshgrid(axis, axis))))
    if not function.log_scale:
        return np.linspace(0, top, 9)[1:-1]
    last = np.floor(2 * np.log10(top)) / 2
    return np.asarray(10 ** np.arange(max(-1.0, last - MAX_LEVELS / 2), last + 0.1, 0.5))


def _path_rows(function: Function, descent: Descent, shown: Ints) -> Rows:
    """The path without moves too short to be seen, and the frame that each point is in from then on."""
    least = _PIXEL * (function.high - function.low)
    kept = [0]
    for i, point in enumerate(descent.points):
        if np.max(np.abs(point - descent.points[kept[-1]])) >= least:
            kept.append(i)
    kept.append(len(descent.points) - 1)
    frames = np.searchsorted(shown, kept).tolist()
    return [
        {"x": float(descent.points[i, 0]), "y": float(descent.points[i, 1]), "i": i, "frame": frame, "curve": name}
        for i, frame in zip(kept, frames, strict=True)
        for name in [TITLES[descent.rule]]
    ]


def _minima(landscape: Landscape, function: Function) -> Layer:
    rows = [{"x": x, "y": y} for x, y in function.minima]
    return _marks(landscape, rows, {"type": "point", "shape": "cross", "filled": True, "color": INK, "size": 90})


def _start(landscape: Landscape, descent: Descent) -> Layer:
    x, y = descent.points[0].tolist()
    ring = {"type": "point", "filled": False, "color": INK, "size": 130, "strokeWidth": 2.5}
    return _marks(landscape, [{"x": x, "y": y}], ring)


def _places(landscape: Landscape, descents: list[Descent], shown: Ints) -> Layer:
    """Where each path is at each frame, if within the picture; a later one is smaller, to show those under it."""
    names = [TITLES[descent.rule] for descent in descents]
    rows = [
        {"x": float(x), "y": float(y), "frame": frame, "curve": names[place], "size": _LARGEST - _SMALLER * place}
        for place, descent in enumerate(descents)
        for frame, moment in enumerate(shown)
        for x, y in [descent.points[min(moment, len(descent.points) - 1)]]
        if landscape.low <= min(x, y) and max(x, y) <= landscape.high
    ]
    layer = _marks(landscape, rows, {"type": "point", "filled": True, "stroke": "white", "opacity": 1})
    shared = {"field": "curve", "type": "nominal", "sort": names, "legend": None}
    looks = {
        "size": {"field": "size", "type": "quantitative", "scale": None},
        "shape": {**shared, "scale": {"domain": names, "range": list(_SHAPES[: len(names)])}},
        "color": {**shared, "scale": {"domain": names, "range": list(COLORS[: len(names)])}},
    }
    return {**layer, "transform": NOW, "encoding": {**layer["encoding"], **looks}}


def _marks(landscape: Landscape, rows: Rows, mark: Layer) -> Layer:
    encoding = {"x": landscape.axis(0, "x"), "y": landscape.axis(1, "y")}
    return {"data": {"values": rows}, "mark": {**mark, "aria": False}, "encoding": encoding}


def _paths_told(function: Function, descents: list[Descent]) -> str:
    x, y = descents[0].points[0].tolist()
    ends = "; ".join(f"{TITLES[descent.rule]} {_end_told(descent)}" for descent in descents)
    return f"Contour map of {function.title} with the paths of the optimizers from ({x:g}, {y:g}): {ends}."


def _end_told(descent: Descent) -> str:
    if descent.diverged:
        return f"leaves the plane after {len(descent.points) - 1} iterations"
    x, y = descent.points[-1].tolist()
    reached = f", below {REACHED:g} for the first time at {descent.reached}" if descent.reached is not None else ""
    return f"ends at ({x:.4g}, {y:.4g}), {number_told(descent.heights[-1])} above the minimum{reached}"


def cost_figure(function: Function, descents: list[Descent]) -> Figure:
    """Heights above the minimum by iteration."""
    told = "; ".join(f"{TITLES[descent.rule]} {_end_told(descent)}" for descent in descents)
    return Figure(
        "Height by iteration",
        f"Line chart of each optimizer's height above the minimum of {function.title}, logarithmic: {told}.",
        line_chart(
            f"Height above the minimum of {function.title}",
            f"Logarithmic; what is below {_LOWEST_DRAWN:g} is not drawn",
            (Axis("Iteration", low=0), Axis("f − minimum", "log")),
            [_height_curve(descent) for descent in descents],
        ),
    )


def _height_curve(descent: Descent) -> Curve:
    last = len(descent.heights) - 1
    drawn = np.unique(np.linspace(0, last, min(last + 1, _DRAWN)).round().astype(int))
    heights = descent.heights[drawn]
    return Curve(TITLES[descent.rule], drawn.astype(float), np.where(heights < _LOWEST_DRAWN, np.nan, heights))
