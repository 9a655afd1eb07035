"""The figures of batch normalization: losses, the signal by layer before learning, and running moments."""

from collections.abc import Sequence

import numpy as np

from service.demos.batch_normalization.learning import Lesson
from service.demos.charts import WIDTH, Axis, Curve, line_chart, lines
from service.demos.compiled import Floats
from service.demos.figures import Figure, number_told

_LEAST, _MOST_LOSS = 1e-9, 10.0  # a logarithm has no place for 0; guessing loses ln 10
_LEAST_DRAWN = 1e-300
_DRAWN = 30  # points of a loss curve: single batches jump too much for six curves


def loss_figure(lessons: Sequence[Lesson]) -> Figure:
    """The loss by update, as means over neighbouring batches, of every network."""
    curves = [Curve(f"{_name(lesson)}: {_judged(lesson)}", *_smooth(lesson.losses)) for lesson in lessons]
    told = "; ".join(f"{_name(lesson)} {_end_told(lesson)}" for lesson in lessons)
    return Figure(
        "Loss by update",
        f"Line chart, logarithmic, of the cross-entropy while learning, for first weights of several scales, without "
        f"and with batch normalization. At the end: {told}.",
        line_chart(
            "Loss by update",
            "By the scale of the first weights · in the legend: new digits told right",
            (Axis("Update", low=0), Axis("Cross-entropy (nats)", "log", high=_MOST_LOSS)),
            curves,
        ),
    )


def _judged(lesson: Lesson) -> str:
    return "diverged" if lesson.diverged else f"{lesson.accuracies[0]:.0%}"


def _end_told(lesson: Lesson) -> str:
    if lesson.diverged:
        return f"diverged at update {len(lesson.losses)}"
    return f"loss {number_told(lesson.losses[-1])}, {lesson.accuracies[0]:.1%} of other digits right"


def _name(lesson: Lesson) -> str:
    return f"× {lesson.scale:g}, {'normalized' if lesson.normalizer else 'plain'}"


def _smooth(losses: Floats) -> tuple[Floats, Floats]:
    """Means of runs of neighbours."""
    length = max(1, len(losses) // _DRAWN)
    rows: Floats = losses[: len(losses) // length * length].reshape(-1, length).mean(axis=1)
    places = length * np.arange(0.5, len(rows) + 0.5)
    return places, np.where(rows > _LEAST, rows, np.nan)


def deviation_figure(lessons: Sequence[Lesson]) -> Figure:
    """The root mean square of what each hidden layer puts out, before learning."""
    curves = [
        Curve(
            _name(lesson),
            np.arange(1, len(lesson.deviations) + 1, dtype=float),
            np.where(lesson.deviations > _LEAST_DRAWN, lesson.deviations, np.nan),
        )
        for lesson in lessons
    ]
    told = "; ".join(f"{curve.name} {number_told(curve.y[0])} to {number_told(curve.y[-1])}" for curve in curves)
    chart = line_chart(
        "Signal by layer, before learning",
        "Root mean square of what the units of a layer put out",
        (Axis("Hidden layer"), Axis("√E[h²]", "log")),
        curves,
    )
    return Figure(
        "Signal by layer",
        f"Line chart, logarithmic, of the root mean square of each hidden layer's outputs before learning. From the "
        f"first to the last layer: {told}.",
        {**chart, "mark": {**chart["mark"], "clip": False, "point": {"size": 45, "filled": True}}},
    )


def running_figure(lesson: Lesson) -> Figure:
    """Mean and variance of a unit by batch, and the running ones."""
    updates = np.arange(len(lesson.watched), dtype=float)
    batch_mean, batch_variance, running_mean, running_variance = lesson.watched.T
    panels = [
        {"width": WIDTH, "height": 170, **lines((Axis("Update", low=0), Axis(title)), curves)}
        for title, curves in (
            ("Mean", [Curve("Of the batch", updates, batch_mean), Curve("Running", updates, running_mean)]),
            ("Variance", [Curve("Of the batch", updates, batch_variance), Curve("Running", updates, running_variance)]),
        )
    ]
    told = (
        f"At the end the batch has mean {number_told(batch_mean[-1])} and variance {number_told(batch_variance[-1])}, "
        f"the running ones are {number_told(running_mean[-1])} and {number_told(running_variance[-1])}"
    )
    return Figure(
        "Running moments",
        f"Two line charts by update, of what one unit of the first hidden layer sums up: its mean and its variance "
        f"over each batch, and the running ones that judge new digits. {told}.",
        {
            "title": {
                "text": "Running moments follow the batches'",
                "subtitle": f"One unit of the first hidden layer, first weights × {lesson.scale:g}",
            },
            "vconcat": panels,
        },
    )
