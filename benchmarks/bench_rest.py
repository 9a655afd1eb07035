"""The REST API against a bare Flask reply on the same server (granian, one worker), in CPU time of the worker.

    python benchmarks/bench_rest.py [--resources 100000] [--rounds 26] [--requests 150]

Rounds are interleaved, and a ratio is the median over them. But for the row that says so, no question is asked twice:
no answer comes from memory. Resources do: somebody has read the whole list before, as those do who copy it. The rows
"read from the database" are of a server that keeps none. If-None-Match is never sent. `switches` are those from one
thread to another that waited for it, in all threads of the worker, for one request.
"""

import argparse
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from synthetic_catalog import MEDIA_TYPES, topic_id, write_catalog

from service.api import cursors
from service.catalog.database import open_database
from service.catalog.snapshots import Snapshots
from service.config import Settings

HERE = Path(__file__).parent
TOPICS = 1_000
SNAPSHOTS = 2_000  # in one round
CONNECTIONS = 16
READY_S = 60


@dataclass(frozen=True)
class Server:
    """A server that listens, and its worker process."""

    port: int
    worker: int

    def cpu_s(self) -> float:
        """The CPU time that the worker has had, in all its threads."""
        tasks = Path(f"/proc/{self.worker}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def switches(self) -> int:
        """How often its threads have stepped aside by themselves."""
        tasks = Path(f"/proc/{self.worker}/task").glob("*/status")
        lines = (line for task in tasks for line in task.read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))

    def cost(self, paths: list[str]) -> "Cost":
        """Of one of these requests; some are always under way, so that the worker seldom sleeps."""
        connections = [http.client.HTTPConnection("127.0.0.1", self.port) for _ in range(CONNECTIONS)]
        before, switches_before = self.cpu_s(), self.switches()
        for start in range(0, len(paths), CONNECTIONS):
            asked = list(zip(connections, paths[start : start + CONNECTIONS], strict=False))
            for connection, path in asked:
                connection.request("GET", path)
            for connection, path in asked:
                _check(path, connection.getresponse())
        cpu_us, switches = (self.cpu_s() - before) * 1e6, self.switches() - switches_before
        for connection in connections:
            connection.close()
        return Cost(cpu_us / len(paths), switches / len(paths))


class Cost(NamedTuple):
    """Of one request: time of the processor, and switches from thread to thread."""

    cpu_us: float
    switches: float


def _check(path: str, response: http.client.HTTPResponse) -> None:
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {body!r}")


@dataclass(frozen=True)
class Case:
    """A kind of request, as a source of paths, and how many times the bare reply it may cost, if that is a goal."""

    name: str
    goal: float | None
    path: Callable[[random.Random, int], str]  # chance, a number that grows
    keeps_cards: bool = True


CASES = [
    Case("list, any page of all", 1.5, lambda chance, _: f"/api/v1/resources?cursor={_cursor(chance)}"),
    Case("list, topic and media type", 1.5, lambda _, n: f"/api/v1/resources?{_pair(n)}"),
    Case("list, asked before", 1.5, lambda _, n: f"/api/v1/resources?{_pair(n % 10)}"),
    Case("detail", 1.5, lambda _, n: f"/api/v1/resources/{1 + n * 7919 % SIZE[0]:016x}"),
    Case("search by names", 2.0, lambda _, n: f"/api/v1/search?q={quote(_question(n, MANY))}"),
    Case("search by names, few meet it", None, lambda _, n: f"/api/v1/search?q={quote(_question(n, FEW))}"),
]
CASES += [
    replace(case, name=f"{case.name}: read from the database", goal=None, keeps_cards=False)
    for case in (CASES[1], CASES[4])
]
SIZE = [0]  # resources
LABELS: list[str] = []
MANY = ("articles", "videos", "papers", "code")  # 35 to 12 of a topic's hundred resources
FEW = ("books", "interactive", "courses", "slides")  # 6 to 2: what is near is looked for as well
MOST_QUESTIONS = TOPICS * len(MANY)
# The bare reply is neither logged nor refused to whoever asks for thousands in a minute.
LIKE_BARE_FLASK = {"COURSEGRAPH_LOG_LEVEL": "warning", "COURSEGRAPH_RATE_LIMIT_PER_MINUTE": "0"}


def _cursor(chance: random.Random) -> str:
    return _cursor_after(chance.randint(1, SIZE[0]))


def _cursor_after(number: int) -> str:
    query = {"limit": 20, "include_narrower": False, "status": "active"}  # the defaults
    return cursors.encode("/api/v1/resources", query, number)


def _whole_list() -> list[str]:
    return [f"/api/v1/resources?limit=200&cursor={_cursor_after(number)}" for number in range(0, SIZE[0], 200)]


