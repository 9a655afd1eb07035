"""What a run tells in numbers: both networks' curves, and what the convolutional ones do after learning."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.convolutional_training.shape import N_TEST, Course, Shape
from service.demos.json_numbers import all_finite, finite
from service.demos.maps import numbers

MISTAKES = 24  # told at most


@dataclass(frozen=True)
class Curves:
    """Of the networks of one shape, (epochs + 1, seeds); the first row is before learning."""

    shape: Shape
    train_loss: Floats  # afterwards, of an epoch's batches before their updates
    test_loss: Floats
    test_accuracy: Floats


@dataclass(frozen=True)
class Mistake:
    """A digit told wrong."""

    image: Floats  # (side, side)
    label: int
    answer: int
    probability: float  # of the answer


@dataclass(frozen=True)
class Seen:
    """Of the convolutional networks after learning; all but `confusion` is of the first seed's."""

    kernels: tuple[Floats, Floats]  # of the first block, (channels, k, k), before and after learning
    image: Floats  # (side, side), the example
    label: int
    answer: int
    maps: tuple[Floats, ...]  # of the example after each block, (channels, side, side)
    confusion: Ints  # labels (rows) and answers (columns) of all seeds
    mistakes: tuple[Mistake, ...]


def output_of(curves: Mapping[str, Curves], seen: Seen, course: Course) -> dict[str, Any]:
    """The output of a run."""
    before, after = seen.kernels
    return {
        "train_digits": course.n_train,
        "test_digits": N_TEST,
        "networks": {name: _network(one) for name, one in curves.items()},
        "confusion": seen.confusion.tolist(),
        "first_seed": {
            "kernels": {"before": numbers(before), "after": numbers(after)},
            "example": {
                "label": seen.label,
                "answer": seen.answer,
                "image": numbers(seen.image, 3),
                "maps": [numbers(maps, 4) for maps in seen.maps],
            },
            "wrong": len(seen.mistakes),
            "mistakes": [_mistake(one) for one in seen.mistakes[:MISTAKES]],
        },
    }


def _network(curves: Curves) -> dict[str, Any]:
    shape = curves.shape
    return {
        "parameters": shape.parameters,
        "products_per_digit": shape.products,
        "layers": [
            {"name": layer.name, "weights": list(layer.weights), "parameters": layer.parameters}
            for layer in shape.layers
        ],
        "median_test_accuracy": finite(float(np.median(curves.test_accuracy[-1]))),
        "train_loss": _by_seed(curves.train_loss),
        "test_loss": _by_seed(curves.test_loss),
        "test_accuracy": _by_seed(curves.test_accuracy),
    }


def _by_seed(rows: Floats) -> list[list[float | None]]:
    return [all_finite(column) for column in rows.T]


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "label": mistake.label,
        "answer": mistake.answer,
        "probability": finite(mistake.probability),
        "image": numbers(mistake.image, 3),
    }
