"""A worker's hold on the process that computes: start it, give it a task, bound it, kill it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from service.demos.limits import MB
from service.demos.messages import Begun, Cancel, ComputingOptions, Failure, FinishedRun, Reply, Task

READY_LIMIT_S = 300.0  # to load the demos, and to make one ready: on a new machine its loops are compiled
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
CRASH_S = 1.0  # from hanging up to the end
CANCEL_GRACE_S = 0.5  # a demo that has not reported progress for so long is killed


class WarmChild:
    """One process that knows the demos, good for many tasks; when it was killed, `start` brings a new one.

    Its memory is read from /proc. Where there is none (macOS) the bound on memory does not hold.
    """

    def __init__(self, options: ComputingOptions) -> None:
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._task_limit_s = self._limit_s = self._deadline = 0.0

    def start(self) -> None:
        """Start a process in place of the last; `next` says Ready when it can take a task."""
        self.kill()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # nosec B603  # our own module, in our own interpreter
                [sys.executable, "-P", "-m", "service.demos.computing", str(theirs.fileno())],
                stdin=subprocess.PIPE,  # its lifeline
                pass_fds=[theirs.fileno()],
                env=self._environment(),
            )
        self._connection: Connection = Connection(ours.detach())
        self._connection.send(self._options)
        self._allow(READY_LIMIT_S)

    def is_alive(self) -> bool:
        """Whether it can take a task."""
        return self._process is not None and self._process.poll() is None

    def kill_if_bloated(self) -> None:
        """End a process in which a task left more behind than is fair to the next one."""
        if self._memory_mb() > self._options.memory_mb / 2:
            self.kill()

    def begin(self, task: Task, limit_s: float) -> None:
        """Give it a task, which may compute for so long; then ask `next` for a FinishedRun or a Failure."""
        self._task_limit_s = limit_s
        self._allow(READY_LIMIT_S)
        with contextlib.suppress(OSError):  # it died while it was idle: `next` tells
            self._connection.send(task)

    def next(self, timeout_s: float) -> Reply | None:
        """What it says within `timeout_s`; a Failure when it died, or went beyond a bound and was killed."""
        failure = self._beyond_bounds()
        if failure is not None:
            self.kill()
            return failure
        try:
            reply: Reply | None = self._connection.recv() if self._connection.poll(timeout_s) else None
        except (EOFError, OSError):
            return Failure("crashed", f"The process that computed the run {self._end()}.")
        if isinstance(reply, Begun):
            self._allow(self._task_limit_s)
        return reply

    def cancel(self) -> None:
        """Stop the task: kindly if the demo reports progress in time, else with its process."""
        with contextlib.suppress(OSError):
            self._connection.send(Cancel())
        patience = time.monotonic() + CANCEL_GRACE_S
        while time.monotonic() < patience:
            if isinstance(self.next(0.05), FinishedRun | Failure):
                return
        self.kill()

    def kill(self) -> None:
        """End the process now."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def _end(self) -> str:
        """Take leave of a process that ends; say how it ended: "was killed by SIGKILL"."""
        if self._process is None:
            return "had ended before"
        process, self._process = self._process, None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(CRASH_S)
        process.kill()  # one that hung up, and lives on
        process.communicate()
        self._connection.close()
        code = process.returncode
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def _memory_mb(self) -> float:
        """What it holds of the machine's memory now; 0 where the system does not tell."""
        if self._process is None:
            return 0.0
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        except (OSError, IndexError):  # no /proc, or it is gone
            return 0.0
        return int(pages) * os.sysconf("SC_PAGESIZE") / MB

    def _environment(self) -> dict[str, str]:
        """One thread for a run: a machine's other processors are for other runs, and results depend on it."""
        kernels = {"NUMBA_CACHE_DIR": self._options.kernels} if self._options.kernels else {}
        return {**kernels, **os.environ, **dict.fromkeys(ONE_THREAD, "1")}

    def _allow(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._deadline = time.monotonic() + limit_s

    def _beyond_bounds(self) -> Failure | None:
        if time.monotonic() > self._deadline:
            return Failure("time_limit", f"The run took longer than {self._limit_s:g} s and was stopped.")
        if self._memory_mb() > self._options.memory_mb:
            limit = f"the {self._options.memory_mb} MB it may have"
            return Failure("memory_limit", f"The run took more memory than {limit} and was stopped.")
        return None