def _pair(number: int) -> str:
    """Another topic and media type for each number below 8,000."""
    return f"topic={topic_id(number % TOPICS)}&media_type={MEDIA_TYPES[number // TOPICS % 8]}"


def _question(number: int, media_types: Sequence[str]) -> str:
    """Another one for each number below MOST_QUESTIONS."""
    return f"{media_types[number // TOPICS % len(media_types)]} on {LABELS[number % TOPICS]}"


@contextmanager
def serving(target: str, environment: dict[str, str]) -> Iterator[Server]:
    """A granian with one worker on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--log-level", "error"]
    command += ["--blocking-threads", str(Settings().threads)]  # as many as `coursegraph serve` has
    command += ["--port", str(port), *(["--factory"] if "application" in target else []), target]
    process = subprocess.Popen(command, env={**os.environ, **environment, "PYTHONPATH": f"{HERE}:{HERE.parent}"})
    try:
        _wait(port)
        yield Server(port, _child_of(process.pid))
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"no server on port {port} after {READY_S} s")


def _child_of(parent: int) -> int:
    """The worker: the child process that has had most CPU time."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return max((int(child) for child in children), key=lambda pid: Server(0, pid).cpu_s())


def snapshot_us(snapshots: Snapshots) -> float:
    """CPU-microseconds for what each read begins and ends with: the revision check."""
    before = time.process_time()
    for _ in range(SNAPSHOTS):
        snapshots.end(snapshots.begin(is_lazy=True))
    return (time.process_time() - before) / SNAPSHOTS * 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=26)
    parser.add_argument("--requests", type=int, default=150, help="of each kind in one round")
    arguments = parser.parse_args()
    if arguments.rounds * arguments.requests >= MOST_QUESTIONS:
        parser.error(f"there are {MOST_QUESTIONS} questions of a kind: ask in fewer rounds")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coursegraph.db"
        print(f"Writing {arguments.resources} resources on {TOPICS} topics", flush=True)
        SIZE[0] = arguments.resources
        engine = write_catalog(path, arguments.resources, TOPICS)
        with engine.connect() as connection:
            LABELS.extend(row[0] for row in connection.exec_driver_sql("SELECT label FROM topic ORDER BY rowid"))
        engine.dispose()
        _measure(path, arguments.rounds, arguments.requests)


def _measure(path: Path, rounds: int, requests: int) -> None:
    chance = random.Random(2024)
    snapshots = Snapshots(open_database(f"sqlite:///{path}"), is_for_good=True)
    ratios: dict[str, list[float]] = {case.name: [] for case in CASES} | {"revision check": []}
    switches: dict[str, list[float]] = {name: [] for name in ratios}
    replies: list[Cost] = []
    settings = {"COURSEGRAPH_DATABASE_URL": f"sqlite:///{path}", **LIKE_BARE_FLASK}
    without = {**settings, "COURSEGRAPH_CARD_MEMORY_MB": "0"}
    app = "service.app:application"
    with serving("bare_flask:app", {}) as bare, serving(app, settings) as ours, serving(app, without) as from_database:
        once = [case.path(chance, 0) for case in CASES] * 50  # imports, the graph, the phrases
        for server, paths in ((bare, ["/"] * 200), (ours, once + _whole_list()), (from_database, once)):
            server.cost(paths)
        for turn in range(rounds):
            replies.append(bare.cost(["/"] * requests))
            for case in CASES:
                paths = [case.path(chance, turn * requests + place + 1) for place in range(requests)]
                server = ours if case.keeps_cards else from_database
                cost = server.cost(paths)
                ratios[case.name].append(cost.cpu_us / replies[-1].cpu_us)
                switches[case.name].append(cost.switches)
            ratios["revision check"].append(snapshot_us(snapshots) / replies[-1].cpu_us)
    snapshots.close()
    median = Cost(*map(statistics.median, zip(*replies, strict=True)))
    print(
        f"bare Flask reply: {median.cpu_us:.0f} CPU-us, {median.switches:.1f} switches; the others as multiples of it"
    )
    _print(ratios, switches)


def _print(ratios: dict[str, list[float]], switches: dict[str, list[float]]) -> None:
    goals = {case.name: case.goal for case in CASES} | {"revision check": 0.05}
    print(f"{'what':<50} {'ratio':>6} {'from':>6} {'to':>6} {'switches':>8} goal")
    for name, found in ratios.items():
        middle = statistics.median(found)
        goal = goals[name]
        verdict = f"<= {goal} {'met' if middle <= goal else 'MISSED'}" if goal else "-"
        switched = statistics.median(switches[name] or [0])
        measured = f"{middle:>6.2f} {min(found):>6.2f} {max(found):>6.2f} {switched:>8.1f}"
        print(f"{name:<50} {measured} {verdict}")


if __name__ == "__main__":
    main()
