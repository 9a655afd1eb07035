"""Vectors are computed once for each text and version of a model, and are the same ever after."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.embeddings import embed_and_keep, kept


class Counting:
    """Unit vectors that depend on the text, and a list of what was computed."""

    dimensions = 3

    def __init__(self, version: str = "counting@1") -> None:
        self.version = version
        self.computed: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.computed += texts
        rows = np.array([[len(text), 1, 1 / 3] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_text_is_computed_once(session: Session) -> None:
    embedder = Counting()

    first = embed_and_keep(session, embedder, ["gradient", "descent", "gradient"])
    session.commit()
    second = embed_and_keep(session, embedder, ["descent", "loss", "gradient"])

    assert embedder.computed == ["gradient", "descent", "loss"]
    assert (first[0] == first[2]).all()
    assert (second[[2, 0]] == first[:2]).all()


def test_kept_vectors_are_close_to_the_computed_ones(session: Session) -> None:
    embedder = Counting()

    vectors = embed_and_keep(session, embedder, ["gradient", "descent"])

    assert vectors == pytest.approx(Counting().embed(["gradient", "descent"]), abs=0.0005)
    assert vectors.dtype == np.float32


def test_readers_find_what_is_kept_and_compute_nothing(session: Session) -> None:
    embedder = Counting()
    (vector,) = embed_and_keep(session, embedder, ["gradient"])

    found = kept(session, embedder.version, ["gradient", "descent"])

    assert list(found) == ["gradient"]
    assert (found["gradient"] == vector).all()


def test_another_version_has_vectors_of_its_own(session: Session) -> None:
    old, new = Counting("counting@1"), Counting("counting@2")
    embed_and_keep(session, old, ["gradient"])

    assert kept(session, new.version, ["gradient"]) == {}
    embed_and_keep(session, new, ["gradient"])
    assert new.computed == ["gradient"]
    assert list(kept(session, old.version, ["gradient"])) == ["gradient"]


def test_many_texts_are_more_than_one_statement_holds(session: Session) -> None:
    texts = [f"topic {number}" for number in range(1_200)]

    vectors = embed_and_keep(session, Counting(), texts)

    assert len(kept(session, "counting@1", texts)) == len(vectors) == len(texts)


@pytest.mark.parametrize("text", ["", "x" * 100_000, "\ud800", "深度学习"])
def test_any_text_can_be_kept(session: Session, text: str) -> None:
    embed_and_keep(session, Counting(), [text])

    assert list(kept(session, "counting@1", [text])) == [text]


def test_no_texts_have_no_vectors(session: Session) -> None:
    assert embed_and_keep(session, Counting(), []).shape == (0, 3)


def test_keeping_a_vector_is_no_new_revision(session: Session) -> None:
    embed_and_keep(session, Counting(), ["gradient"])

    assert revisions.current(session) == 0
