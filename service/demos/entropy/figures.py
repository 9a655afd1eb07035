"""The figures of entropy: how far a belief is off, what a logit costs, and code words."""

import math
from typing import Any

import numpy as np

from service.demos.charts import HEIGHT, WIDTH, Axis, Curve, lines
from service.demos.demo import Parameters
from service.demos.entropy.information import UNITS, Symbol, cross_entropy, entropy, kl_divergence, log_loss
from service.demos.figures import BLUE, INK, ORANGE, Figure, number_told

Layer = dict[str, Any]
_WIDEST = 10.0  # logits are drawn from -10 to 10, or as far as the one asked for within 1000
_SHARES = np.linspace(0, 1, 201)


def binary_figure(parameters: Parameters) -> Figure:
    """Entropy over the chance of one of two outcomes; who believes q pays along the tangent at q."""
    p, q, base = parameters["p"], parameters["q"], parameters["base"]
    unit, shares = UNITS[base], _SHARES
    curves = [Curve("Entropy", shares, np.array([entropy([x, 1 - x], base) for x in shares]))]
    layers: list[Layer] = []
    seen, legend = "highest at one half", []
    if 0 < q < 1:  # a belief without doubt costs infinitely much nearly everywhere
        paid = np.array([cross_entropy([x, 1 - x], [q, 1 - q], base) for x in shares])
        curves.append(Curve(f"Cross-entropy, believing {q:g}", shares, paid))
        layers = _gap(p, q, base)
        seen += f", with the straight line of the cross-entropy that touches it at q = {q:g}"
        legend = ["Bar: the divergence at p · ring: q"]
    kl = kl_divergence([p, 1 - p], [q, 1 - q], base)
    far = f"{number_told(kl)} {unit}" if math.isfinite(kl) else "infinite, as q rules out what happens"
    told = f"At p = {p:g} the entropy is {number_told(entropy([p, 1 - p], base))} {unit} · divergence from q: {far}"
    axes = (
        Axis("Chance of the first outcome", low=0, high=1),
        Axis(f"In {unit}s", low=0, high=1.6 * entropy([0.5, 0.5], base)),
    )
    return Figure(
        "Entropy of two outcomes",
        f"Line chart of the entropy over the chance of one of two outcomes, {seen}. {told}.",
        _chart("Entropy, and what a wrong belief adds", [told, *legend], [lines(axes, curves), *layers]),
    )


def _chart(title: str, subtitle: list[str], layers: list[Layer]) -> Layer:
    return {"title": {"text": title, "subtitle": subtitle}, "width": WIDTH, "height": HEIGHT, "layer": layers}


def _ring(x: float, y: float) -> Layer:
    fields = {name: {"field": name, "type": "quantitative"} for name in ("x", "y")}
    mark = {"type": "point", "size": 110, "strokeWidth": 2.2, "color": INK, "opacity": 1}
    return {"data": {"values": [{"x": x, "y": y}]}, "mark": mark, "encoding": fields}


def _gap(p: float, q: float, base: str) -> list[Layer]:
    """The divergence, standing between both curves at p, and the point where they touch."""
    low, high = entropy([p, 1 - p], base), cross_entropy([p, 1 - p], [q, 1 - q], base)
    bar = {
        "data": {"values": [{"x": p, "low": low, "high": high}]},
        "mark": {"type": "rule", "strokeWidth": 5, "color": INK, "clip": True},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "low", "type": "quantitative"},
            "y2": {"field": "high"},
        },
    }
    return [bar, _ring(q, entropy([q, 1 - q], base))]


def log_loss_figure(parameters: Parameters) -> Figure:
    """The loss over the logit, for either label."""
    base, logit, label = parameters["base"], parameters["logit"], parameters["label"]
    unit, edge = UNITS[base], max(_WIDEST, math.ceil(abs(logit)))
    z, loss = np.linspace(-edge, edge, 401), float(log_loss(logit, label, base))
    told = f"Label {label} at logit {logit:g} costs {number_told(loss)} {unit}"
    axes = Axis("Logit z: the model's log-odds of label 1"), Axis(f"Loss in {unit}s", low=0)
    curves = [Curve(f"Label {one}", z, log_loss(z, one, base)) for one in (1, 0)]
    return Figure(
        "Loss by logit",
        f"Line chart of the binary cross-entropy over the logit from {-edge:g} to {edge:g}: nearly 0 where the model "
        f"is sure and right, nearly a straight line where it is sure and wrong. {told}.",
        _chart("Binary cross-entropy by logit", [f"{told} (ring)"], [lines(axes, curves), _ring(logit, loss)]),
    )


def code_figure(symbols: list[Symbol], mean_length: float) -> Figure:
    """Each symbol's information beside the length of its code word."""
    kinds = ["Information", "Length of the code word"]
    rows = [
        {"symbol": f"{symbol.name}  {symbol.probability:.3g}", "kind": kind, "bits": bits}
        for symbol in symbols
        if symbol.code is not None
        for kind, bits in zip(kinds, (symbol.information, float(len(symbol.code))), strict=True)
    ]
    least = entropy([symbol.probability for symbol in symbols], "2")
    told = f"Mean length {number_told(mean_length)} bits, entropy {number_told(least)} bits"
    kind = {"field": "kind", "type": "nominal", "title": None, "sort": kinds}
    return Figure(
        "Code words",
        f"Bar chart of {len(symbols)} symbols: the information of each beside its Huffman code word's length. {told}.",
        {
            "title": {"text": "Information and code words", "subtitle": told},
            "width": WIDTH,
            "height": 240,
            "data": {"values": rows},
            "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
            "encoding": {
                "x": {
                    "field": "symbol",
                    "type": "nominal",
                    "title": "Symbol and its chance",
                    "sort": None,
                    "axis": {"labelAngle": 0},
                },
                "xOffset": {**kind, "scale": {"paddingInner": 0}},
                "y": {"field": "bits", "type": "quantitative", "title": "Bits"},
                "color": {**kind, "scale": {"domain": kinds, "range": [BLUE, ORANGE]}},
            },
        },
    )
