"""The processes that execute runs and draw figures: started, replaced when they die, stopped together."""

import contextlib
import logging
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from service.demos.worker import WorkerOptions

LOOK_S = 0.1  # how often it looks whether all live
STOP_S = 5.0  # how long they may take to stop
FIRST_DELAY_S = 0.1  # before a dead process is replaced; doubled each time it dies young
LAST_DELAY_S = 15.0
GROWN_UP_S = 30.0

_log = logging.getLogger(__name__)


@contextmanager
def running_workers(options: WorkerOptions, count: int) -> Iterator[None]:
    """Keep `count` workers and one drawer alive beside the block."""
    stop = threading.Event()
    thread = threading.Thread(target=supervise, args=(options, count, stop.is_set), name="workers")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def supervise(options: WorkerOptions, count: int, should_stop: Callable[[], bool]) -> None:
    """Keep `count` workers and one drawer alive until `should_stop`; then stop them."""
    kept = [_Kept("work", options) for _ in range(count)] + [_Kept("draw", options)]
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
            process.stop(patience)


class _Kept:
    """One process, started again when it ends."""

    def __init__(self, role: str, options: WorkerOptions) -> None:
        self._role = role
        self._options = options
        self._delay_s = FIRST_DELAY_S
        self._started = time.monotonic()
        self._due: float | None = None  # when a dead one is replaced
        self._process = self._start()

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
            self._process = self._start()

    def ask_to_stop(self) -> None:
        """Its run goes back to the queue."""
        self._process.terminate()

    def stop(self, until: float) -> None:
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._process.communicate()  # closes the pipe and takes leave

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "service.demos.process", self._role]
        process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  # our own module
        options = pickle.dumps(self._options)  # not an argument: the URL may hold a password
        with contextlib.suppress(BrokenPipeError):  # it died already: `keep_alive` sees it
            cast(BinaryIO, process.stdin).write(options)
            cast(BinaryIO, process.stdin).flush()
        return process
