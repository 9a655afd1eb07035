"""The search index by itself: words against SQLite's FTS5, vectors against brute force.

    python benchmarks/bench_retrieval.py [--sizes 10000 100000 1000000] [--vectors 1000000] [--questions 60]

CPU time at the median over the questions, which are asked of both sides in turn. Documents are synthetic: a topic's
words and some of a lexicon, and two words that a quarter and a third of all documents hold. Vectors are mixtures of
real ones, of the texts in questions/pages; what is asked are the labelled questions.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from evaluation import QUESTIONS, read_questions
from synthetic_catalog import MEDIA_TYPES, SHARES, words

from service.catalog.wanted import Wanted
from service.config import bundled
from service.inference.judge import LazyEmbedder
from service.search.index.documents import IndexDocument
from service.search.index.lexical import LexicalReader, LexicalWriter, create
from service.search.index.vectors import CHUNK_ROWS, Row, VectorReader, changed_chunk, read_chunk, write_chunk

TOPICS = 100  # each holds one document in a hundred, at every size
T = TypeVar("T")

COMMON = {"learning": 0.33, "model": 0.25}  # word -> share of the documents that hold it
LIMIT = 20
NEAREST = 50
LEXICAL_GOALS = {100_000: 1 / 3, 1_000_000: 1 / 15}
VECTOR_GOAL, RECALL_GOAL = 1 / 3, 0.95
MIXED = 3  # real vectors in one synthetic
NOISE = 0.3  # its length beside the mixture's
BATCH = 50_000


def documents(count: int, seed: int = 2024) -> Iterator[IndexDocument]:
    """The same ones for the same count: two words for the topic, four to ten more, the common ones by their shares."""
    chance = random.Random(seed)
    lexicon = words(seed, 6_000)
    for number in range(1, count + 1):
        said = [
            *topic_words(lexicon, chance.randrange(TOPICS)),
            *chance.sample(lexicon[2 * TOPICS :], chance.randint(4, 10)),
        ]
        said += [word for word, share in COMMON.items() if chance.random() < share]
        media_type = chance.choices(MEDIA_TYPES, SHARES)[0]
        yield IndexDocument(number, " ".join(said), "", media_type, None, None, False)


def topic_words(lexicon: Sequence[str], topic: int) -> tuple[str, str]:
    """The two words of a topic."""
    return lexicon[2 * topic], lexicon[2 * topic + 1]


def timed(run: Callable[..., T], *arguments: Any) -> tuple[float, T]:
    """CPU-milliseconds of one call, and what it returned."""
    before = time.process_time()
    returned = run(*arguments)
    return (time.process_time() - before) * 1e3, returned


def fts5(path: Path, count: int) -> sqlite3.Connection:
    """The same documents in FTS5, ranked by its own BM25; media types in a table beside it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA cache_size = -64000")
    connection.execute("PRAGMA mmap_size = 4000000000")
    connection.execute("CREATE VIRTUAL TABLE document USING fts5(words, content='', tokenize='porter')")
    connection.execute("CREATE TABLE resource (number INTEGER PRIMARY KEY, media_type TEXT)")
    rows = documents(count)
    while batch := list(islice(rows, BATCH)):
        connection.executemany(
            "INSERT INTO document (rowid, words) VALUES (?, ?)", ((d.number, d.words) for d in batch)
        )
        connection.executemany("INSERT INTO resource VALUES (?, ?)", ((d.number, d.media_type) for d in batch))
    connection.execute("INSERT INTO document (document) VALUES ('optimize')")
    connection.commit()
    return connection


_FTS5 = (
    "SELECT document.rowid FROM document JOIN resource ON resource.number = document.rowid "
    "WHERE document MATCH ? AND resource.media_type = ? ORDER BY document.rank LIMIT 20"
)


