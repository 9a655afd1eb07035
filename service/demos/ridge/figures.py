"""The figures of ridge regression, all over the penalty."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.charts import HEIGHT, WIDTH, Axis, Curve, curve_rows, line_chart, lines
from service.demos.compiled import Floats
from service.demos.figures import BLUE, INK, Figure, number_told

Layer = dict[str, Any]
_PENALTY = Axis("Penalty λ", "log")


@dataclass(frozen=True)
class Path:
    """What became of the weights at each penalty of a rising grid; arrays have a row for each."""

    penalties: Floats
    weights: Floats  # (penalties, d)
    degrees: Floats
    train: Floats  # mean squared errors
    test: Floats
    left_out: Floats
    bias: Floats
    variance: Floats

    @property
    def total(self) -> Floats:
        """Expected squared distance of the weights from the true ones."""
        return self.bias + self.variance

    def best(self, values: Floats) -> float:
        """The penalty at which something is least."""
        return float(self.penalties[int(np.argmin(values))])


def path_figure(path: Path, truth: Floats) -> Figure:
    """Every weight over the penalty, and the true weights at the left edge."""
    best = path.best(path.left_out)
    left = float(path.penalties[0])
    rows = curve_rows([Curve(str(place), path.penalties, column) for place, column in enumerate(path.weights.T)])
    x, y = _PENALTY.encoding("x"), Axis("Weight").encoding("y")
    told = f"Dashed: λ = {number_told(best)}, the best when points are left out one by one"
    return Figure(
        "Weights by penalty",
        f"Line chart of {len(truth)} weights over the penalty from {number_told(left)} to "
        f"{number_told(path.penalties[-1])}, logarithmic: all shrink toward 0. {told}.",
        {
            "title": {
                "text": "Weights shrink as the penalty grows",
                "subtitle": [told, "Marks at the left: the true weights"],
            },
            "width": WIDTH,
            "height": HEIGHT,
            "layer": [
                {
                    "data": {"values": rows},
                    "mark": {"type": "line", "strokeWidth": 1.8, "color": BLUE, "opacity": 0.85},
                    "encoding": {"x": x, "y": y, "detail": {"field": "curve"}, "order": {"field": "i"}},
                },
                {
                    "data": {"values": [{"x": left, "y": value} for value in truth.tolist()]},
                    "mark": {"type": "point", "shape": "triangle-right", "filled": True, "color": INK, "size": 60},
                    "encoding": {"x": x, "y": y},
                },
                {
                    "data": {"values": [{"x": best}]},
                    "mark": {"type": "rule", "strokeDash": [5, 4], "color": INK},
                    "encoding": {"x": x},
                },
            ],
        },
    )


def risk_figure(path: Path) -> Figure:
    """Squared bias and variance of the weights, and their sum."""
    best = path.best(path.total)
    told = f"The sum is least at λ = {number_told(best)}: {number_told(path.total.min())}"
    curves = [
        Curve("Bias² + variance", path.penalties, path.total),
        Curve("Bias²", path.penalties, path.bias),
        Curve("Variance", path.penalties, path.variance),
    ]
    axes = _PENALTY, Axis("Expected squared error of the weights", low=0)
    return Figure(
        "Bias and variance",
        f"Line chart over the penalty, logarithmic: squared bias grows, variance falls, their sum has a lowest point. "
        f"{told}.",
        line_chart("Bias² and variance of the weights", told, axes, curves),
    )


def error_figure(path: Path) -> Figure:
    """Mean squared errors of what is predicted: on the data, on fresh data, on points left out."""
    new, left_out = number_told(path.best(path.test)), number_told(path.best(path.left_out))
    told = f"Least at λ = {new} on new points, at {left_out} for points left out one by one"
    curves = [
        Curve("Training data", path.penalties, path.train),
        Curve("New points", path.penalties, path.test),
        Curve("Left out one by one", path.penalties, path.left_out),
    ]
    return Figure(
        "Errors by penalty",
        f"Line chart of the mean squared error over the penalty, logarithmic, on training data, on new points and "
        f"on points left out one by one. {told}.",
        line_chart("Mean squared error of predictions", told, (_PENALTY, Axis("Mean squared error", low=0)), curves),
    )


def freedom_figure(path: Path) -> Figure:
    """Degrees of freedom, and below them the length of the weights."""
    lengths = np.linalg.norm(path.weights, axis=1)
    told = f"degrees of freedom {_change(path.degrees)}, length of the weights {_change(lengths)}"
    panels: list[Layer] = [
        {"width": WIDTH, "height": 150, **lines((_PENALTY, Axis(title, low=0)), [Curve(title, path.penalties, values)])}
        for title, values in (("Degrees of freedom", path.degrees), ("Length of the weights", lengths))
    ]
    for panel in panels:
        panel["encoding"] = {**panel["encoding"], "color": {"value": BLUE}}
        del panel["encoding"]["strokeDash"]
    return Figure(
        "Degrees of freedom",
        f"Two line charts over the penalty from {number_told(path.penalties[0])} to "
        f"{number_told(path.penalties[-1])}, logarithmic: {told}.",
        {"title": {"text": "What is left of the model", "subtitle": told}, "vconcat": panels},
    )


def _change(values: Floats) -> str:
    return f"from {number_told(values[0])} to {number_told(values[-1])}"
