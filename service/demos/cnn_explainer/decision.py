"""The last step as pictures: where a class's logit comes from, and how logits become probabilities."""

from typing import Any

import numpy as np

from service.demos.canvas import Row, box, boxes, canvas
from service.demos.cnn_explainer.formulas import output_formula, short
from service.demos.cnn_explainer.network import CHANNELS, CLASSES, weights
from service.demos.cnn_explainer.sheet import Sheet, fixed
from service.demos.cnn_explainer.view import View, products
from service.demos.figures import BLUE, ORANGE, Figure
from service.demos.maps import limit_of

_MAP, _PITCH, _HEAD = 52, 58, 26  # pixels
_COLUMNS = {"map": 0, "weights": 78, "products": 156, "number": 224, "bar": 284}  # pixels from the left
_BARS = 240  # pixels from the lowest to the highest


def logit_figure(view: View) -> Figure:
    """The last maps, a class's weights for each of their cells, the products, and what they add to its logit."""
    sheet, told = Sheet(), output_formula(view, view.unit)
    heads = {"map": "pool 2", "weights": "Weights", "products": "Products", "number": "Sum"}
    for name, head in heads.items():
        sheet.say((_COLUMNS[name], 6), head)
    bottom = _put_maps(view, sheet)
    sums = [*told["contributions"], told["bias"]]
    sheet.say((_COLUMNS["products"], bottom + 8), "bias")
    tops = [*range(_HEAD + _MAP // 2, bottom, _PITCH), bottom + 8]
    for top, value in zip(tops, sums, strict=True):
        sheet.say((_COLUMNS["number"], top), fixed(value))
    sheet.say((0, bottom + 40), f"All together the logit is {fixed(told['logit'])}.")
    sheet.say((0, bottom + 60), f"Softmax: {told['told_softmax']}")
    title = {"text": f"Output: where the logit of {CLASSES[view.unit]} comes from", "subtitle": view.decision}
    size = _COLUMNS["bar"] + _BARS, bottom + 70
    return Figure(
        f"Output: {CLASSES[view.unit]}",
        f"Of each of the ten maps of the last layer: the map, the weights of {CLASSES[view.unit]} for its cells, their "
        f"products, and their sum as a bar. The sums go from {short(min(sums))} to {short(max(sums))}. The logit is "
        f"{short(told['logit'])}, the probability {told['probability']:.2%}.",
        canvas(title, size, [*sheet.layers(), boxes(_bars(tops, sums))]),
    )


def _put_maps(view: View, sheet: Sheet) -> int:
    """A line for each map; where the lines end, in pixels from the top."""
    maps = view.given["max_pool_2"]
    kernel, added = weights()["output.weight"][view.unit].reshape(maps.shape), products(view.given, view.unit)
    for unit in range(CHANNELS):
        top = _HEAD + unit * _PITCH
        sheet.map((_COLUMNS["map"], top), _MAP, maps[unit], view.limit("max_pool_2", unit))
        sheet.say((_COLUMNS["weights"] - 18, top + _MAP / 2), "×")
        sheet.map((_COLUMNS["weights"], top), _MAP, kernel[unit], limit_of(kernel))
        sheet.say((_COLUMNS["products"] - 18, top + _MAP / 2), "=")
        sheet.map((_COLUMNS["products"], top), _MAP, added[unit], limit_of(added))
    return _HEAD + CHANNELS * _PITCH


def _bars(tops: list[int], values: list[float]) -> list[Row]:
    """A bar for each number, to the right where it is positive."""
    low, high = min(*values, 0.0), max(*values, 1e-9)
    pixels = _BARS / (high - low)
    zero = _COLUMNS["bar"] - low * pixels
    return [
        box((zero + min(value, 0) * pixels, top - 8), (abs(value) * pixels, 16), BLUE if value > 0 else ORANGE, "none")
        for top, value in zip(tops, values, strict=True)
    ]


def softmax_figure(view: View) -> Figure:
    """Logits, and the probabilities that they become."""
    logits, probabilities = view.given["output"].astype(float), view.probabilities.astype(float)
    rows = [
        {"class": name, "logit": float(logit), "probability": float(p), "told": f"{p:.2%}", "logit_told": short(logit)}
        for name, logit, p in zip(CLASSES, logits, probabilities, strict=True)
    ]
    y = {"field": "class", "type": "nominal", "sort": None, "title": None}
    low, high = min(float(logits.min()), 0.0), max(float(logits.max()), 0.0)
    room = 0.25 * (high - low)  # for the numbers at the bars' ends
    logit = {"field": "logit", "type": "quantitative", "title": "Logit", "scale": {"domain": [low - room, high + room]}}
    share = {"field": "probability", "type": "quantitative", "title": "Probability", "scale": {"domain": [0, 1.2]}}
    axis = {"format": "%", "values": np.linspace(0, 1, 5).tolist()}
    charts = [
        _bar_chart(y, logit, ORANGE, "logit_told"),
        _bar_chart({**y, "axis": {"labels": False}}, {**share, "axis": axis}, BLUE, "told"),
    ]
    title = {"text": "From logits to probabilities", "subtitle": view.decision}
    return Figure(
        "From logits to probabilities",
        f"Two bar charts of the ten classes: logits from {short(logits.min())} to {short(logits.max())}, and the "
        f"probabilities that softmax makes of them. {view.decision}",
        {"title": title, "data": {"values": rows}, "hconcat": charts},
    )


def _bar_chart(y: dict[str, Any], x: dict[str, Any], color: str, text: str) -> dict[str, Any]:
    """Bars, each with its number at its end."""
    written = {"type": "text", "aria": False}
    encoding = {"y": y, "x": {**x, "stack": None}, "text": {"field": text}}
    test = f"datum.{x['field']} < 0"
    layers = [
        {"mark": {"type": "bar", "color": color, "aria": False}, "encoding": {"y": y, "x": x}},
        {"transform": [{"filter": f"!({test})"}], "mark": {**written, "align": "left", "dx": 4}, "encoding": encoding},
        {"transform": [{"filter": test}], "mark": {**written, "align": "right", "dx": -4}, "encoding": encoding},
    ]
    return {"width": 260, "height": {"step": 22}, "layer": layers}
