"""What a recommendation costs, and that it hardly grows with the catalog.

    python benchmarks/bench_recommend.py [--topics 10000 100000] [--rounds 7]

A recommendation looks at a bounded part of the catalog. The limit that it is held against is one part of what ranking
everything would cost: a personalised PageRank over all topics and resources, as a power iteration in NumPy whose
arrays are ready. Both are asked for the same learners, in CPU time, interleaved; a ratio is the median over the rounds.
Every resource has a vector, and every hundredth topic a learner with ten events.
"""

import argparse
import random
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from bench_graph import cpu_s, print_ratio
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session
from synthetic_catalog import write_catalog

from service import graph
from service.catalog import embeddings, events, models
from service.catalog.database import open_sessions
from service.catalog.events import Event, EventLimits
from service.graph import KnowledgeGraph
from service.graph.descriptions import Descriptions
from service.recommend import signals
from service.recommend.learner import Learner
from service.recommend.pagerank import DAMPING, PRECISION
from service.recommend.recommendations import recommend

LEARNERS = 10  # in one round
KNOWN = 10  # topics of one learner
SHOWN = 10  # resources
AT_ONCE = 5_000  # vectors
WHOLE_GOAL = 0.2  # on the largest catalog: on a small one, everything is not much
GROWTH_GOAL = 2.0


class RandomVectors:
    """An embedder's stand-in: what counts here is that there are vectors to compare."""

    version = "random@1"
    dimensions = 384

    def __init__(self) -> None:
        self._chance = np.random.default_rng(2024)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 384), each row of length 1."""
        rows = self._chance.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class WholeGraph:
    """Every topic and resource, as arrays."""

    def __init__(self, read: KnowledgeGraph, cards: Sequence[dict[str, Any]]) -> None:
        edges = list(signals.links(read, cards, [f"topic:{id}" for id in read.topics]))
        self.place = {name: place for place, name in enumerate(dict.fromkeys(n for edge in edges for n in edge[:2]))}
        self.sources = np.array([self.place[edge[0]] for edge in edges], dtype=np.intp)
        self.targets = np.array([self.place[edge[1]] for edge in edges], dtype=np.intp)
        weights = np.array([edge[2] for edge in edges])
        self.shares = weights / np.bincount(self.sources, weights)[self.sources]

    def rank(self, known: Sequence[str]) -> NDArray[np.float64]:
        """The power iteration from some topics. No node is without an edge: they all lead both ways."""
        restart = np.zeros(len(self.place))
        restart[[self.place[f"topic:{id}"] for id in known]] = 1 / len(known)
        ranks = restart
        while True:
            arriving = np.bincount(self.targets, ranks[self.sources] * self.shares, len(ranks))
            after = DAMPING * arriving + (1 - DAMPING) * restart
            if np.abs(after - ranks).sum() < PRECISION:
                return after
            ranks = after


@contextmanager
def catalog(topics: int) -> Iterator[tuple[Session, KnowledgeGraph, WholeGraph]]:
    """A catalog with as many resources as topics, their vectors, and learners."""
    with tempfile.TemporaryDirectory() as folder:
        engine = write_catalog(Path(folder) / "coursegraph.db", resources=topics, topics=topics)
        with open_sessions(engine)() as session:
            read = graph.current(session)
            cards = [orjson.loads(text) for text in session.scalars(select(models.Resource.card))]
            _write_vectors(session, read, cards)
            _write_events(session, cards)
            session.commit()
            yield session, read, WholeGraph(read, cards)
        engine.dispose()


def _write_vectors(session: Session, read: KnowledgeGraph, cards: Sequence[dict[str, Any]]) -> None:
    describe, embedder = Descriptions(read).text, RandomVectors()
    for start in range(0, len(cards), AT_ONCE):
        embeddings.embed_and_keep(session, embedder, [describe(card) for card in cards[start : start + AT_ONCE]])


def _write_events(session: Session, cards: Sequence[dict[str, Any]]) -> None:
    chance = random.Random(2024)
    for learner in range(len(cards) // 100):
        done = [Event(f"resource:{card['id']}", "completed") for card in chance.sample(cards, 10)]
        events.record(session, f"learner-{learner}", done, EventLimits())


def learners(read: KnowledgeGraph, rounds: int) -> list[list[Learner]]:
    """Who knows some topics of the first half, and finished what a learner with events did; anew in each round."""
    chance = random.Random(7)
    early = [topic for topic in list(read.topics)[: len(read.topics) // 2] if not read.narrower(topic)]
    return [
        [
            Learner(known=tuple(chance.sample(early, KNOWN)), id=f"learner-{chance.randrange(20)}")
            for _ in range(LEARNERS)
        ]
        for _ in range(rounds)
    ]


def measure(topics: int, rounds: int) -> tuple[list[float], list[float]]:
    """On a catalog of this size, by round: the CPU seconds of one recommendation, and as a part of the limit's."""
    spent, ratios = [], []
    with catalog(topics) as (session, read, whole):
        for asked in learners(read, rounds):
            theirs = cpu_s(lambda asked=asked: [whole.rank(learner.known) for learner in asked])
            ours = cpu_s(
                lambda asked=asked: [recommend(session, read, one, SHOWN, RandomVectors.version) for one in asked]
            )
            spent.append(ours / LEARNERS)
            ratios.append(ours / theirs)
        shown = recommend(session, read, asked[0], SHOWN, RandomVectors.version)
    print(f"{topics} topics: {1000 * statistics.median(spent):.1f} CPU-ms for {len(shown.items)} recommendations,")
    print(f"  {statistics.median(ratios):.2f} of ranking everything. {shown.message}", flush=True)
    return spent, ratios


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    found = {topics: measure(topics, arguments.rounds) for topics in arguments.topics}
    small, large = min(found), max(found)
    print_ratio(f"recommendations, {large} topics", found[large][1], WHOLE_GOAL)
    growth = [statistics.median(found[large][0]) / each for each in found[small][0]]
    print_ratio(f"its growth from {small} to {large} topics", growth, GROWTH_GOAL)


if __name__ == "__main__":
    main()
