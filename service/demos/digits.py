"""Handwritten digits of 8 by 8 pixels that ship with the service: real data small enough to learn in a second."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from service.config import bundled
from service.demos.compiled import Floats, Ints

CLASSES = 10
PIXELS = 64
COUNT = 1797
_INK = 16.0  # the most that a pixel holds


@dataclass(frozen=True)
class Digits:
    """Images as rows of 64 numbers 0..1, and what they show."""

    images: Floats  # (n, 64)
    labels: Ints  # (n,), 0..9

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: slice | Ints) -> "Digits":
        return Digits(self.images[rows], self.labels[rows])

    def centred(self) -> "Digits":
        """The same digits, every pixel less its mean over all that ship, and all over their common deviation."""
        mean, deviation = _moments()
        return Digits((self.images - mean) / deviation, self.labels)


@cache
def every_digit() -> Digits:
    """All 1,797, in the order of the file."""
    with np.load(bundled("data") / "digits" / "digits.npz") as file:
        return Digits(file["images"].reshape(-1, PIXELS) / _INK, file["labels"].astype(np.int64))


@cache
def _moments() -> tuple[Floats, float]:
    images = every_digit().images
    mean = images.mean(axis=0)
    return mean, float((images - mean).std())


def drawn(count: int, random: np.random.Generator) -> tuple[Digits, Digits]:
    """So many digits in random order, and the others."""
    order = random.permutation(COUNT)
    return every_digit()[order[:count]], every_digit()[order[count:]]
