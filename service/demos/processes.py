"""The processes that execute runs and draw figures: started, replaced when they die, stopped together."""

import contextlib
import logging
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from service.demos.limits import Crew, WorkerOptions

LOOK_S = 0.1  # how often it looks whether all live
STOP_S = 5.0  # how long they may take to stop
FIRST_DELAY_S = 0.1  # before a dead process is replaced; doubled each time it dies young
LAST_DELAY_S = 15.0
GROWN_UP_S = 30.0

_log = logging.getLogger(__name__)


@contextmanager
def running_workers(options: WorkerOptions, count: int) -> Iterator[None]:
    """Keep `count` workers, one drawer and one sender of webhooks alive beside the block.

    A process of its own does that, started before the block begins: a web server forks, and a process that is being
    started by another thread at that moment would never be told from the fork.
    """
    supervisor = _start("supervise", Crew(options, count))
    try:
        yield
    finally:
        supervisor.terminate()
        _await_end(supervisor, time.monotonic() + 2 * STOP_S)


def supervise(crew: Crew, should_stop: Callable[[], bool]) -> None:
    """Keep a crew's processes alive until `should_stop`; then stop them."""
    kept = [_Kept(role, crew.options) for role in ["work"] * crew.workers + ["draw", "tell"]]
    try:
        while not should_stop():
            for process in kept:
                process.keep_alive()
            time.sleep(LOOK_S)
    finally:
        for process in kept:
            process.ask_to_stop()
        patience = time.monotonic() + STOP_S
        for process in kept:
            process.await_end(patience)


class _Kept:
    """One process, started again when it ends."""

    def __init__(self, role: str, options: WorkerOptions) -> None:
        self._role = role
        self._options = options
        self._delay_s = FIRST_DELAY_S
        self._started = time.monotonic()
        self._due: float | None = None  # when a dead one is replaced
        self._process = _start(role, options)

    def keep_alive(self) -> None:
        code = self._process.poll()
        if code is None:
            return
        moment = time.monotonic()
        if self._due is None:
            self._process.communicate()  # closes the pipe
            young = moment - self._started < GROWN_UP_S
            self._delay_s = min(self._delay_s * 2, LAST_DELAY_S) if young else FIRST_DELAY_S
            self._due = moment + self._delay_s
            _log.warning("a process (%s) ended with %d; another follows in %.1f s", self._role, code, self._delay_s)
        elif moment >= self._due:
            self._started, self._due = moment, None
            self._process = _start(self._role, self._options)

    def ask_to_stop(self) -> None:
        """Its run goes back to the queue."""
        self._process.terminate()

    def await_end(self, until: float) -> None:
        _await_end(self._process, until)


def _start(role: str, order: WorkerOptions | Crew) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "service.demos.process", role]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  # nosec B603  # our own module
    told = pickle.dumps(order)  # not an argument: the database's URL may hold a password
    with contextlib.suppress(BrokenPipeError):  # it died already
        cast(BinaryIO, process.stdin).write(told)
        cast(BinaryIO, process.stdin).flush()
    return process


def _await_end(process: subprocess.Popen[bytes], until: float) -> None:
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()  # closes the pipe and takes leave
