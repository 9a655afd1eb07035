"""Vectors of resources in chunk files, and the search for the nearest: scanned as bits, ranked as bytes.

A vector's first impression is the signs of its components, 384 bits: resources whose bits differ from the question's
in the fewest places are the candidates. Their order is told by their components, kept as bytes. The filter on media
types is part of the scan: what it leaves out is neither a candidate nor looked at.

A file holds the resources numbered from `chunk * CHUNK_ROWS` on, in order, so that a number is a place. It is written
once, under a name of its own, and mapped into memory by all who read it.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.errors import IndexUnavailable

DIMENSIONS = 384
WORDS = DIMENSIONS // 64  # of bits
CHUNK_ROWS = 32_768
CANDIDATES = 1 / 25  # of those that pass the filter: recall@50 over 0.95 at a million, see benchmarks/README.md
FEWEST_CANDIDATES = 40  # for each place in the answer
ABSENT = 0  # the media type of a number without a vector
_ROW_BYTES = WORDS * 8 + 4 + DIMENSIONS + 1

Vector = NDArray[np.float32]


class Chunk(NamedTuple):
    """The rows of one file; n is at most CHUNK_ROWS."""

    bits: NDArray[np.uint64]  # (WORDS, n): the signs
    scales: NDArray[np.float32]  # (n,)
    rows: NDArray[np.int8]  # (n, DIMENSIONS): times their scale, the vectors
    types: NDArray[np.uint8]  # (n,): codes of media types, from 1


class Row(NamedTuple):
    """A resource's vector and the code of its media type."""

    media_type: int
    vector: Vector


def changed_chunk(chunk: Chunk | None, rows: Mapping[int, Row | None]) -> Chunk:
    """A chunk with some rows replaced, by their places in it; None takes a row away."""
    size = max(max(rows, default=-1) + 1, 0 if chunk is None else len(chunk.types))
    fresh = Chunk(
        np.zeros((WORDS, size), np.uint64),
        np.zeros(size, np.float32),
        np.zeros((size, DIMENSIONS), np.int8),
        np.zeros(size, np.uint8),
    )
    if chunk is not None:
        old = len(chunk.types)
        fresh.bits[:, :old], fresh.scales[:old], fresh.rows[:old], fresh.types[:old] = chunk
    fresh.types[[place for place, row in rows.items() if row is None]] = ABSENT
    _set(fresh, {place: row for place, row in rows.items() if row is not None})
    return fresh


def write_chunk(path: Path, chunk: Chunk) -> None:
    """Write a chunk to a file that does not exist yet."""
    with path.open("xb") as file:
        for part in chunk:
            file.write(np.ascontiguousarray(part).data)


def read_chunk(path: Path) -> Chunk:
    """Map a chunk's file into memory; IndexUnavailable when it is missing or its size is wrong."""
    try:
        content = np.memmap(path, np.uint8, "r").view(np.ndarray)  # memmap's own slices take three times as long
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"The vectors in {path.name} cannot be read: {error}") from error
    size, rest = divmod(len(content), _ROW_BYTES)
    if rest:
        raise IndexUnavailable(f"The vectors in {path.name} are cut off.")
    ends = np.cumsum([WORDS * 8 * size, 4 * size, DIMENSIONS * size])
    bits, scales, rows, types = np.split(content, ends)
    return Chunk(
        bits.view(np.uint64).reshape(WORDS, size),
        scales.view(np.float32),
        rows.view(np.int8).reshape(size, DIMENSIONS),
        types,
    )