def measure_words(folder: Path, count: int, questions: int) -> dict[str, tuple[float, float]]:
    """(ours, FTS5's) CPU-ms by kind of question; prints what building both cost."""
    built, index = timed(ours, folder / f"words-{count}", count)
    peer, connection = timed(fts5, folder / f"{count}.db", count)
    print(f"{count:>9,} documents: built in {built / 1e3:.0f} CPU-s, FTS5 in {peer / 1e3:.0f}", flush=True)
    chance, lexicon = random.Random(7), words(2024, 6_000)
    asked = {
        "a topic's word": [[chance.choice(lexicon[: 2 * TOPICS])] for _ in range(questions)],
        "both of two common words": [list(COMMON)] * (questions // 3),
    }
    found = {kind: _compare(index, connection, several) for kind, several in asked.items()}
    connection.close()
    return found


def ours(folder: Path, count: int) -> LexicalReader:
    """The documents in our index."""
    folder.mkdir()
    create(folder)
    writer = LexicalWriter(folder)
    writer.add(documents(count))
    writer.finish()
    return LexicalReader(folder)


def _compare(index: LexicalReader, connection: sqlite3.Connection, asked: Sequence[list[str]]) -> tuple[float, float]:
    found, theirs = [], []
    for place, several in enumerate(asked):
        media_type = MEDIA_TYPES[place % 4]
        search = index.having_all if len(several) > 1 else index.search
        found.append(timed(search, several, Wanted(media_types=(media_type,)), LIMIT)[0])
        theirs.append(timed(_all, connection, (" AND ".join(several), media_type))[0])
    return statistics.median(found), statistics.median(theirs)


def _all(connection: sqlite3.Connection, question: tuple[str, str]) -> list[Any]:
    return connection.execute(_FTS5, question).fetchall()


def real_vectors() -> tuple[np.ndarray, np.ndarray]:
    """(n, 384) of the lines of the pages; (m, 384) of the questions."""
    embedder = LazyEmbedder(bundled("data") / "models")
    lines = [
        line for page in sorted((QUESTIONS / "pages").glob("*.md")) for line in page.read_text("utf-8").splitlines()
    ]
    asked = [one.question for half in ("tune", "test") for one in read_questions(half)]
    return embedder.embed([line for line in lines if len(line) > 10]), embedder.embed(asked)


def mixtures(real: np.ndarray, count: int) -> Iterator[np.ndarray]:
    """Unit vectors, a chunk at a time: each leans on a few real ones."""
    chance = np.random.default_rng(2024)
    for start in range(0, count, CHUNK_ROWS):
        size = min(CHUNK_ROWS, count - start)
        shares = chance.dirichlet(np.ones(MIXED), size).astype(np.float32)
        mixed = np.einsum("nm,nmd->nd", shares, real[chance.integers(0, len(real), (size, MIXED))])
        mixed += NOISE / np.sqrt(real.shape[1]) * chance.standard_normal(mixed.shape, np.float32)
        yield mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def measure_vectors(folder: Path, count: int, questions: int) -> tuple[float, float, float]:
    """(ours CPU-ms, brute force's, recall@50) with a media-type filter that a sixth passes."""
    real, asked = real_vectors()
    every = np.empty((count, real.shape[1]), np.float32)
    types = np.random.default_rng(1).integers(1, 7, count)
    for place, chunk in enumerate(mixtures(real, count)):
        start = place * CHUNK_ROWS
        every[start : start + len(chunk)] = chunk
        rows = {i: Row(int(types[start + i]), vector) for i, vector in enumerate(chunk)}
        write_chunk(folder / f"vectors-{place}", changed_chunk(None, rows))
    chunks = {place: read_chunk(folder / f"vectors-{place}") for place in range(-(-count // CHUNK_ROWS))}
    index = VectorReader(chunks, MEDIA_TYPES[:6])
    found, brute, recalls = [], [], []
    for place, question in enumerate(asked[:: max(1, len(asked) // questions)]):
        media_type = place % 6
        ms, near = timed(index.nearest, question, NEAREST, (MEDIA_TYPES[media_type],))
        brute_ms, true = timed(_brute, every, types == media_type + 1, question)
        found.append(ms)
        brute.append(brute_ms)
        recalls.append(len({number for number, _ in near} & set(true)) / NEAREST)
    return statistics.median(found), statistics.median(brute), statistics.mean(recalls)


def _brute(every: np.ndarray, is_wanted: np.ndarray, question: np.ndarray) -> list[int]:
    cosines = np.where(is_wanted, every @ question, -2)
    return [int(place) for place in np.argpartition(-cosines, NEAREST)[:NEAREST]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = {size: measure_words(Path(folder), size, arguments.questions) for size in arguments.sizes}
        _print_words(measured)
        if arguments.vectors:
            _print_vectors(arguments.vectors, *measure_vectors(Path(folder), arguments.vectors, arguments.questions))


def _print_words(measured: dict[int, dict[str, tuple[float, float]]]) -> None:
    for size, kinds in measured.items():
        for kind, (ours, theirs) in kinds.items():
            goal = LEXICAL_GOALS.get(size)
            verdict = "" if goal is None else f"  goal <= {goal:.3f} {_verdict(ours / theirs <= goal)}"
            print(f"{size:>9,} {kind:<26} {ours:>6.2f} CPU-ms, of FTS5's {theirs:>7.2f}: {ours / theirs:.3f}{verdict}")


def _print_vectors(count: int, ours: float, brute: float, recall: float) -> None:
    print(f"{count:>9,} vectors, one media type in six: {ours:.1f} CPU-ms, brute force {brute:.1f}")
    print(f"ours / brute force: {ours / brute:.2f}  goal <= {VECTOR_GOAL:.2f} {_verdict(ours / brute <= VECTOR_GOAL)}")
    print(f"recall@{NEAREST}: {recall:.3f}  goal >= {RECALL_GOAL} {_verdict(recall >= RECALL_GOAL)}")


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
