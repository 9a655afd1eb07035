"""Real workers, and real processes that compute: whatever a run does, it ends well or says why, and the next one works.

One worker serves all tests of the file, one after another: that is the claim that is tested.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy.orm import Session, sessionmaker
from trial_demos import working

from service.catalog import claims, run_devices, runs
from service.catalog.database import open_database, open_sessions
from service.catalog.models import IdempotentReply, Run, now
from service.catalog.runs import RunRequest
from service.catalog.schema import migrate
from service.config import bundled
from service.demos.limits import RunLimits, WorkerOptions
from service.demos.messages import ComputingOptions, FinishedRun, Ready, Reply, Task
from service.demos.worker import Worker

LIMITS = RunLimits(time_s=1.5, memory_mb=200, result_bytes=100_000)
PATIENCE_S = 30.0

Post = Callable[..., str]


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> sessionmaker[Session]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('worker') / 'catalog.db'}")
    migrate(engine, bundled("migrations"))
    return open_sessions(engine)


@pytest.fixture(scope="module")
def worker(sessions: sessionmaker[Session]) -> Iterator[None]:
    with working(sessions.kw["bind"].url.render_as_string(), LIMITS):
        yield


@pytest.fixture
def post(sessions: sessionmaker[Session], worker: None) -> Post:
    def post(demo: str, amount: float = 1.0, seed: str = "0") -> str:
        with sessions.begin() as session:
            return runs.enqueue(session, RunRequest(demo, "1", {"amount": amount}, seed, "cpu"), 100).id

    return post


@pytest.fixture
def seen(sessions: sessionmaker[Session]) -> Callable[[str], Run]:
    def seen(id: str) -> Run:
        with sessions() as session:
            return runs.find(session, id)

    return seen


@pytest.fixture
def finished(seen: Callable[[str], Run]) -> Callable[[str], Run]:
    return lambda id: until(lambda: seen(id), lambda run: run.status in runs.FINISHED)


@pytest.fixture
def echo_pid(post: Post, finished: Callable[[str], Run]) -> Callable[[str], int]:
    """Runs the well-behaved demo: it works, so the worker does; and it tells which process computed."""

    def echo_pid(seed: str) -> int:
        run = finished(post("echo", seed=seed))
        assert run.status == "succeeded", run.error
        return int(output(run)["pid"])

    return echo_pid


def until(look: Callable[[], Run], good: Callable[[Run], bool]) -> Run:
    patience = time.monotonic() + PATIENCE_S
    while not good(run := look()):
        assert time.monotonic() < patience, f"still {run.status}"
        time.sleep(0.005)
    return run


def output(run: Run) -> dict[str, Any]:
    assert run.output is not None
    return dict(orjson.loads(run.output))


def test_a_run_gives_its_output_figures_and_versions(
    post: Post, finished: Callable[[str], Run], sessions: sessionmaker[Session]
) -> None:
    run = finished(post("echo", 2.5, seed="first"))

    with sessions() as session:
        figures = runs.figures(session, run)
    assert (run.status, run.progress) == ("succeeded", 1.0)
    assert {**output(run), "pid": 0} == {"amount": 2.5, "seed": "first", "pid": 0, "threads": "1"}
    assert run.versions.keys() == {"demo", "coursegraph", "python", "numpy", "numba"}
    assert [(figure.name, figure.description) for figure in figures] == [("bars", "One bar.")]
    assert orjson.loads(figures[0].specification)["mark"] == "bar"


def test_the_process_stays_warm_between_runs(echo_pid: Callable[[str], int]) -> None:
    assert echo_pid("warm 1") == echo_pid("warm 2")


def test_a_run_equal_to_a_finished_one_is_not_computed_again(post: Post, finished: Callable[[str], Run]) -> None:
    first = finished(post("sleep", 0.01, seed="twin"))

    second = finished(post("sleep", 0.01, seed="twin"))

    assert second.id != first.id
    assert second.output == first.output


def test_a_long_run_tells_how_far_it_is(post: Post, seen: Callable[[str], Run]) -> None:
    id = post("sleep", 0.7)

    run = until(lambda: seen(id), lambda run: 0 < run.progress < 1)

    assert run.status == "running"
    assert run.message.startswith("slept")


def test_getting_a_demo_ready_is_told_and_does_not_count_as_its_time(
    post: Post, seen: Callable[[str], Run], finished: Callable[[str], Run]
) -> None:
    id = post("cold")  # for longer than a run may take

    until(lambda: seen(id), lambda run: run.message.startswith("Loading the demo"))

    assert finished(id).status == "succeeded"


@pytest.mark.parametrize(
    ("demo", "amount", "error"),
    [
        ("fail", 1, ("failed", "ZeroDivisionError: there is no such number")),
        ("broken", 1, ("failed", "ZeroDivisionError: division by zero")),
        ("exit", 1, ("crashed", "ended with exit code 3")),
        ("stubborn", 1, ("time_limit", "longer than 1.5 s")),
        ("sleep", 5, ("time_limit", "longer than 1.5 s")),
        ("glutton", 5_000, ("memory_limit", "more than the 200 MB")),
        ("leak", 1_000, ("memory_limit", "200 MB")),
        ("share", 1_000, ("memory_limit", "took more memory than the 200 MB it may have and was stopped")),
        ("talk", 200_000, ("result_limit", "at most 100000")),
    ],
)
def test_a_run_that_goes_wrong_says_why_and_the_next_one_works(
    demo: str, amount: float, error: tuple[str, str], post: Post, finished: Callable[[str], Run],
    echo_pid: Callable[[str], int],
) -> None:  # fmt: skip
    run = finished(post(demo, amount))

    assert run.status == "failed"
    assert run.error is not None
    assert run.error["code"] == error[0]
    assert error[1] in run.error["detail"]
    assert echo_pid(f"after {demo} {amount}")


@pytest.mark.parametrize(
    ("demo", "version", "has"), [("echo", "2", "the worker has version 1"), ("unheard of", "1", "the worker has none")]
)
def test_a_run_asked_of_another_release_is_not_computed_by_this_one(
    demo: str, version: str, has: str, sessions: sessionmaker[Session], finished: Callable[[str], Run],
    echo_pid: Callable[[str], int],
) -> None:  # fmt: skip
    before = echo_pid(f"before {demo}")
    with sessions.begin() as session:
        id = runs.enqueue(session, RunRequest(demo, version, {"amount": 1}, "0", "cpu"), 100).id

    run = finished(id)

    assert run.status == "failed"
    assert run.error is not None
    assert has in run.error["detail"]
    assert echo_pid(f"after {demo}") == before


def test_a_run_within_the_bound_on_memory_is_left_alone(post: Post, finished: Callable[[str], Run]) -> None:
    run = finished(post("leak", 60))

    assert (run.status, run.error) == ("succeeded", None)


def test_a_killed_process_fails_its_run_and_the_next_one_works(
    post: Post, seen: Callable[[str], Run], finished: Callable[[str], Run],
    echo_pid: Callable[[str], int],
) -> None:  # fmt: skip
    victim = echo_pid("before the kill")
    id = post("stubborn", seed="killed")
    until(lambda: seen(id), lambda run: run.status == "running")

    os.kill(victim, signal.SIGKILL)

    run = finished(id)
    assert run.error == {"code": "crashed", "detail": "The process that computed the run was killed by SIGKILL."}
    assert echo_pid("after the kill") != victim


def test_a_process_that_dies_while_idle_costs_no_run(echo_pid: Callable[[str], int]) -> None:
    victim = echo_pid("idle")

    os.kill(victim, signal.SIGKILL)
    time.sleep(0.1)

    assert echo_pid("replaced") != victim


@pytest.mark.parametrize(("demo", "survives"), [("sleep", True), ("stubborn", False)])
def test_a_cancelled_run_stops_computing(
    demo: str, survives: bool, post: Post, seen: Callable[[str], Run], sessions: sessionmaker[Session],
    echo_pid: Callable[[str], int],
) -> None:  # fmt: skip
    before = echo_pid(f"before {demo}")
    id = post(demo, 0.79, seed="cancelled")
    until(lambda: seen(id), lambda run: run.status == "running")

    with sessions.begin() as session:
        runs.cancel(session, id)

    after = echo_pid(f"after {demo}")
    assert seen(id).status == "cancelled"
    assert (after == before) == survives


def test_a_stopping_worker_puts_its_run_back(sqlite_url: str) -> None:
    sessions = open_sessions(open_database(sqlite_url))
    with sessions.begin() as session:
        id = runs.enqueue(session, RunRequest("sleep", "1", {"amount": 1.4}, "0", "cpu"), 100).id

    def look() -> Run:
        with sessions() as session:
            return runs.find(session, id)

    with working(sqlite_url, LIMITS):
        until(look, lambda run: run.status == "running")

    assert (look().status, look().attempts) == ("queued", 0)


def test_a_worker_tidies_what_is_old(sqlite_url: str) -> None:
    sessions = open_sessions(open_database(sqlite_url))
    long_ago = now() - timedelta(days=31)
    with sessions.begin() as session:
        old = runs.enqueue(session, RunRequest("echo", "1", {"amount": 1}, "0", "cpu"), 100)
        old.status, old.finished_at = "succeeded", long_ago
        session.add(IdempotentReply(key="old", request_sha256="", status=202, body="", created_at=long_ago))

    def is_tidy() -> bool:
        with sessions() as session:
            return session.get(Run, old.number) is None and session.get(IdempotentReply, "old") is None

    with working(sqlite_url, LIMITS):
        patience = time.monotonic() + PATIENCE_S
        while not is_tidy():
            assert time.monotonic() < patience
            time.sleep(0.01)


def test_a_worker_whose_demos_cannot_be_loaded_says_so_and_leaves_the_queue(sqlite_url: str) -> None:
    worker = Worker(WorkerOptions(sqlite_url, LIMITS, demos="no_such_module:DEMOS"), lambda: False)

    with pytest.raises(RuntimeError, match="could not be loaded"):
        worker.work()

    worker.close()


def test_a_demo_that_was_taken_over_is_dropped_by_its_first_worker(
    post: Post, seen: Callable[[str], Run], sessions: sessionmaker[Session], echo_pid: Callable[[str], int]
) -> None:
    id = post("sleep", 0.7, seed="taken over")
    until(lambda: seen(id), lambda run: run.status == "running")
    with sessions.begin() as session:
        run = runs.find(session, id)
        run.owner = "another"
    taken = seen(id)

    assert echo_pid("free again")

    assert seen(id).status == "running"
    with sessions.begin() as session:
        claims.fail(session, taken, "failed", "end of the test")


def test_a_run_for_a_gpu_waits_where_no_worker_has_one(
    post: Post, seen: Callable[[str], Run], sessions: sessionmaker[Session], echo_pid: Callable[[str], int]
) -> None:
    with sessions.begin() as session:
        id = runs.enqueue(session, RunRequest("echo", "1", {"amount": 1}, "on a gpu", "cuda"), 100).id

    assert echo_pid("asked for later")

    assert (seen(id).status, seen(id).attempts) == ("queued", 0)
    with sessions.begin() as session:
        assert not run_devices.is_offered(session, "cuda")
        runs.cancel(session, id)


class ChildWithGpu:
    """What a worker hears from a process that computes on a GPU."""

    def __init__(self, options: ComputingOptions) -> None:
        self.replies: list[Reply] = []

    def start(self) -> None:
        self.replies.append(Ready(("cpu", "cuda")))

    def is_alive(self) -> bool:
        return bool(self.replies)

    def next(self, timeout_s: float) -> Reply:
        return self.replies[-1]

    def begin(self, task: Task, limit_s: float) -> None:
        self.replies.append(FinishedRun(f'{{"on": "{task.device}"}}', [], {"demo": "1"}, 1.0))

    def kill_if_bloated(self) -> None: ...

    def kill(self) -> None: ...


def test_a_worker_with_a_gpu_says_so_and_takes_the_runs_for_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.demos.worker.WarmChild", ChildWithGpu)
    sessions = open_sessions(open_database(sqlite_url))
    with sessions.begin() as session:
        id = runs.enqueue(session, RunRequest("echo", "1", {"amount": 1}, "0", "cuda"), 100).id

    def look() -> Run:
        with sessions() as session:
            return runs.find(session, id)

    with working(sqlite_url, LIMITS):
        run = until(look, lambda run: run.status in runs.FINISHED)

    assert (run.status, run.device, output(run)) == ("succeeded", "cuda", {"on": "cuda"})
    with sessions() as session:
        assert run_devices.is_offered(session, "cuda")


def test_a_demo_that_lacks_something_here_fails_its_run_and_no_other(
    post: Post, finished: Callable[[str], Run], echo_pid: Callable[[str], int]
) -> None:
    run = finished(post("lame"))

    assert run.error == {"code": "unavailable", "detail": "The lame demo cannot run here: A leg is not installed."}
    assert echo_pid("after lame") > 0
