"""The figures of SELU: mean and variance by layer, their fixed point, and what dropout does to a signal."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from service.demos.charts import COLORS, HEIGHT, WIDTH, Axis, Curve, lines
from service.demos.compiled import Floats
from service.demos.figures import BLUE, INK, Figure, number_told
from service.demos.selu.mapping import Moments, Weights
from service.demos.selu.networks import Measured

Layer = dict[str, Any]
_PANEL = 210
_BINS = np.linspace(-3, 4, 71)


def layers_figure(measured: Sequence[Measured]) -> Figure:
    """Mean and variance by layer, the mean over networks in a band from the least to the most."""
    nets, places = measured[0].mean.shape
    told = "; ".join(
        f"{one.kind.title}: mean {_between(one.mean[:, -1])}, variance {_between(one.variance[:, -1])}"
        for one in measured
    )
    means = {one.kind.title: one.mean for one in measured}
    variances = {one.kind.title: one.variance for one in measured}
    panels = [_panel(means, _mean_axis(means)), _panel(variances, _variance_axis(variances))]
    bands = " · bands from the least to the most of them" if nets > 1 else ""
    return Figure(
        "Mean and variance by layer",
        f"Two line charts over {places - 1} layers, of {nets} random networks of each kind. At the last layer: {told}.",
        {
            "title": {
                "text": "What deep networks make of mean and variance",
                "subtitle": f"Mean of {nets} random networks{bands}" if nets > 1 else "One random network",
            },
            "vconcat": panels,
        },
    )


def _between(values: Floats) -> str:
    return f"{number_told(values.min())} to {number_told(values.max())}"


def _mean_axis(means: Mapping[str, Floats]) -> Axis:
    """At least so long that what wavers around 0 looks small."""
    finite = np.concatenate([each[np.isfinite(each)] for each in means.values()])
    return Axis("Mean", low=min(-0.5, float(finite.min())), high=max(1.0, float(finite.max())))


def _variance_axis(variances: Mapping[str, Floats]) -> Axis:
    """A logarithmic axis from a tenth to ten, or as far as the curves go."""
    positive = np.concatenate([each[(each > 0) & np.isfinite(each)] for each in variances.values()])
    return Axis("Variance", "log", low=min(0.1, float(positive.min())), high=max(10.0, float(positive.max())))


def _panel(values: Mapping[str, Floats], axis: Axis) -> Layer:
    """Curves of the means over rows, and around each the band of its rows."""
    layers = np.arange(next(iter(values.values())).shape[1], dtype=float)
    axes = Axis("Layer", low=0, high=float(layers[-1])), axis
    rows = [
        {"x": x, "low": low, "high": high, "color": color}
        for color, each in zip(COLORS, values.values(), strict=False)
        for x, low, high in zip(layers.tolist(), each.min(axis=0).tolist(), each.max(axis=0).tolist(), strict=True)
        if np.isfinite(high) and (low > 0 or axis.scale != "log")
    ]
    band = {
        "data": {"values": rows},
        "mark": {"type": "area", "fillOpacity": 0.18, "clip": True},
        "encoding": {
            "x": axes[0].encoding("x"),
            "y": axis.encoding("low"),
            "y2": {"field": "high"},
            "color": {"field": "color", "type": "nominal", "scale": None},
        },
    }
    curves = [Curve(name, layers, _drawn(each.mean(axis=0), axis)) for name, each in values.items()]
    return {"width": WIDTH, "height": _PANEL, "layer": [band, lines(axes, curves)]}


def _drawn(values: Floats, axis: Axis) -> Floats:
    return np.where(values > 0, values, np.nan) if axis.scale == "log" else values


def map_figure(paths: Sequence[Sequence[Moments]], end: Moments, weights: Weights) -> Figure:
    """Paths of mean and variance from layer to layer, and where they end."""
    rows = [
        {"x": at.mean, "y": at.variance, "i": i, "curve": str(place)}
        for place, path in enumerate(paths)
        for i, at in enumerate(path)
    ]
    told = f"All end at mean {number_told(end.mean)}, variance {number_told(end.variance)}"
    forgotten = [] if weights.omega else ["The sum of weights is 0: one layer forgets the mean that it is given"]
    x, y = Axis("Mean").encoding("x"), Axis("Variance", low=0).encoding("y")
    starts = [row for row in rows if row["i"] == 0]
    return Figure(
        "Fixed point of mean and variance",
        f"{len(paths)} paths of mean and variance through {len(paths[0]) - 1} layers of SELUs, in theory. {told}.",
        {
            "title": {
                "text": "SELUs draw mean and variance to one point",
                "subtitle": [f"In theory, a dot a layer · {told}", *forgotten],
            },
            "width": WIDTH,
            "height": HEIGHT,
            "layer": [
                {
                    "data": {"values": rows},
                    "mark": {
                        "type": "line",
                        "color": BLUE,
                        "strokeWidth": 1.3,
                        "opacity": 0.7,
                        "point": {"filled": True, "size": 22, "color": BLUE},
                    },
                    "encoding": {"x": x, "y": y, "detail": {"field": "curve"}, "order": {"field": "i"}},
                },
                _points(starts, {"filled": False, "shape": "circle", "size": 60, "strokeWidth": 1.8}),
                _points([{"x": end.mean, "y": end.variance}], {"filled": True, "shape": "diamond", "size": 200}),
            ],
        },
    )


def _points(rows: list[dict[str, Any]], look: Layer) -> Layer:
    fields = {name: {"field": name, "type": "quantitative"} for name in ("x", "y")}
    return {"data": {"values": rows}, "mark": {"type": "point", "color": INK, "opacity": 1, **look}, "encoding": fields}


def dropout_figure(signals: Mapping[str, Floats], rate: float) -> Figure:
    """How the outputs of SELUs are distributed before and after dropout of two kinds."""
    rows, moments = [], []
    for name, h in signals.items():
        counts, _ = np.histogram(np.clip(h, _BINS[0], _BINS[-1]), _BINS)
        moments.append(f"{name}: mean {round(h.mean(), 2) + 0.0:.2f}, variance {h.var():.2f}")
        rows += [
            {"kind": name, "x0": x0, "x1": x1, "share": share}
            for x0, x1, share in zip(_BINS[:-1].tolist(), _BINS[1:].tolist(), (counts / h.size).tolist(), strict=True)
        ]
    bar = {"type": "bar", "color": BLUE, "stroke": "white", "strokeWidth": 0.3}
    return Figure(
        "Dropout of two kinds",
        f"Three histograms of the outputs of SELUs, at a dropout rate of {rate:g}. {'; '.join(moments)}.",
        {
            "title": {"text": f"Dropout of {rate:.0%} of SELUs", "subtitle": moments},
            "data": {"values": rows},
            "facet": {
                "row": {
                    "field": "kind",
                    "type": "nominal",
                    "sort": list(signals),
                    "header": {"title": None, "labelAngle": 0, "labelAlign": "left"},
                }
            },
            "spec": {
                "width": WIDTH,
                "height": 90,
                "mark": bar,
                "encoding": {
                    "x": {**Axis("Output", low=-3, high=4).encoding("x0")},
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
