"""The figures of linear regression: the line, its walk over the landscape of the error, and its error by step."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.charts import HEIGHT, WIDTH, Axis, Curve, curve_rows, line_chart, lines
from service.demos.compiled import Floats, Ints
from service.demos.figures import BLUE, FAINT, INK, Figure, number_told
from service.demos.landscapes import OWN_SCALES, SIDE, Landscape, landscape_layers, path_layers
from service.demos.linear_regression.descent import Line, Problem, Quadratic
from service.demos.moving import AT_ANY_OR_NOW, NOW, UP_TO_NOW, clock_layer, moments, moving

Layer = dict[str, Any]
EDGE = 5.0  # the landscape reaches from -5 to 5 in b and W
_MAX_LEVELS = 18
_DRAWN = 1500  # points of a curve, and of the path
_CLOCK_WIDTH = 90
_POINTS = 800  # of the data that are drawn


@dataclass(frozen=True)
class Fit:
    """A run: its data, the error over all of them, and the lines it went through."""

    problem: Problem
    error: Quadratic
    path: Floats  # (steps + 1, 2)
    errors: Floats  # (steps + 1,)
    diverged: bool

    @property
    def line(self) -> Line:
        """Where it ended."""
        b, w = self.path[-1].tolist()
        return b, w


def line_figure(fit: Fit) -> Figure:
    """The points, the true line and the fitted one as it moves."""
    problem, shown = fit.problem, moments(len(fit.path) - 1)
    named = {"Estimate": fit.line, "Ground truth": problem.truth}
    span = float(problem.y.max() - problem.y.min())
    axes = Axis("x"), Axis("y", low=float(problem.y.min()) - 0.1 * span, high=float(problem.y.max()) + 0.1 * span)
    rows = [{"x": x, "y": y} for x, y in zip(problem.x[:_POINTS].tolist(), problem.y[:_POINTS].tolist(), strict=True)]
    dots = {"type": "point", "filled": True, "size": 18, "color": FAINT, "opacity": 0.55, "aria": False}
    told = "; ".join(f"{name.lower()} {_formula(line)}" for name, line in named.items())
    points = {
        "data": {"values": rows},
        "mark": dots,
        "encoding": {"x": axes[0].encoding("x"), "y": axes[1].encoding("y")},
    }
    clock_x = WIDTH if problem.truth[1] > 0 else _CLOCK_WIDTH  # where no line ends
    drawn = {**lines(axes, [_curve(name, line, problem) for name, line in named.items()]), "transform": AT_ANY_OR_NOW}
    drawn["data"] = {"values": [*_estimates(fit, shown), *curve_rows([_curve("Ground truth", problem.truth, problem)])]}
    return Figure(
        "Line",
        f"Scatter plot of {len(problem.x)} points with two lines: {told}.",
        {
            "title": {"text": "The line that was learnt", "subtitle": told},
            "width": WIDTH,
            "height": HEIGHT,
            "layer": [points, drawn, clock_layer(shown, "Step", (clock_x, HEIGHT))],
        },
        moving(shown),
    )


def _formula(line: Line) -> str:
    """As people write it: "y = 2 − 0.5 x"."""
    b, w = line
    return f"y = {number_told(b)} {'-' if w < 0 else '+'} {number_told(abs(w))} x".replace("-", "−")


def _curve(name: str, line: Line, problem: Problem) -> Curve:
    ends = np.array([problem.x.min(), problem.x.max()])
    return Curve(name, ends, line[0] + line[1] * ends)


def _estimates(fit: Fit, shown: Ints) -> list[dict[str, Any]]:
    """The fitted line at each frame."""
    return [
        {**row, "frame": frame}
        for frame, (b, w) in enumerate(fit.path[shown].tolist())
        for row in curve_rows([_curve("Estimate", (b, w), fit.problem)])
    ]


def landscape_figure(fit: Fit) -> Figure:
    """The walk of (b, W) over the mean squared error."""
    landscape = Landscape(
        fit.error, -EDGE, EDGE, _levels(fit.error), ("b, intercept", "W, slope", "Mean squared error")
    )
    shown = moments(len(fit.path) - 1)
    kept = np.unique(np.linspace(0, len(fit.path) - 1, min(len(fit.path), _DRAWN)).round().astype(int))
    path = curve_rows([Curve("path", fit.path[kept, 0], fit.path[kept, 1])])
    for row, frame in zip(path, np.searchsorted(shown, kept).tolist(), strict=True):
        row["frame"] = frame
    look = {"color": {"value": BLUE}}
    b, w = fit.line
    end = "left the plane" if fit.diverged else f"ended at ({b:.3g}, {w:.3g})"
    lowest = ", ".join(f"{value:.3g}" for value in fit.error.lowest())
    return Figure(
        "Walk over the landscape",
        f"Contour map of the mean squared error over intercept b and slope W, with the path of {len(fit.path) - 1} "
        f"steps of gradient descent. It {end}; the lowest point is ({lowest}).",
        {
            "title": {
                "text": "Gradient descent over the error",
                "subtitle": "Shades: half powers of two · filled: the estimate",
            },
            "width": SIDE,
            "height": SIDE,
            "layer": [
                *landscape_layers(landscape),
                *({**layer, "transform": UP_TO_NOW} for layer in path_layers(landscape, path, look)),
                _marks(landscape, fit),
                _place(landscape, fit, shown),
                clock_layer(shown, "Step"),
            ],
            "resolve": OWN_SCALES,
        },
        moving(shown),
    )


def _levels(error: Quadratic) -> Floats:
    """Half powers of two from the lowest to the highest error shown."""
    corners = np.array([-EDGE, EDGE, -EDGE, EDGE]), np.array([-EDGE, -EDGE, EDGE, EDGE])
    top = np.floor(2 * np.log2(error(*corners).max()))
    lowest = error(*(np.array([value]) for value in error.lowest()))[0]
    low = max(np.ceil(2 * np.log2(max(lowest, 2.0**-10))), top - _MAX_LEVELS)
    return np.asarray(2.0 ** (np.arange(low, top + 1) / 2))


def _marks(landscape: Landscape, fit: Fit) -> Layer:
    places = {"Start": fit.problem.start, "Ground truth": fit.problem.truth, "Least squares": fit.error.lowest()}
    rows = [{"x": x, "y": y, "mark": name} for name, (x, y) in places.items()]
    shape = {"domain": list(places), "range": ["circle", "cross", "diamond"]}
    return {
        "data": {"values": rows},
        "mark": {
            "type": "point",
            "filled": True,
            "color": "white",
            "stroke": INK,
            "strokeWidth": 1.6,
            "size": 130,
            "opacity": 1,
        },
        "encoding": {
            "x": landscape.axis(0, "x"),
            "y": landscape.axis(1, "y"),
            "shape": {"field": "mark", "type": "nominal", "title": None, "sort": list(places), "scale": shape},
        },
    }


def _place(landscape: Landscape, fit: Fit, shown: Ints) -> Layer:
    places = fit.path[shown].tolist()
    rows = [{"x": x, "y": y, "frame": frame} for frame, (x, y) in enumerate(places) if max(abs(x), abs(y)) <= EDGE]
    return {
        "data": {"values": rows},
        "transform": NOW,
        "mark": {"type": "point", "filled": True, "color": BLUE, "stroke": "white", "size": 110, "opacity": 1},
        "encoding": {"x": landscape.axis(0, "x"), "y": landscape.axis(1, "y")},
    }


def cost_figure(fit: Fit) -> Figure:
    """The error of the estimate by step, beside that of the true and of the least squares line."""
    last = len(fit.errors) - 1
    drawn = np.unique(np.linspace(0, last, min(last + 1, _DRAWN)).round().astype(int))
    ends = np.array([0.0, last])
    truth, best = (
        float(fit.error(*(np.array([v]) for v in line))[0]) for line in (fit.problem.truth, fit.error.lowest())
    )
    curves = [
        Curve("Estimate", drawn.astype(float), _positive(fit.errors[drawn])),
        Curve("Ground truth", ends, _positive(np.full(2, truth))),
        Curve("Least squares", ends, _positive(np.full(2, best))),
    ]
    told = f"from {number_told(fit.errors[0])} to {number_told(fit.errors[-1])}"
    return Figure(
        "Error by step",
        f"Line chart of the mean squared error over {last} steps, logarithmic: {told}. The true line has "
        f"{number_told(truth)}, the least squares line {number_told(best)}.",
        line_chart(
            "Error by step", f"Mean squared error over all points, {told}", (Axis("Step"), Axis("Error", "log")), curves
        ),
    )


def _positive(values: Floats) -> Floats:
    return np.where(values > 1e-12, values, np.nan)
