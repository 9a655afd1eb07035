"""A process that is started again whenever it ends by itself."""

import logging
import subprocess
import time
from collections.abc import Callable, Sequence

LOOK_S = 0.1  # how often it is looked whether all live
STOP_S = 5.0  # how long they may take to stop
FIRST_DELAY_S = 0.1  # before a dead process is replaced; doubled each time it dies young
LAST_DELAY_S = 15.0
GROWN_UP_S = 30.0

_log = logging.getLogger(__name__)


class Kept:
    """One process, as `start` starts it with a pipe to its standard input."""

    def __init__(self, role: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._role = role
        self._start = start
        self._delay_s = FIRST_DELAY_S
        self._started = time.monotonic()
        self._due: float | None = None  # when a dead one is replaced
        self._process = start()

    def keep_alive(self) -> None:
        """Call it often: a process that ended is replaced, after a while."""
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
            self._replace(moment)

    def _replace(self, moment: float) -> None:
        try:
            self._process = self._start()
        except OSError:  # no memory, no file handles: what killed the last one may last a while
            _log.exception("a process (%s) could not be started", self._role)
            self._due = moment + LAST_DELAY_S
        else:
            self._started, self._due = moment, None

    def ask_to_stop(self) -> None:
        """Let it end by itself."""
        self._process.terminate()

    def await_end(self, patience_s: float) -> None:
        """Wait until it has ended; then end it."""
        try:
            self._process.wait(max(0.0, patience_s))
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._process.communicate()  # closes the pipe and takes leave


def keep_all(kept: Sequence[Kept], should_stop: Callable[[], bool]) -> None:
    """Keep processes alive until `should_stop`; then stop them."""
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
            process.await_end(patience - time.monotonic())
