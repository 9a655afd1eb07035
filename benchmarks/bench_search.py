"""The search room by itself, by kind of question, in CPU time; and what /suggest may cost.

    python benchmarks/bench_search.py [--resources 100000] [--topics 2000] [--questions 1000]

bench_rest.py holds the served /search against a bare Flask reply on the same server. This one tells what the room's
share of that is, and where it goes. The unit is a bare Flask reply to a test client in this process.
No question is asked twice.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from string import ascii_lowercase

from bare_flask import app
from synthetic_catalog import synonym, write_catalog

from service import graph
from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import load_vocabulary
from service.config import bundled
from service.search import Query, answer, suggest

PLENTY = ("articles", "videos", "papers")
SCARCE = ("courses", "slides", "interactives")
BEGINNINGS = ("what is", "videos on", "what should i know before", "how do")
LONGEST_TYPED = 20  # characters
OF_EACH_LENGTH = 20
SUGGEST_GOAL_MS = 5.0  # for the dearest of them
ROUNDS = 5


def cpu_us(run: Callable[[str], object], questions: Sequence[str]) -> float:
    """CPU-microseconds for one of these."""
    before = time.process_time()
    for question in questions:
        run(question)
    return (time.process_time() - before) / len(questions) * 1e6


def questions(chance: random.Random, labels: Sequence[str], count: int) -> dict[str, list[str]]:
    """Questions of each kind. The first topics have narrower ones; the last have none."""
    leaves = labels[len(labels) // 8 :]
    many, few = leaves[: len(leaves) // 3], leaves[len(leaves) // 3 :]
    words = sorted({word for label in labels for word in label.split()})
    return {
        "topic and type, many exact": [f"{chance.choice(PLENTY)} on {chance.choice(many)}" for _ in range(count)],
        "the same by a synonym": [f"{chance.choice(PLENTY)} on {synonym(chance.choice(many))}" for _ in range(count)],
        "topic alone": [f"what is {chance.choice(leaves)}?" for _ in range(count)],
        "few exact, and near misses": [f"{chance.choice(SCARCE)} about {chance.choice(few)}" for _ in range(count)],
        "a topic with narrower ones": [chance.choice(labels[8 : len(labels) // 8]) for _ in range(count)],
        "words of titles": [f"{chance.choice(words)} {chance.choice(words)}" for _ in range(count)],
        "a subject unknown": [f"transformer{i} for beginners" for i in range(count)],
    }


def typed(chance: random.Random, labels: Sequence[str]) -> list[str]:
    """What may have been typed so far: each letter, beginnings of names of every length, alone and in a question."""
    lengths = [length for length in range(2, LONGEST_TYPED + 1) for _ in range(OF_EACH_LENGTH)]
    begun = [f"{chance.choice(labels)} {chance.choice(labels)}"[:length] for length in lengths]
    asked = [f"{chance.choice(BEGINNINGS)} {one}" for one in begun[::4]]
    return [*ascii_lowercase, *begun, *BEGINNINGS, *asked]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--topics", type=int, default=2_000)
    parser.add_argument("--questions", type=int, default=1_000, help="of each kind, over all rounds")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"Writing {arguments.resources} resources on {arguments.topics} topics", flush=True)
        engine = write_catalog(Path(folder) / "coursegraph.db", arguments.resources, arguments.topics)
        _measure(Snapshots(engine), arguments.questions)


def _measure(snapshots: Snapshots, count: int) -> None:
    vocabulary = load_vocabulary(bundled("data") / "vocabulary")
    chance = random.Random(2024)
    client = app.test_client()
    with snapshots.open() as session:
        labels = [topic.label for topic in graph.current(session).topics.values()]

    def ask(question: str) -> object:
        with snapshots.open() as session:
            return answer(session, graph.current(session), vocabulary, Query(question))

    def complete(typed: str) -> object:
        with snapshots.open() as session:
            return suggest(session, graph.current(session), vocabulary, typed)

    kinds = questions(chance, labels, count)
    for several in kinds.values():
        cpu_us(ask, several[:20])  # statements are compiled, the graph is read
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    bare: list[float] = []
    for turn in range(ROUNDS):
        bare.append(cpu_us(lambda _: client.get("/"), [""] * 500))
        for kind, several in kinds.items():
            found[kind].append(cpu_us(ask, several[turn::ROUNDS]))
    _print(bare, found)
    several = typed(chance, labels)
    _print_suggest({one: min(cpu_us(complete, [one]) for _ in range(3)) / 1e3 for one in several})


def _print(bare: list[float], found: dict[str, list[float]]) -> None:
    print(f"bare Flask reply in this process: {statistics.median(bare):.0f} CPU-us; the others as multiples of it")
    for kind, times in found.items():
        ratios = [one / base for one, base in zip(times, bare, strict=True)]
        print(f"{kind:<28} {statistics.median(ratios):>6.2f}   from {min(ratios):.2f} to {max(ratios):.2f}")


def _print_suggest(cost_ms: dict[str, float]) -> None:
    dearest = max(cost_ms, key=cost_ms.__getitem__)
    letters = statistics.median(cost_ms[letter] for letter in ascii_lowercase)
    verdict = "met" if cost_ms[dearest] <= SUGGEST_GOAL_MS else "MISSED"
    print(f"suggest, one letter          {letters:>6.2f} CPU-ms at the median")
    print(f"suggest, {len(cost_ms)} beginnings     {statistics.median(cost_ms.values()):>6.2f} CPU-ms at the median")
    print(f"the dearest, {dearest!r}: {cost_ms[dearest]:.2f} CPU-ms   goal <= {SUGGEST_GOAL_MS} {verdict}")


if __name__ == "__main__":
    main()
