"""The charts of a run: how both networks learn, and what is taken for what."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from service.demos.charts import WIDTH, Axis, by_name
from service.demos.compiled import Floats, Ints
from service.demos.convolutional_training.output import Curves
from service.demos.figures import Figure, number_told

Layer = dict[str, Any]
_PANEL = 190
_CELL = 34  # pixels of a count in the table
_LIGHT, _DARK = "#ffffff", "#0b4f8a"


def curves_figure(curves: Sequence[Curves]) -> Figure:
    """Accuracy and loss by epoch: thin lines for seeds, thick ones for their medians."""
    accuracy = {one.shape.name: one.test_accuracy for one in curves}
    loss = {one.shape.name: one.train_loss for one in curves}
    told = "; ".join(f"{name} {np.median(each[-1]):.1%}" for name, each in accuracy.items())
    losses = "; ".join(f"{name} {number_told(np.median(each[-1]))}" for name, each in loss.items())
    sizes = ", ".join(f"{one.shape.name} {one.shape.parameters:,}" for one in curves)
    seeds = curves[0].test_accuracy.shape[1]
    lines = "one seed" if seeds == 1 else f"{seeds} seeds, thin, and their median, thick"
    return Figure(
        "Learning by epoch",
        f"Two line charts by epoch, {lines}; parameters: {sizes}. Median accuracy on other digits at the end: {told}. "
        f"Median training loss of the last epoch: {losses}.",
        {
            "title": {
                "text": "Convolutional and dense networks with as many parameters",
                "subtitle": [f"Parameters: {sizes}", lines],
            },
            "vconcat": [
                _panel("Accuracy on other digits", accuracy, Axis("y", low=0, high=1)),
                _panel("Training loss (nats)", loss, Axis("y", "log")),
            ],
        },
    )


def _panel(title: str, named: dict[str, Floats], axis: Axis) -> Layer:
    thin, thick = [], []
    for name, each in named.items():
        for epoch, row in enumerate(each):
            known = [(seed, value) for seed, value in enumerate(row.tolist()) if np.isfinite(value)]
            thin += [{"x": epoch, "y": value, "curve": name, "seed": seed} for seed, value in known]
            if known:
                thick.append({"x": epoch, "y": float(np.median([value for _, value in known])), "curve": name})
    x, y = Axis("Epoch", low=0).encoding("x"), {**axis.encoding("y"), "title": title}
    epochs = len(next(iter(named.values()))) - 1
    steps = {"values": list(range(0, epochs + 1, max(1, epochs // 10))), "format": "d"}
    fields = {"x": {**x, "axis": steps}, "y": y, **by_name(list(named))}
    seeds = {**fields, "detail": {"field": "seed", "type": "nominal"}}
    line = {"type": "line", "clip": True, "aria": False}
    return {
        "width": WIDTH,
        "height": _PANEL,
        "layer": [
            {"data": {"values": thick}, "mark": {**line, "strokeWidth": 3}, "encoding": fields},
            {"data": {"values": thin}, "mark": {**line, "strokeWidth": 1, "opacity": 0.45}, "encoding": seeds},
        ],
    }


def confusion_figure(confusion: Ints) -> Figure:
    """How often each digit (a row) was taken for each (a column), all seeds together."""
    wrong = confusion - np.diag(np.diag(confusion))
    label, answer = np.unravel_index(int(wrong.argmax()), wrong.shape)
    right = np.trace(confusion) / confusion.sum()
    told = f"{right:.1%} are told right. The most frequent mistake: {label} taken for {answer}, {wrong.max()} times"
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    rows = [
        {"label": i, "answer": j, "count": int(confusion[i, j]), "share": float(shares[i, j])}
        for i in range(len(confusion))
        for j in range(len(confusion))
    ]
    dark = {"condition": {"test": "datum.share > 0.5", "value": "white"}, "value": "#222222"}
    shade = {"scale": {"domain": [0, 1], "range": [_LIGHT, _DARK], "interpolate": "lab"}, "legend": {"format": "%"}}
    return Figure(
        "What is taken for what",
        f"Table of 10 by 10 counts, darker where larger, of the convolutional networks of all seeds: {told}.",
        {
            "title": {"text": "What the convolutional networks take each digit for", "subtitle": told},
            "width": _CELL * len(confusion),
            "height": _CELL * len(confusion),
            "data": {"values": rows},
            "encoding": {"x": _digits("answer", "Answer"), "y": _digits("label", "Digit")},
            "layer": [
                {
                    "mark": {"type": "rect", "stroke": "#dddddd", "aria": False},
                    "encoding": {"color": {"field": "share", "type": "quantitative", "title": "Of its digit", **shade}},
                },
                {
                    "transform": [{"filter": "datum.count > 0"}],
                    "mark": {"type": "text", "fontSize": 12, "aria": False},
                    "encoding": {"text": {"field": "count", "type": "quantitative"}, "color": dark},
                },
            ],
        },
    )


def _digits(field: str, title: str) -> Layer:
    return {"field": field, "type": "ordinal", "title": title, "axis": {"labelAngle": 0}}
