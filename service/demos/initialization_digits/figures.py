"""The figures of learning digits: costs from several schemes, what layers put out, which digits are told right."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.demos.canvas import Row, box, boxes, canvas, word, words
from service.demos.charts import Axis, Curve, line_chart
from service.demos.compiled import Floats
from service.demos.digits import every_digit
from service.demos.figures import BLUE, FRAME, ORANGE, Figure, number_told
from service.demos.initialization_digits.histograms import Histograms
from service.demos.initialization_digits.learning import BATCH, BATCHES, Lesson, rows_of
from service.demos.maps import picture_row, pictures
from service.demos.moving import NOW, moving

_SIDE, _GAP = 24, 10  # pixels of a digit's picture, and between two
_COLUMNS = 10
_PIXELS = 8  # along each side of a digit
_LEAST_COST, _MOST_COST = 1e-9, 100.0  # nats: a logarithm has no place for 0, and what is learnt is below


def cost_figure(lessons: Sequence[Lesson]) -> Figure:
    """The cost of each batch before its update, a curve for each scheme."""
    names = [f"{one.scheme.name}: {'diverged' if one.diverged else f'{one.errors[1]:.0%}'}" for one in lessons]
    curves = [
        Curve(name, np.arange(len(one.costs), dtype=float), np.where(one.costs > _LEAST_COST, one.costs, np.nan))
        for name, one in zip(names, lessons, strict=True)
    ]
    told = "; ".join(
        f"{one.scheme.name} from {number_told(one.costs[0])} to {number_told(one.costs[-1])}, wrong on "
        f"{one.errors[1]:.1%} of other digits"
        for one in lessons
    )
    return Figure(
        "Cost by batch",
        f"Line chart, logarithmic, of the cross-entropy of each batch, one curve for each scheme: {told}.",
        line_chart(
            "Cost by batch",
            "In the legend: wrong answers on digits not learnt from · ln 10 = 2.3 is guessing",
            (Axis("Update", low=0), Axis("Cost (nats)", "log", high=_MOST_COST)),
            curves,
        ),
    )


def outputs_figure(lesson: Lesson, counted: Histograms) -> Figure:
    """A histogram for each hidden layer, as learning goes on."""
    bins = list(zip(counted.edges[:-1].tolist(), counted.edges[1:].tolist(), strict=True))
    rows = [
        {"frame": frame, "layer": layer, "x0": left, "x1": right, "share": share}
        for frame, layers in enumerate(counted.shares)
        for layer, shares in enumerate(layers, 1)
        for (left, right), share in zip(bins, shares.tolist(), strict=True)
    ]
    first, last = (", ".join(_deviations(lesson, place)) for place in (0, -1))
    header = {"title": None, "labelExpr": "'Hidden layer ' + datum.value"}
    return Figure(
        "Outputs of the hidden layers",
        f"Moving histograms of what the units of each hidden layer put out for a batch, from the scheme "
        f"{lesson.scheme.name}. Root mean squares by layer: {first} before learning, {last} at the end.",
        {
            "title": {"text": "What hidden layers put out", "subtitle": _clock(lesson)},
            "data": {"values": rows},
            "transform": NOW,
            "facet": {"field": "layer", "type": "ordinal", "header": header},
            "columns": 2,
            "spec": _bars(counted),
        },
        moving(lesson.shown),
    )


def _bars(counted: Histograms) -> dict[str, Any]:
    """One histogram, on axes that stand still."""
    reach = {"domain": [float(counted.edges[0]), float(counted.edges[-1])], "nice": False}
    top = {"domain": [0, float(counted.shares.max())]}
    return {
        "width": 250,
        "height": 100,
        "mark": {"type": "bar", "color": BLUE, "stroke": "white", "strokeWidth": 0.4, "aria": False},
        "encoding": {
            "x": {"field": "x0", "type": "quantitative", "title": "h", "scale": reach},
            "x2": {"field": "x1"},
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": "Share",
                "scale": top,
                "axis": {"format": "~%", "tickCount": 4},
            },
            "y2": {"datum": 0},
        },
    }


def _deviations(lesson: Lesson, place: int) -> list[str]:
    return [number_told(float(np.sqrt(np.mean(h**2)))) for h in lesson.snapshots[place].outputs]


def _clock(lesson: Lesson) -> dict[str, str]:
    """What the frame shown is of, as a subtitle that moves."""
    told = [
        f"{lesson.scheme.name} · epoch {update // BATCHES}, batch {update % BATCHES} · cost {lesson.costs[update]:.3g}"
        for update in lesson.shown.tolist()
    ]
    return {"expr": f"{told}[{FRAME}]"}


def answers_figure(lesson: Lesson) -> Figure:
    """The digits of each frame's batch, ten in a row; those told wrong have the wrong answer beside them."""
    labels, side = every_digit().labels, _COLUMNS * (_SIDE + _GAP)
    layers: tuple[list[Row], list[Row], list[Row], list[Row]] = ([], [], [], [])
    wrong = 0
    for frame, (update, snapshot) in enumerate(zip(lesson.shown.tolist(), lesson.snapshots, strict=True)):
        is_wrong = snapshot.answers != labels[rows_of(update)]
        wrong = int(is_wrong.sum())
        during = {"first": frame, "last": frame}
        sheet = picture_row((0, 0), (side, side), _sheet(every_digit().images[rows_of(update)]))
        layers[0].append({**sheet, "frame": frame})
        layers[1].extend({**_frame(place, BLUE), **during} for place in np.flatnonzero(~is_wrong).tolist())
        layers[2].extend({**_frame(place, ORANGE), **during} for place in np.flatnonzero(is_wrong).tolist())
        layers[3].extend(
            {**_answer(place, int(snapshot.answers[place])), **during} for place in np.flatnonzero(is_wrong).tolist()
        )
    return Figure(
        "Answers on a batch",
        f"Moving pictures of the {BATCH} digits of each batch. At the end {wrong} are told wrong: each has a thick "
        "orange frame and the answer beside it.",
        canvas(
            {"text": "Which digits are told right", "subtitle": _clock(lesson)},
            (side, side),
            [
                {**pictures(layers[0]), "transform": NOW},
                boxes(layers[1], moving=True, strokeWidth=1),
                boxes(layers[2], moving=True, strokeWidth=3),
                words(layers[3], moving=True, fontWeight="bold"),
            ],
        ),
        moving(lesson.shown),
    )


def _corner(place: int) -> tuple[int, int]:
    row, column = divmod(place, _COLUMNS)
    return column * (_SIDE + _GAP) + 1, row * (_SIDE + _GAP) + 4


def _frame(place: int, color: str) -> Row:
    return box(_corner(place), (_SIDE, _SIDE), "none", color)


def _answer(place: int, answer: int) -> Row:
    x, y = _corner(place)
    return word((x + _SIDE + 6, y + _SIDE / 2), str(answer), 11)


def _sheet(images: Floats) -> NDArray[np.uint8]:
    """The pixels of all pictures (n, 64) at their places, ink dark on white."""
    cell, rows = _SIDE + _GAP, -(-len(images) // _COLUMNS)
    sheet = np.full((rows * cell, _COLUMNS * cell, 3), 255, dtype=np.uint8)
    for place, image in enumerate(images):
        x, y = _corner(place)
        ink = np.kron(image.reshape(_PIXELS, _PIXELS), np.ones((_SIDE // _PIXELS, _SIDE // _PIXELS)))
        sheet[y : y + _SIDE, x : x + _SIDE] = np.round(255 * (1 - ink))[:, :, None]
    return sheet
