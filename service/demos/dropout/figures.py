"""The figures of dropout: thinned networks, statistics, learning, and many masks together."""

from itertools import pairwise
from typing import Any

import numpy as np

from service.demos.canvas import Row, box, boxes, canvas, word, words
from service.demos.canvas import lines as rules
from service.demos.charts import Axis, Curve, line_chart
from service.demos.compiled import Bools, Floats
from service.demos.dropout.learning import Lesson, Rates
from service.demos.dropout.statistics import Statistics
from service.demos.figures import BLUE, FAINT, INK, Animation, Figure, number_told

_WIDTHS = (5, 7, 7, 3)  # of the network that is drawn
_FRAMES, _FRAME_S = 12, 0.7
_COLUMN, _HEIGHT, _LEFT, _UNIT = 130, 260, 30, 20  # pixels


def network_figure(rates: Rates, random: np.random.Generator) -> Figure:
    """A small network; each frame draws which of its units are off."""
    links: list[Row] = []
    units: list[Row] = []
    crosses: list[Row] = []
    kept: list[int] = []
    for frame in range(_FRAMES):
        on = [random.random(n) >= rate for n, rate in zip(_WIDTHS, _rates(rates), strict=True)]
        during = {"first": frame, "last": frame}
        links += [{**link, **during} for link in _links(on)]
        units += [{**unit, **during} for unit in _units(on)]
        crosses += [{**word(_place(*unit), "×", 18, FAINT), **during} for unit in _off(on)]
        kept.append(sum(int(layer.sum()) for layer in on))
    return Figure(
        "Thinned networks",
        f"Moving drawing of a network of {'-'.join(map(str, _WIDTHS))} units in {_FRAMES} frames: in each, other units "
        f"are off, with all their links. From {min(kept)} to {max(kept)} of {sum(_WIDTHS)} units are on.",
        canvas(
            {
                "text": "Every update learns in another network",
                "subtitle": f"Dark: on · crossed: off · rate {rates.hidden:g}, of inputs {rates.inputs:g}",
            },
            (_LEFT * 2 + _COLUMN * (len(_WIDTHS) - 1), _HEIGHT),
            [
                rules(links, moving=True, color=INK, strokeWidth=0.7),
                boxes(units, moving=True),
                words(crosses, moving=True),
            ],
        ),
        Animation(_FRAMES, _FRAME_S),
    )


def _rates(rates: Rates) -> list[float]:
    return [rates.inputs, *[rates.hidden] * (len(_WIDTHS) - 2), 0.0]


def _place(layer: int, unit: int) -> tuple[float, float]:
    return _LEFT + layer * _COLUMN, _HEIGHT * (unit + 0.5) / _WIDTHS[layer]


def _off(on: list[Bools]) -> list[tuple[int, int]]:
    return [(layer, int(unit)) for layer, units in enumerate(on) for unit in np.flatnonzero(~units)]


def _units(on: list[Bools]) -> list[Row]:
    rows = []
    for layer, units in enumerate(on):
        for unit, is_on in enumerate(units.tolist()):
            x, y = _place(layer, unit)
            corner = (x - _UNIT / 2, y - _UNIT / 2)
            rows.append(box(corner, (_UNIT, _UNIT), BLUE if is_on else "white", INK if is_on else FAINT))
    return rows


def _links(on: list[Bools]) -> list[dict[str, Any]]:
    """Of all pairs of units that are both on."""
    rows = []
    for layer, (before, after) in enumerate(pairwise(on)):
        for i, j in np.argwhere(before[:, None] & after[None]).tolist():
            (x, y), (x2, y2) = _place(layer, i), _place(layer + 1, j)
            rows.append({"x": x, "y": y, "x2": x2, "y2": y2})
    return rows


def statistics_figure(statistics: Statistics, rate: float) -> Figure:
    """Mean and variance of units that put out 1, over the rate."""
    at = int(np.flatnonzero(statistics.rates == rate)[0])
    expected = statistics.expected_variance
    told = (
        f"At rate {rate:g}: mean {statistics.mean[at]:.4f}, variance {number_told(statistics.variance[at])}, "
        f"expected {number_told(expected[at])}"
    )
    curves = [
        Curve("Variance, p / (1 − p)", statistics.rates, expected),
        Curve("Variance, measured", statistics.rates, statistics.variance),
        Curve("Mean, measured", statistics.rates, statistics.mean),
    ]
    return Figure(
        "Mean and variance",
        f"Line chart over the rate from 0 to 0.9 of mean and variance of {statistics.units} units that put out 1. The "
        f"mean stays near 1, the variance follows p / (1 − p). {told}.",
        line_chart(
            "What dropout does to a unit that puts out 1",
            [f"Measured on {statistics.units:,} units", told],
            (Axis("Rate p", low=0, high=0.9), Axis("Mean and variance", low=0)),
            curves,
        ),
    )


def learning_figure(without: Lesson, with_: Lesson, rates: Rates) -> Figure:
    """Cross-entropy by epoch of both networks, on digits learnt from and on others."""
    epochs = np.arange(len(without.train_loss), dtype=float)
    curves = [
        Curve("Other digits, no dropout", epochs, without.test_loss),
        Curve(f"Other digits, dropout {rates.hidden:g}", epochs, with_.test_loss),
        Curve("Learnt from, no dropout", epochs, without.train_loss),
        Curve(f"Learnt from, dropout {rates.hidden:g}", epochs, with_.train_loss),
    ]
    errors = f"Wrong on other digits: {without.test_error[-1]:.1%} without, {with_.test_error[-1]:.1%} with dropout"
    ends = "; ".join(f"{curve.name} {number_told(curve.y[-1])}" for curve in curves)
    return Figure(
        "Learning with and without dropout",
        f"Line chart, logarithmic, of the cross-entropy by epoch with nothing dropped. At the end: {ends}. {errors}.",
        line_chart(
            "Learning with and without dropout",
            ["Judged with nothing dropped · equal first weights and batches", errors],
            (Axis("Epoch", low=0), Axis("Cross-entropy (nats)", "log")),
            curves,
        ),
    )


def ensemble_figure(errors: Floats, lesson: Lesson, rates: Rates) -> Figure:
    """The error of the mean answer of the first masks, beside that with nothing dropped."""
    masks = np.arange(1, len(errors) + 1, dtype=float)
    alone = float(lesson.test_error[-1])
    told = f"One mask: {errors[0]:.1%} wrong · {len(errors)} masks: {errors[-1]:.1%} · nothing dropped: {alone:.1%}"
    curves = [
        Curve("Mean answer of the masks", masks, errors),
        Curve("Nothing dropped", masks, np.full(len(masks), alone)),
    ]
    x, y = Axis("Masks", low=1, high=max(2.0, float(len(errors)))), Axis("Wrong on other digits", low=0)
    chart = line_chart("Many thinned networks together", told, (x, y), curves)
    percent = {**chart["encoding"]["y"], "axis": {"format": ".0%"}}
    return Figure(
        "Mean of many masks",
        f"Line chart of the share of unseen digits told wrong by the mean answer of more and more masks at rate "
        f"{rates.hidden:g}. {told}.",
        {**chart, "encoding": {**chart["encoding"], "y": percent}},
    )
