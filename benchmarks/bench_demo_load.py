"""What is left of `/search` while 16 clients run demos: throughput per core that the demos leave, against idle.

    python benchmarks/bench_demo_load.py

A `coursegraph serve` of its own, on 2,000 synthetic resources, is asked by eight connections without a pause, no
question twice; in every other interval 16 further clients post runs of several demos, no run twice, and wait for
each. What the demos' processes take is no longer there for searches, and what the machine does for others is not,
either: both are subtracted, from what the kernel counts. All else (taking in runs, waiting for them, telling where
they stand, contention for the database and the caches) counts against the service.
"""

import argparse
import http.client
import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from synthetic_catalog import MEDIA_TYPES, write_catalog

RESOURCES, TOPICS = 2_000, 500
SEARCHERS, DEMO_CLIENTS = 8, 16
SETTLE_S = 1.0
READY_S = 120.0
QUIET_CORES, QUIET_LIMIT_S = 0.15, 300.0
GOAL = 0.70
TICKS = os.sysconf("SC_CLK_TCK")
# (demo, parameters): from a tenth of a second to about one.
RUNS = [
    ("playground", {"epochs": 2000}),
    ("playground", {"dataset": "spiral", "hidden_layers": [8, 8], "epochs": 1000}),
    ("logistic-regression", {}),
    ("optimizers", {}),
    ("initialization", {}),
    ("activations", {}),
]


@dataclass(frozen=True)
class Usage:
    """Seconds of CPU since the machine, or its processes, started."""

    demos: float  # of the processes that execute runs and draw
    ours: float  # of the server, all of it, and of this benchmark
    machine: float  # of everything that runs
    wall: float

    def __sub__(self, other: "Usage") -> "Usage":
        mine, theirs = vars(self), vars(other)
        return Usage(**{name: mine[name] - theirs[name] for name in mine})


@dataclass(frozen=True)
class Interval:
    """What happened in some seconds."""

    searches: int
    runs: int
    usage: Usage

    @property
    def cores_left(self) -> float:
        """Cores that the demos and the machine's other business left."""
        others = max(0.0, self.usage.machine - self.usage.ours)
        return (os.cpu_count() or 1) - (self.usage.demos + others) / self.usage.wall

    @property
    def searches_a_core(self) -> float:
        """Searches a second for each core left."""
        return self.searches / self.usage.wall / self.cores_left


