"""What a question costs that names leave open: beside one that they settle, and asked again.

    python benchmarks/bench_meaning.py [--resources 20000] [--questions 120]

CPU time in this process, in the search room; the catalog is synthetic, and so are the resources' vectors.
No question is asked twice, but where it says so.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from synthetic_catalog import words, write_catalog

from service import graph
from service.catalog.database import open_sessions
from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.config import bundled
from service.inference.judge import LazyEmbedder
from service.search import Query, Retrieval, answer
from service.search.index.follow import bring_up_to_date
from service.search.index.write import Place

TOPICS = 1_000
GOAL_MS = 5.0  # CPU, above a question that names settle
ROUNDS = 4


class Guesses:
    """Vectors by chance, for resources whose texts mean nothing anyway; 20,000 real ones would take a minute."""

    version = LazyEmbedder.version
    dimensions = LazyEmbedder.dimensions

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(n, 384), each row of length 1."""
        rows = np.random.default_rng(len(texts)).standard_normal((len(texts), self.dimensions), np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cpu_ms(ask: Callable[[str], object], questions: Sequence[str]) -> float:
    """CPU-milliseconds of one of these questions."""
    before = time.process_time()
    for question in questions:
        ask(question)
    return (time.process_time() - before) * 1e3 / len(questions)


def open_questions(labels: Sequence[str], count: int) -> dict[str, list[str]]:
    """Settled by names; and with words that nothing has, so that words and meaning are asked."""
    chance = random.Random(5)
    verbs = words(99, 3_000)
    settled = [f"articles on {chance.choice(labels)}" for _ in range(count)]
    unclear = [f"how does {chance.choice(verbs)} of {chance.choice(labels)} change the outcome" for _ in range(count)]
    return {"settled by names": settled, "left open": unclear}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resources", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=120, help="of each kind, over all rounds")
    arguments = parser.parse_args()
    vocabulary = load_vocabulary(bundled("data") / "vocabulary")
    with tempfile.TemporaryDirectory() as folder:
        engine = write_catalog(Path(folder) / "coursegraph.db", arguments.resources, TOPICS)
        bring_up_to_date(Place(Path(folder) / "index", open_sessions(engine)), Guesses())
        retrieval = Retrieval(Path(folder) / "index", LazyEmbedder(bundled("data") / "models"))
        _measure(Snapshots(engine), vocabulary, retrieval, arguments.questions)


def _measure(snapshots: Snapshots, vocabulary: Vocabulary, retrieval: Retrieval, count: int) -> None:
    def ask(question: str) -> list[str]:
        with snapshots.open() as session:
            found = answer(session, graph.current(session), vocabulary, Query(question), retrieval)
            return list(found.consulted.steps)

    with snapshots.open() as session:
        labels = [topic.label for topic in graph.current(session).topics.values()]
    kinds = open_questions(labels, count)
    if ask(f"{kinds['left open'][0]}?")[-1] != "meaning":  # loads the model
        raise SystemExit("The question was not compared by meaning.")
    ask(kinds["settled by names"][0])
    found: dict[str, list[float]] = {kind: [] for kind in (*kinds, "left open, asked again")}
    for turn in range(ROUNDS):
        for kind, several in kinds.items():
            found[kind].append(cpu_ms(ask, several[turn::ROUNDS]))
        found["left open, asked again"].append(cpu_ms(ask, kinds["left open"][turn::ROUNDS]))
    _print({kind: statistics.median(times) for kind, times in found.items()})


def _print(found: dict[str, float]) -> None:
    for kind, ms in found.items():
        print(f"{kind:<24} {ms:>6.2f} CPU-ms")
    above = found["left open"] - found["settled by names"]
    print(f"left open, above what names settle: {above:.1f} CPU-ms  goal <= {GOAL_MS} {_verdict(above <= GOAL_MS)}")


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
