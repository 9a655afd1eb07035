"""Batch normalization: every unit's sums get mean 0 and variance 1 over the batch, whatever the weights are."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.batch_normalization.figures import deviation_figure, loss_figure, running_figure
from service.demos.batch_normalization.learning import N_TRAIN, Course, Lesson, learn
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.json_numbers import all_finite
from service.demos.normalization import Normalizer
from service.demos.parameter_fields import number, refuse_beyond, several, whole
from service.demos.random_numbers import generator

MAX_COST_S = 20.0
_FIXED_S, _LAYER_S, _WEIGHT_S, _UNIT_S = 0.1, 40e-6, 0.18e-9, 12e-9  # a layer of a batch; a weight, a unit of a digit


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    course, size = _course(parameters), parameters["batch_size"]
    weights = sum(n_in * n_out for n_in, n_out in pairwise(course.widths))
    digits_s = N_TRAIN * (weights * _WEIGHT_S + sum(course.widths) * _UNIT_S)
    epoch_s = N_TRAIN / size * course.depth * _LAYER_S + digits_s
    return float(_FIXED_S + 2 * len(parameters["scales"]) * course.epochs * epoch_s)


class BatchNormalizationParameters(Schema):
    """Which networks, and how they learn."""

    scales = several(
        (0.3, 1.0, 4.0),
        fields.Float(validate=validate.Range(0.01, 10)),
        (1, 3),
        "Scales",
        "By which the first weights of He et al. are multiplied, to compare",
    )
    depth = whole(10, (2, 20), "Depth", "Matrices of weights, one after the other", "layers")
    width = whole(64, (8, 256), "Width", "Units of each hidden layer", "units")
    learning_rate = number(0.1, (0.0001, 10), "Learning rate", "Step along the gradient over a batch")
    epochs = whole(5, (1, 100), "Epochs", f"Times through the {N_TRAIN} digits to learn from", "epochs")
    batch_size = whole(50, (2, 600), "Batch size", "Digits of one update, whose moments normalize them", "digits")
    momentum = number(0.1, (0.001, 1), "Momentum", "The share of a batch in the running moments, which judge")

    @validates_schema
    def name_nothing_twice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to compare something with itself."""
        if len(set(data["scales"])) < len(data["scales"]):
            raise ValidationError("Names a value twice.", "scales")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")

    @post_load
    def rising(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put the scales in their order, so that equal questions look alike."""
        return {**data, "scales": sorted(data["scales"])}


@np.errstate(over="ignore", invalid="ignore")  # of a network that diverges: the output says so
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Learn with and without normalization from weights of every scale, drawn from the same random numbers."""
    over_batch = Normalizer(parameters["width"], over_batch=True)
    kinds = [(scale, normalizer) for scale in parameters["scales"] for normalizer in (None, over_batch)]
    lessons = []
    for place, (scale, normalizer) in enumerate(kinds):

        def told(share: float, place: int = place) -> None:
            progress((place + share) / len(kinds), f"network {place + 1} of {len(kinds)}")

        lessons.append(learn(_course(parameters), scale, normalizer, generator(seed), told))
    figures = {
        "loss": loss_figure(lessons),
        "signal": deviation_figure(lessons),
        "running": running_figure(lessons[1]),
    }
    return DemoResult({"networks": [_told(lesson) for lesson in lessons]}, figures)


def _course(parameters: Mapping[str, Any]) -> Course:
    names = ("depth", "width", "learning_rate", "epochs", "batch_size", "momentum")
    return Course(**{name: parameters[name] for name in names})


def _told(lesson: Lesson) -> dict[str, Any]:
    by_running, by_own = (None, None) if lesson.diverged else lesson.accuracies
    return {
        "scale": lesson.scale,
        "normalizes": lesson.normalizer is not None,
        "status": "diverged" if lesson.diverged else "completed",
        "losses": lesson.losses.tolist(),
        "accuracy": by_running,
        "accuracy_by_moments_of_the_judged": by_own,
        "first_deviations_by_layer": all_finite(lesson.deviations),
        "watched_unit": _watched_told(lesson) if lesson.normalizer else None,
    }


def _watched_told(lesson: Lesson) -> dict[str, list[float]]:
    names = ("batch_mean", "batch_variance", "running_mean", "running_variance")
    return dict(zip(names, lesson.watched.T.tolist(), strict=True))


PRESETS: dict[str, Parameters] = {
    "three-scales": {},
    "ten-epochs": {"epochs": 10, "scales": [0.3, 4.0]},
    "two-layers-need-it-less": {"depth": 3},
    "twenty-layers": {"depth": 20, "scales": [0.5, 1.0]},
    "a-large-step": {"learning_rate": 1.0, "scales": [1.0]},
    "batches-of-two": {"batch_size": 2, "epochs": 1, "scales": [1.0], "depth": 5},
}

BATCH_NORMALIZATION = Demo(
    id="batch-normalization",
    title="Batch normalization",
    description=(
        "A deep network learns digits from first weights that are too small, right or too large. Without normalization "
        "its signal dies or explodes; with it every scale starts alike, and moments kept on the way judge new digits."
    ),
    version="1",
    topics=("batch normalization", "normalization", "regularization", "initialization"),
    parameters=BatchNormalizationParameters,
    presets=PRESETS,
    figures={
        "loss": "The loss by update of every network",
        "signal": "The size of the signal by layer before learning",
        "running": "Mean and variance of one unit by batch, and the running ones",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