class Clients:
    """Threads that call `ask` again and again while they may; `done` counts."""

    def __init__(self, port: int, count: int, ask: Callable[[http.client.HTTPConnection], None]) -> None:
        self.done = self._busy = 0
        self._port = port
        self._ask = ask
        self._go, self._end = threading.Event(), False
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def start(self) -> None:
        """Let them ask."""
        self._go.set()

    def pause(self) -> None:
        """Let them finish what they are at, and wait for that."""
        self._go.clear()
        while self._busy:
            time.sleep(0.05)

    def _work(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        while True:
            self._go.wait()
            with self._lock:
                self._busy += 1
            self._ask(connection)
            with self._lock:
                self._busy -= 1
                self.done += 1


def search(questions: Iterator[str]) -> Callable[[http.client.HTTPConnection], None]:
    """Ask the next question."""

    def ask(connection: http.client.HTTPConnection) -> None:
        connection.request("GET", next(questions))
        _body(connection)

    return ask


def questions(labels: list[str]) -> Iterator[str]:
    """Paths of questions that names answer, all different."""
    for number in itertools.count():
        media_type = MEDIA_TYPES[number // TOPICS % len(MEDIA_TYPES)]
        year = 1900 + number // (TOPICS * len(MEDIA_TYPES))
        yield f"/api/v1/search?q={quote(labels[number % TOPICS])}&media_type={media_type}&year_min={year}"


def run_demo(numbers: Iterator[int]) -> Callable[[http.client.HTTPConnection], None]:
    """Post the next run, and look until it has ended."""

    def ask(connection: http.client.HTTPConnection) -> None:
        number = next(numbers)
        demo, parameters = RUNS[number % len(RUNS)]
        body = json.dumps({"parameters": parameters, "seed": f"load {number}"})
        headers = {"Content-Type": "application/json", "Prefer": "wait=30"}
        connection.request("POST", f"/api/v1/demos/{demo}/runs", body, headers)
        run = _body(connection)
        while run["status"] in {"queued", "running"}:
            time.sleep(0.5)
            connection.request("GET", f"/api/v1/runs/{run['id']}")
            run = _body(connection)
        if run["status"] != "succeeded":
            raise SystemExit(f"a run of {demo} ended as {run['status']}: {run['error']}")

    return ask


def _body(connection: http.client.HTTPConnection) -> dict[str, object]:
    response = connection.getresponse()
    content = response.read()
    if response.status not in {200, 202}:
        print(f"{response.status} {content[:300]!r}", file=sys.stderr)
        os._exit(1)
    return dict(json.loads(content)) if response.status == 202 or b'"status"' in content[:200] else {}


@contextmanager
def serving(database: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """A service on a free port: its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"COURSEGRAPH_DATABASE_URL": f"sqlite:///{database}", "COURSEGRAPH_STATE_DIR": str(folder)}
    command = [sys.executable, "-c", "from service.cli import main; main()", "serve", "--empty", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings}, start_new_session=True)
    try:
        _await_ready(port)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _await_ready(port: int) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"no service on port {port} after {READY_S:.0f} s")


def usage_of(server: int) -> Usage:
    """What the server's processes, this one and the machine have used."""
    family = _family(server)
    demos = sum(_cpu_s(pid) for pid in family if "service.demos" in _command(pid))
    ours = sum(map(_cpu_s, family)) + time.process_time()
    user, nice, system, _idle, _wait, irq, soft, steal, *_ = map(int, Path("/proc/stat").read_text().split()[1:11])
    return Usage(demos, ours, (user + nice + system + irq + soft + steal) / TICKS, time.monotonic())


def _family(pid: int) -> list[int]:
    children: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += map(int, task.read_text().split())
        except OSError:  # it ended meanwhile
            continue
    return [pid, *(one for child in children for one in _family(child))]


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def measure(server: int, searchers: Clients, runners: Clients, seconds: float) -> Interval:
    """Count for so long, after a moment to settle."""
    time.sleep(SETTLE_S)
    before, searches, runs = usage_of(server), searchers.done, runners.done
    time.sleep(seconds)
    after = usage_of(server)
    return Interval(searchers.done - searches, runners.done - runs, after - before)


def main() -> None:
    """Measure and print; exit code 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=8.0, help="of one interval")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the service must not outlive us
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "coursegraph.db"
        engine = write_catalog(database, RESOURCES, TOPICS)
        with engine.connect() as connection:
            labels = [row[0] for row in connection.exec_driver_sql("SELECT label FROM topic ORDER BY rowid")]
        engine.dispose()
        with serving(database, Path(folder)) as (port, server):
            rounds = _rounds(server, port, labels, arguments.rounds, arguments.seconds)
    _print(rounds)


def _rounds(server: int, port: int, labels: list[str], rounds: int, seconds: float) -> list[tuple[Interval, Interval]]:
    """(idle, loaded) intervals, one after the other."""
    locked = _Locked(questions(labels))
    searchers = Clients(port, SEARCHERS, search(locked))
    runners = Clients(port, DEMO_CLIENTS, run_demo(_Locked(itertools.count())))
    for clients in (runners, searchers):  # loops are compiled, the graph and the phrases are built
        clients.start()
        time.sleep(SETTLE_S)
        clients.pause()
    _await_quiet(server)
    searchers.start()
    found = []
    for _ in range(rounds):
        runners.pause()
        idle = measure(server, searchers, runners, seconds)
        runners.start()
        found.append((idle, measure(server, searchers, runners, seconds)))
        print(f"round {len(found)} of {rounds}", file=sys.stderr, flush=True)
    searchers.pause()
    runners.pause()
    return found


def _await_quiet(server: int) -> None:
    """Wait until the search index is up to date, and whatever else begins with the service has ended."""
    until = time.monotonic() + QUIET_LIMIT_S
    while time.monotonic() < until:
        before = usage_of(server)
        time.sleep(3)
        used = usage_of(server) - before
        if used.ours / used.wall < QUIET_CORES:
            return
    raise SystemExit(f"the service was still busy with itself after {QUIET_LIMIT_S:.0f} s")


class _Locked:
    """An iterator that threads may share."""

    def __init__(self, source: Iterator) -> None:
        self._source = source
        self._lock = threading.Lock()

    def __iter__(self) -> "_Locked":
        return self

    def __next__(self) -> object:
        with self._lock:
            return next(self._source)


def _print(rounds: list[tuple[Interval, Interval]]) -> None:
    print(f"{'':<24}{'searches/s':>12}{'runs/s':>9}{'demos, cores':>14}{'cores left':>12}{'searches/s/core':>17}")
    for name, place in (("nobody runs demos", 0), (f"{DEMO_CLIENTS} clients run demos", 1)):
        intervals = [pair[place] for pair in rounds]
        columns = [
            statistics.median(one.searches / one.usage.wall for one in intervals),
            statistics.median(one.runs / one.usage.wall for one in intervals),
            statistics.median(one.usage.demos / one.usage.wall for one in intervals),
            statistics.median(one.cores_left for one in intervals),
            statistics.median(one.searches_a_core for one in intervals),
        ]
        print(f"{name:<24}" + "{:>12.0f}{:>9.1f}{:>14.2f}{:>12.2f}{:>17.0f}".format(*columns))
    ratios = [loaded.searches_a_core / idle.searches_a_core for idle, loaded in rounds]
    kept = statistics.median(ratios)
    met = "met" if kept >= GOAL else "MISSED"
    print(f"kept per core left: {kept:.2f} ({min(ratios):.2f} to {max(ratios):.2f}); goal >= {GOAL:.2f}: {met}")
    if kept < GOAL:
        sys.exit(1)


if __name__ == "__main__":
    main()
