"""The figures of the small network: its cost from several starts, its answer over the plane, its links."""

from typing import Any

import numpy as np

from service.demos.canvas import box, boxes, canvas, word, words
from service.demos.canvas import lines as rules
from service.demos.charts import Axis, Curve, line_chart
from service.demos.class_maps import PROBABILITIES, SHADES, moving_layers, points_layer
from service.demos.compiled import Floats
from service.demos.dense import Dense, probabilities
from service.demos.figures import BLUE, INK, ORANGE, Figure, number_told
from service.demos.initialization_training.points import Points
from service.demos.initialization_training.training import WIDTHS, Training
from service.demos.landscapes import OWN_SCALES, SIDE, Landscape
from service.demos.moving import clock_layer, moving

_EDGE = 5.0  # the map reaches from -5 to 5
_DRAWN = 400  # points of a curve
_COLUMN, _TOP, _HEIGHT = 95, 32, 230  # the network's drawing, in pixels
_PANEL = 3 * _COLUMN + 70
_WIDEST = 7.0


def cost_figure(trainings: list[Training]) -> Figure:
    """Costs by step, one curve for each variance."""
    curves = []
    for training in trainings:
        last = len(training.costs) - 1
        drawn = np.unique(np.linspace(0, last, min(last + 1, _DRAWN)).round().astype(int))
        curves.append(Curve(f"Variance {training.variance:g}", drawn.astype(float), training.costs[drawn]))
    told = "; ".join(
        f"variance {one.variance:g} from {number_told(one.costs[0])} to {number_told(one.costs[-1])}"
        for one in trainings
    )
    return Figure(
        "Cost by step",
        f"Line chart of the cross-entropy while learning, one curve for each initial variance: {told}.",
        line_chart(
            "Cost by step",
            "Cross-entropy over all points · ln 2 = 0.693 is guessing",
            (Axis("Step", low=0), Axis("Cost (nats)", low=0, high=2)),
            curves,
        ),
    )


def map_figure(training: Training, points: Points) -> Figure:
    """The probability of class 1 over the plane, as learning goes on."""
    labels = points.labels
    right = float(np.mean((training.nets[-1].logits(points.places)[:, 0] > 0) == (labels == 1)))
    told = f"{right:.0%} of the points are told right after {training.shown[-1]} steps"
    landscapes = [_landscape(net) for net in training.nets]
    return Figure(
        "Answer over the plane",
        f"Moving map of the probability of class 1 over the plane in {len(landscapes)} frames, with the points of "
        f"both classes, from variance {training.variance:g}. {told}.",
        {
            "title": {
                "text": "What is learnt",
                "subtitle": [
                    f"Variance {training.variance:g} · {told}",
                    "Dark: class 1 is likely · light: class 0 · line: both are",
                ],
            },
            "width": SIDE,
            "height": SIDE,
            "layer": [
                *moving_layers(landscapes),
                points_layer(landscapes[0], points.places[:, 0], points.places[:, 1], labels),
                clock_layer(training.shown, "Step"),
            ],
            "resolve": OWN_SCALES,
        },
        moving(training.shown),
    )


def _landscape(net: Dense) -> Landscape:
    def p(x: Floats, y: Floats) -> Floats:
        return probabilities(net.logits(np.stack([x.ravel(), y.ravel()], axis=1))).reshape(x.shape)

    return Landscape(p, -_EDGE, _EDGE, PROBABILITIES, ("x", "y", "Probability of class 1"), SHADES, "linear")


def network_figure(training: Training) -> Figure:
    """The links of the network at some steps: weights on the left, gradients on the right."""
    links, clocks = [], []
    for frame, step in enumerate(training.shown.tolist()):
        links += _links(training.nets[frame].weights, 0, frame)
        links += _links(training.slopes[frame].weights, _PANEL, frame)
        clocks.append(word((_PANEL - 15, 16), f"Step {step}", 13, first=frame, last=frame))
    heads = [
        word((_PANEL * i + 40 + 1.5 * _COLUMN, 16), text, 13)
        for i, text in enumerate(("Weights", "Gradients of the cost"))
    ]
    last, slope = training.nets[-1], training.slopes[-1]
    told = "; ".join(
        f"layer {i + 1}: weights {number_told(np.abs(w).mean())}, gradients {number_told(np.abs(g).mean())}"
        for i, (w, g) in enumerate(zip(last.weights, slope.weights, strict=True))
    )
    return Figure(
        "Weights and gradients",
        f"Drawing of the network 2-6-3-1 with its links, twice: by weight and by gradient. At the end, mean sizes are "
        f"{told}.",
        canvas(
            {
                "text": "Weights and gradients of every link",
                "subtitle": "Width: size over the mean · blue: positive · orange, dashed: negative · no line: 0",
            },
            (2 * _PANEL, _TOP + _HEIGHT),
            [*_rules(links), boxes(_units()), words(heads), words(clocks, moving=True)],
        ),
        moving(training.shown),
    )


def _place(panel: int, layer: int, unit: int) -> tuple[float, float]:
    return panel + 40 + layer * _COLUMN, _TOP + _HEIGHT * (unit + 0.5) / WIDTHS[layer]


def _links(matrices: tuple[Floats, ...], panel: int, frame: int) -> list[dict[str, Any]]:
    """A row for each link; exact zeros have none."""
    mean = float(np.mean(np.concatenate([np.abs(matrix).ravel() for matrix in matrices])))
    rows = []
    for layer, matrix in enumerate(matrices):
        for (i, j), value in np.ndenumerate(matrix):
            (x, y), (x2, y2) = _place(panel, layer, i), _place(panel, layer + 1, j)
            if value:
                width = round(min(1.6 * abs(float(value)) / mean, _WIDEST), 2)
                rows.append(
                    {
                        **{"x": x, "y": y, "x2": x2, "y2": y2, "wide": width, "positive": bool(value > 0)},
                        **{"first": frame, "last": frame},
                    }
                )
    return rows


def _rules(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    width = {"field": "wide", "type": "quantitative", "scale": None}
    positive = rules([link for link in links if link["positive"]], moving=True, color=BLUE)
    negative = rules([link for link in links if not link["positive"]], moving=True, color=ORANGE, strokeDash=[5, 3])
    layers = [positive, negative]
    return [{**layer, "encoding": {**layer["encoding"], "strokeWidth": width}} for layer in layers]


def _units() -> list[dict[str, Any]]:
    places = [
        _place(panel, layer, unit) for panel in (0, _PANEL) for layer, n in enumerate(WIDTHS) for unit in range(n)
    ]
    return [box((x - 8, y - 8), (16, 16), "white", INK) for x, y in places]
