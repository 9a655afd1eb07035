"""How the search for a topic grows with the catalog: from ten thousand resources to a million.

    python benchmarks/bench_growth.py [--sizes 10000 1000000] [--questions 200]

CPU time of the search room in this process, at the median. The topics are as many at every size, so that there are a
hundred times more resources on each. To write the million takes about two CPU-minutes.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from synthetic_catalog import write_catalog

from service import graph
from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.config import bundled
from service.search import Query, answer

TOPICS = 1_000
GOALS = {"a topic": 3.0, "a topic and a media type": 2.0}


def measure(path: Path, resources: int, count: int, vocabulary: Vocabulary) -> dict[str, float]:
    """CPU-milliseconds by kind of question; none is asked twice, so that nothing is answered from memory."""
    engine = write_catalog(path, resources, TOPICS)
    snapshots = Snapshots(engine)
    with snapshots.open() as session:
        labels = [topic.label for topic in graph.current(session).topics.values()]

    def cpu_ms(question: str) -> float:
        with snapshots.open() as session:
            before = time.process_time()
            answer(session, graph.current(session), vocabulary, Query(question))
            return (time.process_time() - before) * 1e3

    leaves = random.Random(1).sample(labels[len(labels) // 8 :], count)
    asked = {"a topic": leaves, "a topic and a media type": [f"articles on {label}" for label in leaves]}
    for several in asked.values():
        cpu_ms(several.pop())  # statements are compiled, the graph is read
    found = {kind: statistics.median(map(cpu_ms, several)) for kind, several in asked.items()}
    snapshots.close()
    engine.dispose()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--questions", type=int, default=200)
    arguments = parser.parse_args()
    vocabulary = load_vocabulary(bundled("data") / "vocabulary")
    with tempfile.TemporaryDirectory() as folder:
        small, large = (
            measure(Path(folder) / f"{size}.db", size, arguments.questions, vocabulary) for size in arguments.sizes
        )
    for kind, goal in GOALS.items():
        ratio = large[kind] / small[kind]
        verdict = "met" if ratio <= goal else "MISSED"
        print(f"{kind:<26} {small[kind]:.2f} -> {large[kind]:.2f} CPU-ms: {ratio:.1f}  goal <= {goal} {verdict}")


if __name__ == "__main__":
    main()
