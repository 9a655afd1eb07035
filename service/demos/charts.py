"""Line charts that are told apart in grayscale, too: every curve has its own colour, lightness and dashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.figures import Spec

Layer = dict[str, Any]

COLORS = ("#0b4f8a", "#e8902c", "#4d4d4d", "#3f9e74", "#8c2d6b", "#b0a021")
DASHES = ([1, 0], [8, 3], [2, 2], [10, 3, 2, 3], [5, 2], [14, 4])
# Of a logarithmic axis: 1, 2, 3 and 5 times powers of ten have labels and full lines, as 0.01 or 500, but 1e-8.
_LEADING = "round(datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9)))"
_IS_LABELLED = f"indexof([1, 2, 3, 5], {_LEADING}) >= 0"
_IS_FAR = "datum.value < 0.001 || datum.value > 10000"
_LOG_AXIS = {
    "labelExpr": f"{_IS_LABELLED} ? format(datum.value, {_IS_FAR} ? '.0e' : '~g') : ''",
    "gridOpacity": {"condition": {"test": _IS_LABELLED, "value": 1}, "value": 0.3},
}
WIDTH, HEIGHT = 480, 280


@dataclass(frozen=True)
class Curve:
    """Points joined in their order; what is no finite number is left out."""

    name: str
    x: Floats
    y: Floats


@dataclass(frozen=True)
class Axis:
    """`scale` is a type of Vega-Lite's scales: linear, log, symlog; `low` and `high` are its ends where given."""

    title: str
    scale: str = "linear"
    low: float | None = None
    high: float | None = None

    def encoding(self, field: str) -> Layer:
        """This axis for a quantitative field."""
        ends = {"domainMin": self.low, "domainMax": self.high}
        given = {key: end for key, end in ends.items() if end is not None}
        scale = {"type": self.scale, "zero": False, "nice": self.scale == "linear" and self.high is None, **given}
        return {
            "field": field,
            "type": "quantitative",
            "title": self.title,
            "scale": scale,
            "axis": {"tickCount": 6, **(_LOG_AXIS if self.scale == "log" else {})},
        }


def line_chart(title: str, subtitle: str | list[str], axes: tuple[Axis, Axis], curves: Sequence[Curve]) -> Spec:
    """Curves over one x axis, at most six, with a legend."""
    return {"title": {"text": title, "subtitle": subtitle}, "width": WIDTH, "height": HEIGHT, **lines(axes, curves)}


def lines(axes: tuple[Axis, Axis], curves: Sequence[Curve]) -> Layer:
    """The layer of a line chart, to be put beside others."""
    return {
        "data": {"values": curve_rows(curves)},
        "mark": {"type": "line", "strokeWidth": 2.5, "clip": True},
        "encoding": {
            "x": axes[0].encoding("x"),
            "y": axes[1].encoding("y"),
            "order": {"field": "i", "type": "quantitative"},
            **by_name([curve.name for curve in curves]),
        },
    }


def curve_rows(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Each finite point as a row: x, y, its place `i` and its curve's name."""
    return [
        {"x": float(x), "y": float(y), "i": i, "curve": curve.name}
        for curve in curves
        for i, (x, y) in enumerate(zip(curve.x, curve.y, strict=True))
        if np.isfinite(x) and np.isfinite(y)
    ]


def by_name(names: Sequence[str]) -> Layer:
    """Colour and dashes by the field "curve", in the order of the names."""
    legend = {"symbolType": "stroke", "symbolSize": 900, "symbolStrokeWidth": 2.5, "symbolOpacity": 1}
    shared = {"field": "curve", "type": "nominal", "title": None, "sort": list(names), "legend": legend}
    return {
        "color": {**shared, "scale": {"domain": list(names), "range": list(COLORS[: len(names)])}},
        "strokeDash": {**shared, "scale": {"domain": list(names), "range": list(DASHES[: len(names)])}},
    }
