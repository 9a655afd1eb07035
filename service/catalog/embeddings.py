"""Vectors of texts, computed once and kept: by the text's SHA-256 and the model's version.

They are derived, so keeping one is no new revision. Rows are in float16, also those just computed, so that a text has
the same vector at every call. What no text asks for any more stays: under 1 kB each.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.catalog.models import Embedding
from service.catalog.refresh import batches

KEPT_AS = np.dtype("<f2")  # a cosine of two unit vectors is right to 0.0005

Vector = NDArray[np.float32]


class Embeds(Protocol):
    """What makes vectors of texts."""

    @property
    def version(self) -> str:
        """The model and its weights, by name."""

    @property
    def dimensions(self) -> int:
        """Of each vector."""

    def embed(self, texts: Sequence[str]) -> Vector:
        """(n, dimensions), each row of length 1."""


def embed_and_keep(session: Session, embedder: Embeds, texts: Sequence[str]) -> Vector:
    """(n, dimensions): the texts' vectors; those that were not kept are computed, and kept.

    Call it where the session writes (after `revisions.lock`); `kept` is for readers.
    """
    found = dict(kept(session, embedder.version, texts))
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    if missing:
        fresh = embedder.embed(missing).astype(KEPT_AS)
        _keep(session, embedder.version, zip(missing, fresh, strict=True))
        found.update(zip(missing, fresh.astype(np.float32), strict=True))
    return np.array([found[text] for text in texts], dtype=np.float32).reshape(len(texts), embedder.dimensions)


def look_up(session: Session, embedder: Embeds, texts: Sequence[str]) -> Vector:
    """What `embed_and_keep` gives, for readers: what has to be computed is not kept."""
    found = dict(kept(session, embedder.version, texts))
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    found.update(zip(missing, embedder.embed(missing).astype(KEPT_AS).astype(np.float32), strict=True))
    return np.array([found[text] for text in texts], dtype=np.float32).reshape(len(texts), embedder.dimensions)


def kept(session: Session, version: str, texts: Collection[str]) -> Mapping[str, Vector]:
    """The vectors that are kept, by text; texts without one are left out."""
    text_of = {_digest(text): text for text in texts}
    found: dict[str, Vector] = {}
    for batch in batches(list(text_of)):
        query = select(Embedding.digest, Embedding.vector).where(
            Embedding.digest.in_(batch), Embedding.model == version
        )
        rows = session.execute(query).all()
        found.update((text_of[digest], np.frombuffer(vector, KEPT_AS).astype(np.float32)) for digest, vector in rows)
    return found


def _keep(session: Session, version: str, vectors: Iterable[tuple[str, NDArray[np.float16]]]) -> None:
    rows = [{"digest": _digest(text), "model": version, "vector": vector.tobytes()} for text, vector in vectors]
    session.execute(insert(Embedding), rows)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
