"""The figures of batch size and sharpness: measures by batch size, losses while learning, the line between minima."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from service.demos.batch_size_sharpness.measures import Line, Measured
from service.demos.batch_size_sharpness.sharpness import DIRECTIONS
from service.demos.batch_size_sharpness.training import Trained
from service.demos.charts import WIDTH, Axis, Curve, curve_rows, line_chart
from service.demos.compiled import Floats
from service.demos.figures import BLUE, INK, Figure, number_told

Layer = dict[str, Any]
_PANEL = 170


def measures_figure(found: Mapping[int, Sequence[Measured]], epsilons: Sequence[float]) -> Figure:
    """Sharpness and curvature over the batch size: each seed as a point, lines through the medians."""
    sizes = list(found)
    rows = list(zip(*found.values(), strict=True))  # one for each seed
    panels = {
        f"Sharpness, ε = {number_told(epsilons[0])}": np.array([[one.sharpness[0] for one in row] for row in rows]),
        f"In {DIRECTIONS} directions": np.array([[one.in_subspace[0] for one in row] for row in rows]),
        "Largest curvature": np.array([[one.curvature for one in row] for row in rows]),
    }
    losses = np.median([[one.loss for one in row] for row in rows], axis=0)
    told = ", ".join(f"{number_told(loss)} at {size}" for size, loss in zip(sizes, losses, strict=True))
    medians = "; ".join(
        f"{name} from {number_told(np.median(each[:, 0]))} to {number_told(np.median(each[:, -1]))}"
        for name, each in panels.items()
    )
    points = f"A point for each of {len(rows)} seeds · lines through their medians" if len(rows) > 1 else "One seed"
    return Figure(
        "Sharpness by batch size",
        f"Three line charts over batch sizes from {sizes[0]} to {sizes[-1]}, of {len(rows)} seeds. Medians: {medians}. "
        f"Training loss, above its least: {told}.",
        {
            "title": {
                "text": "How sharp the minima are that batches of each size find",
                "subtitle": [points, f"Training loss above its least: {told}"],
            },
            "vconcat": [_panel(sizes, name, each) for name, each in panels.items()],
        },
    )


def _panel(sizes: list[int], name: str, each: Floats) -> Layer:
    """`each` has a row for each seed."""
    places = np.array(sizes, dtype=float)
    x = Axis("Batch size", "log", low=places[0] / 1.2, high=places[-1] * 1.2).encoding("x")
    fields = {"x": {**x, "axis": {"values": sizes, "format": "d"}}, "y": Axis(name, low=0).encoding("y")}
    points = curve_rows([Curve(str(seed), places, row) for seed, row in enumerate(each)])
    median = curve_rows([Curve("median", places, np.median(each, axis=0))])
    line = {"type": "line", "color": BLUE, "strokeWidth": 2}
    point = {"type": "point", "color": BLUE, "size": 50, "opacity": 1}
    layers = [
        {"data": {"values": rows}, "mark": mark, "encoding": fields} for rows, mark in ((median, line), (points, point))
    ]
    return {"width": WIDTH, "height": _PANEL, "layer": layers}


def loss_figure(trained: Sequence[Trained]) -> Figure:
    """The training loss while learning, one curve for each batch size."""
    curves = [Curve(f"Batches of {one.batch_size}", one.moments, one.losses) for one in trained]
    told = ", ".join(f"{number_told(curve.y[-1])} with {curve.name.lower()}" for curve in curves)
    return Figure(
        "Training loss by update",
        f"Line chart, logarithmic: the training loss above the least that targets allow, by update. It ends at {told}.",
        line_chart(
            "Training loss by update",
            "Above the least that targets allow · first seed · the learning rate falls to 0",
            (Axis("Update", low=0), Axis("Excess loss (nats)", "log")),
            curves,
        ),
    )


def line_figure(along: Line) -> Figure:
    """Loss and accuracy on the straight line from one minimum to another."""
    small, large = along.ends
    told = f"0 is the network of batches of {small}, 1 that of batches of {large}"
    ends = " and ".join(number_told(along.train[np.argmin(np.abs(along.alphas - alpha))]) for alpha in (0, 1))
    panels = [
        _along(along.alphas, "Excess loss (nats)", along.train),
        _along(along.alphas, "Accuracy on other digits", along.accuracy),
    ]
    return Figure(
        "On the line between two minima",
        f"Two line charts over α from -1 to 2: {told}. The training loss there: {ends}.",
        {"title": {"text": "On the straight line between two minima", "subtitle": f"α = {told}"}, "vconcat": panels},
    )


def _along(alphas: Floats, name: str, values: Floats) -> Layer:
    fields = {"x": Axis("α").encoding("x"), "y": Axis(name, low=0).encoding("y")}
    rule = {"type": "rule", "strokeDash": [5, 4], "color": INK}
    return {
        "width": WIDTH,
        "height": _PANEL,
        "layer": [
            {"data": {"values": [{"x": 0}, {"x": 1}]}, "mark": rule, "encoding": {"x": fields["x"]}},
            {
                "data": {"values": curve_rows([Curve(name, alphas, values)])},
                "mark": {"type": "line", "color": BLUE, "strokeWidth": 2.5},
                "encoding": fields,
            },
        ],
    }
