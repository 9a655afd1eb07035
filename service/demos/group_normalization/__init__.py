"""Batch, layer, group and instance normalization: which numbers share a mean, and what small batches do to each."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.batch_normalization.learning import N_TRAIN, Course, Lesson, learn
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.group_normalization.figures import axes_figure, error_figure, learning_figure
from service.demos.group_normalization.kinds import INSTANCE, Maps, kinds, measure
from service.demos.parameter_fields import number, refuse_beyond, several, whole
from service.demos.random_numbers import generator

MAX_COST_S = 20.0
SIZES = tuple(2**power for power in range(9))  # of the batches whose errors are measured
_FIXED_S, _DRAWN_S = 0.1, 30e-9  # a number of a map, in all kinds
_LAYER_S, _WEIGHT_S, _UNIT_S = 50e-6, 0.18e-9, 12e-9  # a layer of a batch; a weight, a unit of a digit
_DRAWN_INPUTS, _LEARNING_KINDS = 2100, 3
_FULL_RATE_BATCH = 32  # digits: smaller batches step less far, in proportion


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    widths = _course(parameters, 2).widths
    weights = sum(n_in * n_out for n_in, n_out in pairwise(widths))
    digits_s = N_TRAIN * (weights * _WEIGHT_S + sum(widths) * _UNIT_S)
    epochs_s = sum(N_TRAIN / size * parameters["depth"] * _LAYER_S + digits_s for size in parameters["batch_sizes"])
    drawn_s = _DRAWN_INPUTS * parameters["channels"] * parameters["side"] ** 2 * _DRAWN_S
    return float(_FIXED_S + drawn_s + _LEARNING_KINDS * parameters["epochs"] * epochs_s)


class GroupNormalizationParameters(Schema):
    """The shape of what is normalized, and the networks that learn."""

    channels = whole(64, (2, 128), "Channels", "Of a map, and units of each hidden layer that learns", "channels")
    groups = whole(8, (1, 128), "Groups", "Of group normalization; a divisor of the channels", "groups")
    side = whole(8, (1, 16), "Side", "A channel of a map has side² numbers", "numbers")
    batch_sizes = several(
        (2, 4, 8, 32),
        fields.Integer(strict=True, validate=validate.Range(2, 300)),
        (1, 8),
        "Batch sizes",
        "To learn digits with, one network of each kind for each",
    )
    depth = whole(4, (2, 10), "Depth", "Matrices of weights of the networks that learn", "layers")
    learning_rate = number(0.1, (0.0001, 10), "Learning rate", "At 32 digits; in proportion for fewer")
    epochs = whole(1, (1, 50), "Epochs", f"Times through the {N_TRAIN} digits to learn from", "epochs")

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if data["channels"] % data["groups"]:
            raise ValidationError(f"Must divide the {data['channels']} channels without rest.", "groups")
        if len(set(data["batch_sizes"])) < len(data["batch_sizes"]):
            raise ValidationError("Names a value twice.", "batch_sizes")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")

    @post_load
    def rising(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put the sizes in their order, so that equal questions look alike."""
        return {**data, "batch_sizes": sorted(data["batch_sizes"])}


@np.errstate(over="ignore", invalid="ignore")  # of a network that diverges: the output says so
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Measure the errors of every kind by batch size, and learn digits in batches of several sizes."""
    progress(0.0, "errors of means")
    by_name = kinds(parameters["channels"], parameters["groups"])
    maps = Maps(parameters["channels"], parameters["side"] ** 2)
    errors = measure(maps, SIZES, by_name, generator(seed))
    lessons = _lessons(parameters, seed, progress)
    figures = {
        "axes": axes_figure(parameters["channels"], parameters["groups"]),
        "errors": error_figure(SIZES, errors),
        "learning": learning_figure(parameters["batch_sizes"], lessons),
    }
    output = {
        "errors": {
            "batch_sizes": list(SIZES),
            **{
                name: {
                    "error_of_mean": one.mean,
                    "expected": one.expected,
                    "change_with_other_neighbours": one.by_neighbours,
                }
                for name, one in errors.items()
            },
        },
        "learning": {
            "batch_sizes": parameters["batch_sizes"],
            **{name: [_told(lesson) for lesson in by_size] for name, by_size in lessons.items()},
        },
    }
    return DemoResult(output, figures)


def _lessons(parameters: Parameters, seed: str, progress: Progress) -> dict[str, list[Lesson]]:
    """By kind, for each batch size. Instance normalization is for maps: it would make a single number 0."""
    by_name = kinds(parameters["channels"], parameters["groups"])
    learning = {name: normalizer for name, normalizer in by_name.items() if name != INSTANCE}
    total = len(learning) * len(parameters["batch_sizes"])
    lessons: dict[str, list[Lesson]] = {name: [] for name in learning}
    for done, (name, size) in enumerate((name, size) for name in learning for size in parameters["batch_sizes"]):

        def told(share: float, done: int = done, name: str = name) -> None:
            progress((done + share) / total, name)

        lessons[name].append(learn(_course(parameters, size), 1.0, learning[name], generator(seed), told))
    return lessons


def _course(parameters: Mapping[str, Any], size: int) -> Course:
    rate = parameters["learning_rate"] * min(1.0, size / _FULL_RATE_BATCH)
    return Course(parameters["depth"], parameters["channels"], rate, parameters["epochs"], size, momentum=0.1)


def _told(lesson: Lesson) -> dict[str, Any]:
    return {
        "status": "diverged" if lesson.diverged else "completed",
        "accuracy": None if lesson.diverged else lesson.accuracies[0],
        "losses": lesson.losses.tolist(),
    }


PRESETS: dict[str, Parameters] = {
    "eight-groups": {},
    "one-group-is-layer-normalization": {"groups": 1},
    "a-group-of-two-channels": {"groups": 32},
    "three-epochs": {"epochs": 3},
    "small-maps": {"side": 2},
    "batches-up-to-256": {"batch_sizes": [2, 8, 32, 128, 256], "epochs": 2},
}

GROUP_NORMALIZATION = Demo(
    id="group-normalization",
    title="Group, layer and instance normalization",
    description=(
        "Which numbers of a batch are normalized together, how far their means are off by the size of the batch, and "
        "what networks learn in batches of two digits or more: only batch normalization depends on its neighbours."
    ),
    version="1",
    topics=("group normalization", "layer normalization", "batch normalization", "normalization"),
    parameters=GroupNormalizationParameters,
    presets=PRESETS,
    figures={
        "axes": "Which numbers of a batch share a mean, by kind",
        "errors": "The error of the mean over the batch size, by kind",
        "learning": "New digits told right over the batch size, by kind",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
