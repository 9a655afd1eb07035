"""What logistic regression learns from: points of the plane in two classes, and the features read from them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Parameters
from service.demos.random_numbers import generator

_GAP = 0.3  # separable points keep so far from the line between them
_LINE = np.array([0.6, 0.8])  # its normal, of length 1
_FEATURES = {"linear": ("1", "x", "y"), "quadratic": ("1", "x", "y", "x²", "y²", "xy")}


@dataclass(frozen=True)
class Points:
    """Points of the plane with labels 0 and 1."""

    x: Floats
    y: Floats
    label: Floats


def _clouds(random: np.random.Generator, n: int, distance: float) -> Points:
    """Two normal clouds of variance 1 around (d/2, 0) and (-d/2, 0)."""
    label = (np.arange(n) % 2).astype(float)
    x, y = random.standard_normal((2, n))
    return Points(x + (label - 0.5) * distance, y, label)


def _separable(random: np.random.Generator, n: int, _distance: float) -> Points:
    """Uniform in a square, pushed away from a line that has a class on either side."""
    places = random.uniform(-3, 3, (n, 2))
    side = np.where(places @ _LINE >= 0, 1.0, -1.0)
    places += _GAP * side[:, None] * _LINE
    return Points(places[:, 0], places[:, 1], (side + 1) / 2)


def _circle(random: np.random.Generator, n: int, _distance: float) -> Points:
    """One class within 1.5 of the centre, the other from 1.5 on, and one in ten with the other's label."""
    radius, angle = random.uniform(0, 3, n), random.uniform(0, 2 * math.pi, n)
    label = ((radius > 1.5) ^ (random.random(n) < 0.1)).astype(float)
    return Points(radius * np.cos(angle), radius * np.sin(angle), label)


DATASETS: dict[str, Callable[[np.random.Generator, int, float], Points]] = {
    "clouds": _clouds,
    "separable": _separable,
    "circle": _circle,
}


def points_of(parameters: Parameters, seed: str) -> Points:
    """The points that were given, or those of a data set."""
    given = parameters["points"]
    if given:
        return Points(*(np.array([point[key] for point in given], dtype=float) for key in ("x", "y", "label")))
    return DATASETS[parameters["dataset"]](generator(seed), parameters["n"], parameters["distance"])


def feature_names(kind: str) -> tuple[str, ...]:
    """What each weight is multiplied with."""
    return _FEATURES[kind]


def features(kind: str, x: Floats, y: Floats) -> Floats:
    """A row for each point: 1, x, y, and their products if quadratic."""
    columns = [np.ones_like(x), x, y]
    if kind == "quadratic":
        columns += [x * x, y * y, x * y]
    return np.stack(columns, axis=-1)
