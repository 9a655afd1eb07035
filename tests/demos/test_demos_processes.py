"""Workers as `coursegraph serve` starts them: replaced when they die, and never outliving their parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from trial_demos import PLACE, importable_by_processes

from service.catalog import drawings, runs
from service.catalog.claims import FigureRecord, Outcome, claim, finish
from service.catalog.database import open_database, open_sessions
from service.catalog.models import Run
from service.catalog.runs import RunRequest
from service.demos.limits import RunLimits, WorkerOptions
from service.demos.processes import running_workers

LIMITS = RunLimits(time_s=20, memory_mb=300, lease_s=0.6)
PATIENCE_S = 45.0
BARS = '{"description":"One.","mark":"bar","data":{"values":[{"x":1}]},"encoding":{"x":{"field":"x"}}}'


@pytest.fixture
def sessions(sqlite_url: str) -> Iterator[sessionmaker[Session]]:
    engine = open_database(sqlite_url)
    yield open_sessions(engine)
    engine.dispose()


@pytest.fixture
def options(sqlite_url: str) -> Iterator[WorkerOptions]:
    with importable_by_processes():
        yield WorkerOptions(sqlite_url, LIMITS, demos=PLACE)


def enqueue(sessions: sessionmaker[Session], demo: str, amount: float) -> str:
    with sessions.begin() as session:
        return runs.enqueue(session, RunRequest(demo, "1", {"amount": amount}, str(amount), "cpu"), 100).id


def seen(sessions: sessionmaker[Session], id: str) -> Run:
    with sessions() as session:
        return runs.find(session, id)


def until(is_so: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < patience
        time.sleep(0.05)


def processes_of(parent: int, module: str) -> set[int]:
    """The processes that run a module of ours below another process, at any depth."""
    found: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            found[int(folder.name)] = (
                int(stat[1]) if stat[0] != "Z" else 0,
                (folder / "cmdline").read_text().replace("\0", " "),
            )
        except OSError:  # it ended meanwhile
            continue
    family = {parent}
    while grown := {pid for pid, (above, _) in found.items() if above in family} - family:
        family |= grown
    return {pid for pid in family - {parent} if f" -m {module}" in found.get(pid, (0, ""))[1] or not module}


def test_a_killed_worker_is_replaced_and_its_run_taken_over(
    options: WorkerOptions, sessions: sessionmaker[Session]
) -> None:
    with running_workers(options, 1):
        until(lambda: processes_of(os.getpid(), "service.demos.computing") != set())
        id = enqueue(sessions, "sleep", 0.8)
        until(lambda: seen(sessions, id).status == "running")
        [worker] = processes_of(os.getpid(), "service.demos.process work")

        os.kill(worker, signal.SIGKILL)
        until(lambda: seen(sessions, id).status in runs.FINISHED)

    run = seen(sessions, id)
    assert (run.status, run.attempts, run.error) == ("succeeded", 2, None)


def test_two_workers_share_the_queue(options: WorkerOptions, sessions: sessionmaker[Session]) -> None:
    ids = [enqueue(sessions, "sleep", amount) for amount in (50.0, 51.0)]
    unhurried = replace(options, limits=replace(LIMITS, time_s=60.0))

    with running_workers(unhurried, 2):
        until(lambda: {seen(sessions, id).status for id in ids} == {"running"})
        owners = {seen(sessions, id).owner for id in ids}

    assert len(owners) == 2


def test_stopping_waits_for_no_run_and_puts_it_back(options: WorkerOptions, sessions: sessionmaker[Session]) -> None:
    id = enqueue(sessions, "stubborn", 1)

    with running_workers(options, 1):
        until(lambda: seen(sessions, id).status == "running")

    assert (seen(sessions, id).status, seen(sessions, id).attempts) == ("queued", 0)
    assert processes_of(os.getpid(), "service.demos") == set()


def test_figures_are_drawn_in_a_process_of_their_own(options: WorkerOptions, sessions: sessionmaker[Session]) -> None:
    id = enqueue(sessions, "echo", 1)
    with sessions.begin() as session:
        run = claim(session, "test", 30, 3)
        assert run is not None
        kept = [FigureRecord("bars", "Bars", "One.", BARS), FigureRecord("broken", "Broken", "None.", "[]")]
        finish(session, run, Outcome("{}", kept, {}))
    with sessions.begin() as session:
        figures = runs.figures(session, run)
        for figure, format in [(figures[0], "svg"), (figures[0], "png"), (figures[1], "svg")]:
            drawings.order(session, figure, format)

    def drawn(figure: int, format: str) -> tuple[str, bytes]:
        with sessions() as session:
            drawing = drawings.find(session, figures[figure], format)
        assert drawing is not None
        return drawing.status, (drawing.content or b"")[:4]

    with running_workers(options, 0):
        until(lambda: drawn(1, "svg")[0] not in {"wanted", "begun"})

    assert drawn(0, "svg") == ("drawn", b"<svg")
    assert drawn(0, "png") == ("drawn", b"\x89PNG")
    assert drawn(1, "svg") == ("failed", b"")
    assert seen(sessions, id).status == "succeeded"


def test_no_process_outlives_a_parent_that_was_killed(options: WorkerOptions, sessions: sessionmaker[Session]) -> None:
    script = (
        "import time\n"
        "from service.demos.limits import RunLimits, WorkerOptions\n"
        "from service.demos.processes import running_workers\n"
        f"with running_workers(WorkerOptions({options.database_url!r}, RunLimits(), demos={PLACE!r}), 1):\n"
        "    time.sleep(60)\n"
    )
    id = enqueue(sessions, "stubborn", 1)
    parent = subprocess.Popen([sys.executable, "-c", script])
    until(lambda: seen(sessions, id).status == "running")
    orphans = processes_of(parent.pid, "service.demos")

    parent.kill()
    parent.wait()

    assert len(orphans) == 5  # the supervisor, a worker, its computing process, the drawer and the teller
    until(lambda: not any(is_alive(pid) for pid in orphans))


def test_a_fork_that_holds_the_pipes_keeps_no_process_alive(
    options: WorkerOptions, sessions: sessionmaker[Session]
) -> None:
    script = (
        "import os, time\n"
        "from service.demos.limits import RunLimits, WorkerOptions\n"
        "from service.demos.processes import running_workers\n"
        f"with running_workers(WorkerOptions({options.database_url!r}, RunLimits(), demos={PLACE!r}), 0):\n"
        "    os.fork()\n"
        "    time.sleep(60)\n"
        "    os._exit(0)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    until(lambda: len(processes_of(parent.pid, "service.demos")) == 3)  # the supervisor, the drawer and the teller
    orphans = processes_of(parent.pid, "service.demos")
    family = processes_of(parent.pid, "")

    parent.kill()
    parent.wait()

    until(lambda: not any(is_alive(pid) for pid in orphans))
    for pid in family - orphans - {parent.pid}:
        os.kill(pid, signal.SIGKILL)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
