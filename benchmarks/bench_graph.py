"""The graph's own speed: learning paths against networkx, and what a request pays to get at the graph.

    python benchmarks/bench_graph.py [--topics 10000 100000] [--rounds 7]

networkx does what a path needs by its own functions: ancestors, subgraph, topological sort; on the same accepted graph.
Each round asks both for the same targets, in CPU time, interleaved; a ratio is the median over the rounds.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
from flask import Flask, jsonify
from synthetic_catalog import write_catalog

from service import graph
from service.catalog import revisions
from service.catalog.database import open_sessions
from service.catalog.snapshots import Snapshots
from service.graph import KnowledgeGraph
from service.recommend.order import topics_to_learn

TARGETS = 20  # in one round
CALLS = 5_000  # of what takes microseconds, in one round
PATH_GOAL = 0.1
CHECK_GOAL = 0.05


def cpu_s(work: Callable[[], object]) -> float:
    """The CPU time of this process for the work."""
    before = time.process_time()
    work()
    return time.process_time() - before


def by_networkx(accepted: "nx.DiGraph[str]", target: str) -> list[str]:
    """The path's topics, as networkx alone would find them."""
    needed = nx.ancestors(accepted, target) | {target}
    return list(nx.topological_sort(accepted.subgraph(needed)))


def path_ratios(read: KnowledgeGraph, rounds: int) -> list[float]:
    """Our CPU time as a part of networkx's, by round."""
    chance = random.Random(2024)
    late = list(read.topics)[len(read.topics) // 2 :]
    found = []
    for _ in range(rounds):
        targets = chance.sample([topic for topic in late if not read.narrower(topic)], TARGETS)
        theirs = cpu_s(lambda targets=targets: [by_networkx(read.accepted, target) for target in targets])
        ours = cpu_s(lambda targets=targets: [topics_to_learn(read, target) for target in targets])
        for target in targets:
            if set(topics_to_learn(read, target)) != set(by_networkx(read.accepted, target)):
                raise SystemExit(f"the two paths to {target} differ")
        found.append(ours / theirs)
    return found


def measure_paths(topics: int, rounds: int) -> None:
    """Print the ratio on a catalog of this size, and what reading it cost."""
    with tempfile.TemporaryDirectory() as folder:
        engine = write_catalog(Path(folder) / "coursegraph.db", resources=topics, topics=topics)
        with open_sessions(engine)() as session:
            read_s = cpu_s(lambda: graph.current(session))
            read = graph.current(session)
        engine.dispose()
    ratios = path_ratios(read, rounds)
    steps = statistics.median(len(topics_to_learn(read, target)) for target in list(read.topics)[-TARGETS:])
    print_ratio(f"learning path, {topics} topics, {steps:.0f} steps", ratios, PATH_GOAL)
    print(f"  read and built once a revision in {read_s:.2f} CPU-s")


def measure_check(rounds: int) -> None:
    """Print what it costs to get the graph, beside what Flask costs without any server."""
    app = Flask("bare")
    app.add_url_rule("/", "hello", lambda: jsonify(hello="world"))
    client = app.test_client()
    with tempfile.TemporaryDirectory() as folder:
        engine = write_catalog(Path(folder) / "coursegraph.db", resources=1000, topics=200)
        snapshots = Snapshots(engine)
        with open_sessions(engine)() as session, snapshots.open() as reader:
            kinds = {
                "graph in a read's snapshot": lambda: graph.current(reader),
                "graph in any session": lambda: graph.current(session),
                "of that, the revision check": lambda: revisions.glance(session),
            }
            for name, call in kinds.items():
                print_ratio(name, [_against_flask(client.get, call) for _ in range(rounds)], CHECK_GOAL)
        snapshots.close()
        engine.dispose()


def _against_flask(get: Callable[[str], object], call: Callable[[], object]) -> float:
    flask_s = cpu_s(lambda: [get("/") for _ in range(CALLS // 10)]) * 10
    return cpu_s(lambda: [call() for _ in range(CALLS)]) / flask_s


def print_ratio(name: str, ratios: list[float], goal: float) -> None:
    """One line: the median, the range, the goal."""
    middle = statistics.median(ratios)
    verdict = "met" if middle <= goal else "MISSED"
    print(f"{name:<45} {middle:.3f} ({min(ratios):.3f} to {max(ratios):.3f})  goal <= {goal}  {verdict}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    for topics in arguments.topics:
        measure_paths(topics, arguments.rounds)
    measure_check(arguments.rounds)


if __name__ == "__main__":
    main()