class VectorReader:
    """All chunks of one index; `media_types` are in the order of their codes."""

    def __init__(self, chunks: Mapping[int, Chunk], media_types: Sequence[str]) -> None:
        self._chunks = chunks
        self._codes = {media_type: code for code, media_type in enumerate(media_types, 1)}
        self._whole = {place for place, chunk in chunks.items() if chunk.types.all()}  # none of its numbers is absent

    @property
    def size(self) -> int:
        """How many resources have a vector."""
        return sum(int(np.count_nonzero(chunk.types)) for chunk in self._chunks.values())

    def nearest(self, query: Vector, limit: int, media_types: Sequence[str] = ()) -> list[tuple[int, float]]:
        """(number, cosine) of the resources whose vectors are nearest to a unit vector, the nearest first."""
        bits = _bits(query)
        scans = [_scan(chunk, place, bits, self._rows(place, media_types)) for place, chunk in self._chunks.items()]
        numbers = np.concatenate([np.empty(0, np.int64), *(numbers for numbers, _ in scans)])
        distances = np.concatenate([np.empty(0, np.uint16), *(distances for _, distances in scans)])
        looked_at = max(limit * FEWEST_CANDIDATES, int(len(numbers) * CANDIDATES))
        candidates = np.sort(numbers[_smallest(distances, looked_at)])
        cosines = self._cosines(query, candidates)
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(int(candidates[i]), float(cosines[i])) for i in best]

    def cosines(self, query: Vector, numbers: Collection[int]) -> dict[int, float]:
        """The cosines of these resources' vectors with a unit vector; those that have none are left out."""
        there = [number for number in sorted(numbers) if self._has(number)]
        return dict(zip(there, self._cosines(query, np.array(there, np.int64)).tolist(), strict=True))

    def _has(self, number: int) -> bool:
        chunk, place = divmod(number, CHUNK_ROWS)
        types = self._chunks[chunk].types if chunk in self._chunks else ()
        return place < len(types) and types[place] != ABSENT

    def _rows(self, place: int, media_types: Sequence[str]) -> NDArray[np.int64] | None:
        """The rows of a chunk that are asked for: of media types, else all that are there; None means every row."""
        types = self._chunks[place].types
        if not media_types:
            return None if place in self._whole else np.flatnonzero(types)
        wanted = np.zeros(256, bool)
        wanted[[self._codes[one] for one in media_types if one in self._codes]] = True
        return np.flatnonzero(wanted[types])

    def _cosines(self, query: Vector, numbers: NDArray[np.int64]) -> Vector:
        """The cosines of resources, by their numbers in order."""
        found = [np.empty(0, np.float32)]
        chunks = numbers // CHUNK_ROWS
        for place in np.unique(chunks).tolist():
            here, rows = self._chunks[place], numbers[chunks == place] - place * CHUNK_ROWS
            # Not `@`: the library behind it would wake threads, which spin longer than all of this takes.
            dots = np.einsum("nd,d->n", here.rows.take(rows, axis=0), query)
            found.append(dots * here.scales[rows])
        return np.concatenate(found)


def _scan(
    chunk: Chunk, place: int, query: NDArray[np.uint64], rows: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """The numbers of some rows, or of all, and in how many bits each differs from the query."""
    distances = np.zeros(len(chunk.types) if rows is None else len(rows), np.uint16)
    for bits, asked in zip(chunk.bits, query, strict=True):
        distances += np.bitwise_count((bits if rows is None else bits[rows]) ^ asked)
    return (np.arange(len(chunk.types)) if rows is None else rows) + place * CHUNK_ROWS, distances


def _smallest(distances: NDArray[np.uint16], count: int) -> NDArray[np.int64]:
    """The places of the `count` smallest, and of all that equal the last of them."""
    if len(distances) <= count:
        return np.arange(len(distances))
    at_most = np.cumsum(np.bincount(distances))
    return np.flatnonzero(distances <= np.searchsorted(at_most, count))


def _bits(vectors: NDArray[np.float32]) -> NDArray[np.uint64]:
    """(…, DIMENSIONS) -> (…, WORDS): the signs."""
    return np.packbits(vectors > 0, axis=-1).view(np.uint64)


def _set(chunk: Chunk, rows: Mapping[int, Row]) -> None:
    if not rows:
        return
    places = list(rows)
    vectors = np.stack([row.vector for row in rows.values()])
    scales = np.abs(vectors).max(axis=1) / 127
    chunk.bits[:, places] = _bits(vectors).T
    chunk.scales[places] = scales
    chunk.rows[places] = np.rint(vectors / scales[:, None])
    chunk.types[places] = [row.media_type for row in rows.values()]
