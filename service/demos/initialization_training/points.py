"""Four data sets of the plane in two classes, as in "Initializing neural networks" (Katanforoosh and Kunin 2019)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats


@dataclass(frozen=True)
class Points:
    """Places (n, 2), and labels 0 or 1."""

    places: Floats
    labels: Floats


def _circle(random: np.random.Generator, labels: Floats) -> Floats:
    """Class 1 around a circle of radius 4, class 0 around one of radius 1."""
    angle = random.uniform(0, 2 * math.pi, len(labels))
    radius = np.where(labels == 1, 4.0, 1.0) + random.uniform(-1, 1, len(labels))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _moon(random: np.random.Generator, labels: Floats) -> Floats:
    """Two arms that reach around each other, ever farther out."""
    n = len(labels)
    share = np.arange(n) / n
    radius = 4 * share + random.normal(1, 0.5, n)
    angle = share * math.pi + np.where(labels == 1, math.pi, 0.0)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    return np.stack([x - (labels - 0.5), y + (labels - 0.5)], axis=1)


def _square(random: np.random.Generator, labels: Floats) -> Floats:
    """A checkerboard of four fields: class 1 where x and y have one sign."""
    places = random.uniform(0.5, 5, (len(labels), 2))
    places[:, 0] *= random.choice([-1.0, 1.0], len(labels))
    places[:, 1] *= np.sign(places[:, 0]) * (2 * labels - 1)
    return places


def _gaussian(random: np.random.Generator, labels: Floats) -> Floats:
    """Two normal clouds of variance 1: class 0 around (-2, -2), class 1 around (2, 2)."""
    return np.asarray(random.normal((4 * labels - 2)[:, None], 1.0, (len(labels), 2)))


DATASETS: dict[str, Callable[[np.random.Generator, Floats], Floats]] = {
    "circle": _circle,
    "moon": _moon,
    "square": _square,
    "gaussian": _gaussian,
}


def draw(dataset: str, n: int, random: np.random.Generator) -> Points:
    """So many points, every other one of class 1."""
    labels = (np.arange(n) % 2).astype(float)
    return Points(DATASETS[dataset](random, labels), labels)
