"""What knows resources beyond their names: the index, and the model that embeds questions. Either may be missing."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.orm import Session

from service.catalog.embeddings import Embeds, Vector
from service.errors import Unavailable

if TYPE_CHECKING:
    from service.search.index.read import IndexReader

KEPT_QUESTIONS = 4096  # vectors of questions, 1.5 kB each: a repeated question costs no embedding
RETRY_S = 60.0  # a model that is missing may be installed meanwhile; to look for it takes some time


class SearchModel(Embeds, Protocol):
    """A model that is loaded when it is first needed."""

    def check(self) -> None:
        """Raise ModelUnavailable when a file is missing or damaged; loads nothing."""

    def subjects_near(self, vector: Vector) -> Mapping[str, float]:
        """Cosines of a unit vector with what subjects are about, by folded name; may raise ModelUnavailable."""


class Retrieval:
    """The index in a folder and the model; both are opened when they are first needed. One for each process."""

    def __init__(self, folder: Path, embedder: SearchModel) -> None:
        self._folder = folder
        self._embedder = embedder
        self._why_not: Unavailable | None = None
        self._try_after = 0.0
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    @cached_property
    def reader(self) -> "IndexReader":
        """The index."""
        from service.search.index.read import IndexReader  # noqa: PLC0415  # numpy and tantivy

        return IndexReader(self._folder)

    @property
    def model(self) -> str:
        """The version of the model."""
        return self._embedder.version

    @property
    def embedder(self) -> Embeds:
        """The model itself, for other texts than questions."""
        return self._embedder

    def embed(self, question: str) -> Vector:
        """(384,): the question's vector, from memory when it was asked before; Unavailable without the model."""
        known = self._kept.get(question)
        if known is None:
            known = self._kept[question] = self._compute(question)
            if len(self._kept) > KEPT_QUESTIONS:
                self._kept.popitem(last=False)
        return known

    def subjects_near(self, vector: Vector) -> Mapping[str, float]:
        """Cosines of a question's vector with what subjects are about, by folded name; Unavailable without them."""
        return self._embedder.subjects_near(vector)

    def index_revision(self, session: Session) -> int:
        """Which revision the index is of; IndexUnavailable when it cannot be read."""
        return self.reader.open(session).manifest.revision

    def index_state(self, session: Session) -> str:
        """What the index holds, for operators; IndexUnavailable when it cannot be read."""
        index = self.reader.open(session)
        return f"revision {index.manifest.revision}, {index.words.size} resources, {index.vectors.size} with vectors"

    def model_state(self) -> str:
        """Which model it is, for operators; ModelUnavailable when its files are missing or damaged."""
        self._embedder.check()
        return self.model

    def _compute(self, question: str) -> Vector:
        if self._why_not is not None and time.monotonic() < self._try_after:
            raise self._why_not
        try:
            vector: Vector = self._embedder.embed([question])[0]
        except Unavailable as error:
            self._why_not, self._try_after = error, time.monotonic() + RETRY_S
            raise
        return vector
