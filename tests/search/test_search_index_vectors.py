"""The nearest vectors are found as brute force finds them, also among one media type, also after changes."""

from pathlib import Path

import numpy as np
import pytest

from service.errors import IndexUnavailable
from service.search.index.vectors import CHUNK_ROWS, Chunk, Row, VectorReader, changed_chunk, read_chunk, write_chunk

TYPES = ("video", "article", "book", "paper", "code", "course")
CHANCE = np.random.default_rng(7)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """8,000 in 300 clusters, as texts on a few hundred subjects."""
    centres = CHANCE.standard_normal((300, 384))
    return _unit(centres[CHANCE.integers(0, 300, 8_000)] + CHANCE.standard_normal((8_000, 384)))


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    return CHANCE.integers(1, len(TYPES) + 1, 8_000)


@pytest.fixture(scope="module")
def reader(vectors: np.ndarray, codes: np.ndarray) -> VectorReader:
    """Half of them in one chunk, half in the next."""
    rows = [Row(int(code), vector) for code, vector in zip(codes, vectors, strict=True)]
    chunks = {
        0: changed_chunk(None, dict(enumerate(rows[:4_000]))),
        1: changed_chunk(None, dict(enumerate(rows[4_000:]))),
    }
    return VectorReader(chunks, TYPES)


def _number(place: int) -> int:
    return place if place < 4_000 else CHUNK_ROWS + place - 4_000


@pytest.mark.parametrize("media_type", [None, "book"])
def test_at_least_95_of_100_nearest_are_found(
    reader: VectorReader, vectors: np.ndarray, codes: np.ndarray, media_type: str | None
) -> None:
    recalls = []
    allowed = codes == TYPES.index(media_type) + 1 if media_type else np.ones(8_000, bool)
    for place in range(0, 8_000, 400):
        query = _unit(vectors[place] + 0.02 * CHANCE.standard_normal(384))
        cosines = np.where(allowed, vectors @ query, -2)
        true = {_number(int(i)) for i in np.argsort(-cosines)[:50]}

        found = reader.nearest(query, 50, [media_type] if media_type else [])

        recalls.append(len(true & {number for number, _ in found}) / 50)
    assert np.mean(recalls) >= 0.95


def test_cosines_are_right_and_in_order(reader: VectorReader, vectors: np.ndarray) -> None:
    found = reader.nearest(vectors[4_321], 5)

    assert found[0] == (_number(4_321), pytest.approx(1, abs=0.01))
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)


def test_rows_are_replaced_and_taken_away(vectors: np.ndarray) -> None:
    chunk = changed_chunk(None, {place: Row(1, vectors[place]) for place in range(10)})
    chunk = changed_chunk(chunk, {3: None, 4: Row(2, vectors[100]), 12: Row(1, vectors[200])})
    reader = VectorReader({0: chunk}, TYPES)

    assert reader.size == 10  # 11 was never there, 3 is gone
    assert 3 not in {number for number, _ in reader.nearest(vectors[3], 20)}
    assert reader.nearest(vectors[100], 1, ["article"])[0][0] == 4
    assert reader.nearest(vectors[200], 1)[0][0] == 12


def test_a_chunk_comes_back_from_its_file(tmp_path: Path, vectors: np.ndarray) -> None:
    chunk = changed_chunk(None, {place: Row(1, vectors[place]) for place in range(11)})

    write_chunk(tmp_path / "chunk", chunk)

    assert all(np.array_equal(a, b) for a, b in zip(read_chunk(tmp_path / "chunk"), chunk, strict=True))


def test_a_chunk_that_is_cut_off_is_noticed(tmp_path: Path, vectors: np.ndarray) -> None:
    write_chunk(tmp_path / "chunk", changed_chunk(None, {0: Row(1, vectors[0])}))
    (tmp_path / "chunk").write_bytes((tmp_path / "chunk").read_bytes()[:-1])

    with pytest.raises(IndexUnavailable):
        read_chunk(tmp_path / "chunk")


def test_nothing_is_near_in_an_empty_index_or_to_an_unknown_type(reader: VectorReader, vectors: np.ndarray) -> None:
    assert VectorReader({}, ()).nearest(vectors[0], 5) == []
    assert VectorReader({0: Chunk(*changed_chunk(None, {}))}, TYPES).nearest(vectors[0], 5) == []
    assert reader.nearest(vectors[0], 5, ["podcast"]) == []
