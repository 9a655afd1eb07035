"""The processes that execute runs and draw figures: started, replaced when they die, stopped together."""

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, cast

from service.demos.kept import STOP_S, Kept, keep_all
from service.demos.limits import Crew, WorkerOptions


@contextmanager
def running_workers(options: WorkerOptions, count: int) -> Iterator[Kept]:
    """Keep `count` workers, one drawer and one sender of webhooks alive beside the block.

    A process of its own does that: a web server forks, and a process that is being started by another thread at that
    moment would never be told from the fork. Whoever has the block may keep that process alive, in the thread that
    forks.
    """
    supervisor = Kept("supervise", partial(_start, "supervise", Crew(options, count)))
    try:
        yield supervisor
    finally:
        supervisor.ask_to_stop()
        supervisor.await_end(2 * STOP_S)


def supervise(crew: Crew, should_stop: Callable[[], bool]) -> None:
    """Keep a crew's processes alive until `should_stop`; then stop them: their runs go back to the queue."""
    roles = ["work"] * crew.workers + ["draw", "tell"]
    keep_all([Kept(role, partial(_start, role, crew.options)) for role in roles], should_stop)


def _start(role: str, order: WorkerOptions | Crew) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "service.demos.process", role]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  # nosec B603  # our own module
    told = pickle.dumps(order)  # not an argument: the database's URL may hold a password
    with contextlib.suppress(BrokenPipeError):  # it died already
        cast(BinaryIO, process.stdin).write(told)
        cast(BinaryIO, process.stdin).flush()
    return process
