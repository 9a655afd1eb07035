"""What subjects are about, as vectors: they tell which one a question describes that names none."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from service.errors import ModelUnavailable
from service.inference.minilm import VERSION

FILE = "descriptions/vectors.npz"  # under data/models


@dataclass(frozen=True)
class Descriptions:
    """Descriptions of subjects; a subject may have several."""

    subjects: tuple[str, ...]  # (n,): folded names
    vectors: NDArray[np.float32]  # (n, 384), each row of length 1

    def near(self, vector: NDArray[np.float32]) -> Mapping[str, float]:
        """By subject, the cosine of a unit vector and the nearest of its descriptions."""
        # Not `@`: the library behind it would wake threads, which spin longer than all of this takes.
        cosines = np.einsum("nd,d->n", self.vectors, vector)
        best = np.full(len(self._places), -1.0, np.float32)
        np.maximum.at(best, self._rows, cosines)
        return dict(zip(self._places, best.tolist(), strict=True))

    @cached_property
    def _places(self) -> dict[str, int]:
        """A place for each subject."""
        return {subject: place for place, subject in enumerate(dict.fromkeys(self.subjects))}

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The place of each description's subject."""
        return np.array([self._places[subject] for subject in self.subjects], np.int64)


def load_descriptions(models: Path) -> Descriptions:
    """Read the vectors in `models`; ModelUnavailable when they are missing, damaged, or another model's."""
    stored = read_stored(models)
    if str(stored["model"]) != VERSION:
        raise ModelUnavailable(f"{models / FILE} was made with {stored['model']}, not with {VERSION}.")
    vectors = stored["vectors"].astype(np.float32)
    return Descriptions(tuple(map(str, stored["subjects"])), vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def read_stored(models: Path) -> Mapping[str, NDArray[Any]]:
    """The file's arrays: model, subjects, texts, vectors in half precision; ModelUnavailable when it cannot be read."""
    try:
        with np.load(BytesIO((models / FILE).read_bytes()), allow_pickle=False) as stored:
            return {name: stored[name] for name in ("model", "subjects", "texts", "vectors")}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelUnavailable(f"{models / FILE} cannot be read: {error}") from error
