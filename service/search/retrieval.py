"""What knows resources beyond their names: the index, and the model that embeds questions. Either may be missing."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from service.catalog.embeddings import Embeds, Vector
from service.errors import ModelUnavailable
from service.search.index.read import IndexReader

LoadEmbedder = Callable[[], Embeds]  # ModelUnavailable when there is none

KEPT_QUESTIONS = 4096  # vectors of questions, 1.5 kB each: a repeated question costs no embedding
RETRY_S = 60.0  # a model that is missing may be installed meanwhile


class Retrieval:
    """The index in a folder and the embedder; both are opened when they are first needed. One for each process."""

    def __init__(self, folder: Path, load_embedder: LoadEmbedder) -> None:
        self.reader = IndexReader(folder)
        self._load_embedder = load_embedder
        self._loading = threading.Lock()
        self._embedder: Embeds | None = None
        self._why_not: ModelUnavailable | None = None
        self._try_after = 0.0
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    def embedder(self) -> Embeds:
        """The model, loaded once, in half a second; ModelUnavailable when it cannot be."""
        with self._loading:
            if self._embedder is None:
                self._load()
            if self._embedder is None:
                raise self._why_not or ModelUnavailable("The model was not loaded.")
            return self._embedder

    def embed(self, question: str) -> Vector:
        """(384,): the question's vector, from memory when it was asked before."""
        known = self._kept.get(question)
        if known is None:
            known = self.embedder().embed([question])[0]
            self._kept[question] = known
            if len(self._kept) > KEPT_QUESTIONS:
                self._kept.popitem(last=False)
        return known

    def _load(self) -> None:
        if time.monotonic() < self._try_after:
            return
        try:
            self._embedder = self._load_embedder()
        except ModelUnavailable as error:
            self._why_not, self._try_after = error, time.monotonic() + RETRY_S
