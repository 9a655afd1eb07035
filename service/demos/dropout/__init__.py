"""Dropout: units are off by chance while a network learns, and their mean is what is left when none is."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from marshmallow import Schema, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.dense import drawn, error_rate
from service.demos.digits import CLASSES, PIXELS
from service.demos.digits import drawn as drawn_digits
from service.demos.dropout.figures import ensemble_figure, learning_figure, network_figure, statistics_figure
from service.demos.dropout.learning import Course, Lesson, Rates, ensemble_errors, learn
from service.demos.dropout.statistics import Statistics, measure
from service.demos.parameter_fields import number, refuse_beyond, whole
from service.demos.random_numbers import generator
from service.demos.schemes import Scheme

N_TEST = 600  # digits that judge
MAX_COST_S = 20.0
_GRID = tuple(round(0.05 * place, 2) for place in range(19))  # rates whose statistics are measured
_FIXED_S, _UPDATE_S, _WEIGHT_S, _DRAWN_S = 0.2, 350e-6, 0.11e-9, 12e-9
_TRAINED, _JUDGED = 3.0, 1.0  # of what a digit costs in one network: forward and back, or forward alone


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    weights = sum(n_in * n_out for n_in, n_out in pairwise(_widths(parameters)))
    units = sum(_widths(parameters))
    n, epochs = parameters["n_train"], parameters["epochs"]
    digit_s = weights * _WEIGHT_S + units * _DRAWN_S
    lesson_s = epochs * (n / 50 * _UPDATE_S + (n * (_TRAINED + _JUDGED) + N_TEST * _JUDGED) * digit_s)
    return float(
        _FIXED_S + 2 * lesson_s + parameters["masks"] * N_TEST * digit_s + len(_GRID) * parameters["units"] * _DRAWN_S
    )


class DropoutParameters(Schema):
    """How much is dropped, and of which network."""

    rate = number(0.5, (0, 0.9), "Rate", "The share of hidden units that is off at each update")
    input_rate = number(0.0, (0, 0.9), "Rate of the inputs", "The share of pixels that is off at each update")
    units = whole(10_000, (100, 1_000_000), "Units", "Of which mean and variance are measured", "units")
    n_train = whole(200, (50, 1000), "Digits", f"To learn from; {N_TEST} others judge", "digits")
    depth = whole(2, (1, 4), "Hidden layers", "Of rectified linear units", "layers")
    width = whole(128, (8, 256), "Width", "Units of each hidden layer", "units")
    learning_rate = number(0.1, (0, 1), "Learning rate", "Step along the gradient over 50 digits")
    epochs = whole(50, (1, 300), "Epochs", "Times through the digits to learn from", "epochs")
    masks = whole(50, (1, 200), "Masks", "Whose answers are averaged at the end", "masks")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Measure what dropout does to units; learn with and without it; let many masks answer."""
    random = generator(seed)
    rates = Rates(parameters["input_rate"], parameters["rate"])
    statistics = measure(sorted({*_GRID, rates.hidden}), parameters["units"], random)
    train, others = drawn_digits(parameters["n_train"], random)
    course = Course(train.centred(), others[:N_TEST].centred(), parameters["learning_rate"], parameters["epochs"])
    start = drawn(_widths(parameters), "relu", Scheme("he"), random)
    lessons = []
    for at, kind in enumerate((Rates(0.0, 0.0), rates)):

        def told(share: float, at: int = at) -> None:
            progress((at + share) / 2.2, "with dropout" if at else "without")

        lessons.append(learn(start, course, kind, generator(f"{seed} batches"), told))
    ensemble = ensemble_errors(lessons[1].net, course.test, rates, parameters["masks"], random)
    figures = {
        "network": network_figure(rates, random),
        "statistics": statistics_figure(statistics, rates.hidden),
        "learning": learning_figure(lessons[0], lessons[1], rates),
        "ensemble": ensemble_figure(ensemble, lessons[1], rates),
    }
    output = {
        "statistics": _statistics_told(statistics, rates.hidden),
        "learning": {"without": _lesson_told(lessons[0]), "with": _lesson_told(lessons[1])},
        "ensemble": {
            "errors_by_masks": ensemble.tolist(),
            "error_with_nothing_dropped": error_rate(lessons[1].net.logits(course.test.images), course.test.labels),
        },
    }
    return DemoResult(output, figures)


def _widths(parameters: Mapping[str, Any]) -> list[int]:
    return [PIXELS, *[parameters["width"]] * parameters["depth"], CLASSES]


def _statistics_told(statistics: Statistics, rate: float) -> dict[str, Any]:
    at = int(np.flatnonzero(statistics.rates == rate)[0])
    columns = {
        "mean": statistics.mean,
        "variance": statistics.variance,
        "expected_variance": statistics.expected_variance,
        "standard_error_of_mean": statistics.standard_error,
    }
    return {
        "at_the_rate": {name: float(column[at]) for name, column in columns.items()},
        "rates": statistics.rates.tolist(),
        **{name: column.tolist() for name, column in columns.items()},
    }


def _lesson_told(lesson: Lesson) -> dict[str, Any]:
    return {
        "train_loss": lesson.train_loss.tolist(),
        "test_loss": lesson.test_loss.tolist(),
        "test_error": lesson.test_error.tolist(),
    }


PRESETS: dict[str, Parameters] = {
    "half": {},
    "three-in-ten": {"rate": 0.3},
    "pixels-too": {"input_rate": 0.2},
    "too-much": {"rate": 0.9},
    "no-dropout": {"rate": 0.0},
    "more-digits": {"n_train": 600, "epochs": 30},
}

DROPOUT = Demo(
    id="dropout",
    title="Dropout",
    description=(
        "Units are off by chance at each update. Their mean stays what it is and their variance grows as p / (1 − p); "
        "a network that learnt so loses less on unseen digits, and alone answers as the mean of many thinned ones does."
    ),
    version="1",
    topics=("dropout", "regularization", "overfitting", "neural network training"),
    parameters=DropoutParameters,
    presets=PRESETS,
    figures={
        "network": "A small network, thinned by one mask after the other",
        "statistics": "Mean and variance of units over the rate, beside theory",
        "learning": "Cross-entropy with and without dropout, on digits learnt from and others",
        "ensemble": "The error of the mean answer of more and more masks",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
