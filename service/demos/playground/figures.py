"""The playground's curves: both losses of a run, and the test loss of many."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.figures import BLUE, FAINT, ORANGE, Figure, number_told
from service.demos.playground.output import quartiles
from service.demos.playground.training import Curves, Trained

Layer = dict[str, Any]
_LOSSES = {
    "squared": "half the squared error",
    "absolute": "the absolute error",
    "cross_entropy": "the cross-entropy in nats",
}
_SEEDS_LEGEND = "Thick: median of the runs · band: middle half · thin: each run"


def loss_figure(trained: Trained, seed: str, loss: str) -> Figure:
    """Training and test loss by epoch."""
    curves = trained.curves
    columns = {"Training": curves.train_loss[:, 0], "Test": curves.test_loss[:, 0]}
    rows = [
        {"epoch": int(epoch), "loss": float(loss), "data": name}
        for name, column in columns.items()
        for epoch, loss in zip(curves.epochs, column, strict=True)
        if np.isfinite(loss)
    ]
    told = "; ".join(f"{name.lower()} {_change(column)}" for name, column in columns.items())
    subtitle = f"Mean of {_LOSSES[loss]} · seed {seed}{_ended(trained)}"
    return Figure(
        "Loss by epoch",
        f"Line chart of the mean loss over {curves.epochs[-1]} epochs: {told}{_ended(trained)}.",
        {
            "title": {"text": "Loss by epoch", "subtitle": subtitle},
            "width": 480,
            "height": 280,
            "data": {"values": rows},
            "mark": {"type": "line", "strokeWidth": 2.5, "point": len(rows) < 10},
            "encoding": {
                "x": {"field": "epoch", "type": "quantitative", "title": "Epoch", "axis": {"tickMinStep": 1}},
                "y": {"field": "loss", "type": "quantitative", "title": "Loss", "axis": {"format": ".3~g"}},
                **_by_kind("data", list(columns)),
            },
        },
    )


def _ended(trained: Trained) -> str:
    return "" if trained.diverged_at is None else f" · diverged by epoch {trained.diverged_at}"


def _change(column: Floats) -> str:
    return f"from {number_told(column[0])} to {number_told(column[-1])}"


def _by_kind(field: str, names: Sequence[str]) -> Layer:
    """The first name blue and solid, the second orange and dashed."""
    shared = {"field": field, "type": "nominal", "title": None, "sort": list(names)}
    colors, dashes = [BLUE, ORANGE][: len(names)], [[1, 0], [6, 3]][: len(names)]
    return {
        "color": {**shared, "scale": {"domain": list(names), "range": colors}},
        "strokeDash": {**shared, "scale": {"domain": list(names), "range": dashes}},
    }


def seeds_figure(curves: Curves) -> Figure:
    """The test loss of all runs by epoch: each thinly, the middle half as a band, the median in strong."""
    finite = np.where(np.isfinite(curves.test_loss), curves.test_loss, np.nan)
    low, median, high = quartiles(finite)
    runs = finite.shape[1]
    rows = [
        {"epoch": int(epoch), "low": float(a), "median": float(b), "high": float(c)}
        for epoch, a, b, c in zip(curves.epochs, low, median, high, strict=True)
        if np.isfinite(b)
    ]
    told = f"median {number_told(median[-1])}, middle half {number_told(low[-1])} to {number_told(high[-1])}"
    epoch = {"field": "epoch", "type": "quantitative", "title": "Epoch", "axis": {"tickMinStep": 1}}
    loss = {"type": "quantitative", "title": "Test loss", "scale": {"type": "log"}}
    return Figure(
        f"Test loss of {runs} seeds",
        f"Test loss by epoch of {runs} runs that differ only in their seed. At the last epoch: {told}.",
        {
            "title": {"text": f"Test loss of {runs} seeds", "subtitle": [f"At the end: {told}", _SEEDS_LEGEND]},
            "width": 480,
            "height": 280,
            "layer": [
                {
                    "data": {"values": rows},
                    "mark": {"type": "area", "color": ORANGE, "opacity": 0.35},
                    "encoding": {"x": epoch, "y": {**loss, "field": "low"}, "y2": {"field": "high"}},
                },
                {
                    "data": {"values": _thin_lines(curves, finite)},
                    "mark": {"type": "line", "color": FAINT, "strokeWidth": 0.7, "aria": False},
                    "encoding": {"x": epoch, "y": {**loss, "field": "loss"}, "detail": {"field": "run"}},
                },
                {
                    "data": {"values": rows},
                    "mark": {"type": "line", "color": BLUE, "strokeWidth": 3},
                    "encoding": {"x": epoch, "y": {**loss, "field": "median"}},
                },
            ],
        },
    )


def _thin_lines(curves: Curves, losses: Floats) -> list[dict[str, Any]]:
    return [
        {"epoch": int(epoch), "loss": float(loss), "run": run}
        for run in range(losses.shape[1])
        for epoch, loss in zip(curves.epochs, losses[:, run], strict=True)
        if np.isfinite(loss)
    ]
