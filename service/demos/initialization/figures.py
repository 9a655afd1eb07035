"""The figures of initialization: signals and gradients by layer, and how outputs are distributed."""

import numpy as np

from service.demos.charts import Axis, Curve, line_chart
from service.demos.compiled import Floats
from service.demos.figures import BLUE, Figure, number_told
from service.demos.initialization.measures import Measured

_LEAST_DRAWN = 1e-300  # a logarithm has no place for 0


def signal_figure(measured: Measured) -> Figure:
    """The mean square of what layers put out."""
    expected = None if measured.theory is None else measured.theory.square
    squares = measured.mean("square")
    told = f"E[h²] is {number_told(squares[0])} at the input and {number_told(squares[-1])} at layer {len(squares) - 1}"
    chart = _by_layer(measured, "Signal by layer", "E[h²]", squares, expected)
    return Figure(
        "Signal by layer", f"Line chart, logarithmic: the mean square of each layer's outputs. {told}.", chart
    )


def gradient_figure(measured: Measured) -> Figure:
    """The mean square of the gradient on its way back."""
    expected = None if measured.theory is None else measured.theory.gradient_square
    squares = measured.mean("gradient_square")
    told = f"It is {number_told(squares[-1])} at the last layer and {number_told(squares[0])} back at the input"
    chart = _by_layer(measured, "Gradient by layer, read from right to left", "E[(∂L/∂h)²]", squares, expected)
    return Figure("Gradient by layer", f"Line chart, logarithmic: the mean square of the gradient. {told}.", chart)


def _by_layer(measured: Measured, title: str, name: str, values: Floats, expected: Floats | None) -> dict[str, object]:
    layers = np.arange(len(values), dtype=float)
    if np.any(values == 0):
        axes, curve = Axis("Layer", low=0, high=float(len(values) - 1)), Curve("Measured", layers, values)
        return dict(
            line_chart(title, f"{_kind_told(measured)} · exactly 0 in some layers", (axes, Axis(name)), [curve])
        )
    curves = [Curve("Measured", layers, _positive(values))]
    if expected is not None:
        curves.append(Curve("Theory, infinite width", layers, _positive(expected)))
    return dict(line_chart(title, _kind_told(measured), (_layer_axis(values), _decades(name, curves)), curves))


def _layer_axis(values: Floats) -> Axis:
    return Axis("Layer", low=0, high=float(len(values) - 1))


def _decades(name: str, curves: list[Curve]) -> Axis:
    """A logarithmic axis from a tenth to ten, or as far as the curves go: small changes stay small to the eye."""
    drawn = np.log10(np.concatenate([curve.y[np.isfinite(curve.y)] for curve in curves] + [np.ones(1)]))
    return Axis(name, "log", low=10 ** min(-1.0, float(np.floor(drawn.min()))), high=10 ** max(1.0, float(drawn.max())))


def _kind_told(measured: Measured) -> str:
    stack = measured.stack
    nets = f"{len(measured.signals)} networks" if len(measured.signals) > 1 else "one network"
    return f"{stack.activation}, {stack.scheme.name} × {stack.scheme.gain:g}, width {stack.width} · mean over {nets}"


def _positive(values: Floats) -> Floats:
    return np.where((values > _LEAST_DRAWN) & np.isfinite(values), values, np.nan)


def histogram_figure(measured: Measured) -> Figure:
    """The outputs of some layers, all on the scale of the first one."""
    edges = measured.edges
    rows = [
        {"layer": layer, "x0": float(left), "x1": float(right), "share": float(share)}
        for layer in measured.shown
        for left, right, share in zip(edges[:-1], edges[1:], measured.shares(layer), strict=True)
    ]
    x = {"type": "quantitative", "title": "h", "scale": {"domain": [float(edges[0]), float(edges[-1])], "nice": False}}
    told = "; ".join(
        f"layer {layer}: {number_told(np.sqrt(measured.signals[0].square[layer]))}" for layer in measured.shown
    )
    return Figure(
        "Outputs of six layers",
        f"Histograms of what units put out in some layers of one network, on one scale. Root mean squares: {told}.",
        {
            "title": {
                "text": "How the outputs of layers are distributed",
                "subtitle": f"{_kind_told(measured).split(' · ')[0]} · outputs beyond the scale are in the last bars",
            },
            "data": {"values": rows},
            "facet": {
                "field": "layer",
                "type": "ordinal",
                "header": {"title": None, "labelExpr": "'Layer ' + datum.value"},
            },
            "columns": 3,
            "spec": {
                "width": 170,
                "height": 110,
                "mark": {"type": "bar", "color": BLUE, "stroke": "white", "strokeWidth": 0.4},
                "encoding": {
                    "x": {**x, "field": "x0", "axis": {"tickCount": 5}},
                    "x2": {"field": "x1"},
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "title": "Share",
                        "axis": {"format": "~%", "tickCount": 4},
                    },
                    "y2": {"datum": 0},
                },
            },
            "resolve": {"scale": {"y": "independent"}},
        },
    )
