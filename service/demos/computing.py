"""The process that computes: executes one task after another, and makes each demo ready when it is first asked for.

Started by `WarmChild`; never by hand. It may be killed at any moment, so it touches nothing but its connection.
"""

import contextlib
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from service.demos.demo import Demo, require_here
from service.demos.devices import devices_here
from service.demos.kernel_cache import hold
from service.demos.lifeline import when_parent_ends
from service.demos.limits import MB
from service.demos.messages import Begun, ComputingOptions, Failure, FinishedRun, Progress, Ready, Task
from service.demos.runner import run_now
from service.errors import DemoUnavailable, DeviceUnavailable

REPORT_EVERY_S = 0.05
LEAST_HEADROOM_MB = 32  # so that a bound below what the demos themselves take fails runs, not the process
NICENESS = 5  # requests come first: each has three times the share of a run when the machine is full
OUT_OF_MEMORY_SCORE = 500  # if the machine runs out of memory, this process goes, not the web's


class Cancelled(BaseException):
    """Raised inside a demo that reports progress after its run was cancelled.

    Not an Exception, so that no demo catches it by mistake.
    """


class Reporter:
    """The `progress` that a demo calls as often as it likes: sent at most every REPORT_EVERY_S."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._due = 0.0

    def __call__(self, fraction: float, message: str = "") -> None:
        """Tell the worker; raise Cancelled when the worker has called the run off."""
        now = time.monotonic()
        if now < self._due:
            return
        self._due = now + REPORT_EVERY_S
        if self._connection.poll():  # the only thing that is said to a busy process is Cancel
            self._connection.recv()
            raise Cancelled
        self._connection.send(Progress(min(max(float(fraction), 0.0), 1.0), message))


def main() -> None:
    """Say Ready, then answer tasks until the worker hangs up."""
    when_parent_ends(lambda: os._exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's business
    connection: Connection = Connection(int(sys.argv[1]))
    options: ComputingOptions = connection.recv()
    _be_modest()
    if "NUMBA_CACHE_DIR" in os.environ:
        hold(os.environ["NUMBA_CACHE_DIR"])
    demos = {demo.id: demo for demo in _load(options.demos)}
    computer = Computer(connection, options, demos)
    connection.send(Ready(devices_here(demos.values())))
    with contextlib.suppress(EOFError):
        while True:
            message = connection.recv()
            if isinstance(message, Task):  # a Cancel that came too late is none
                connection.send(computer.answer(message))


class Computer:
    """Executes tasks, one after another."""

    def __init__(self, connection: Connection, options: ComputingOptions, demos: Mapping[str, Demo]) -> None:
        self._connection = connection
        self._options = options
        self._demos = demos
        self._cold = set(demos)  # not all are made ready at once: that takes half a minute on a new machine

    def answer(self, task: Task) -> FinishedRun | Failure:
        """What comes of a task, whatever its demo does."""
        demo = self._demos.get(task.demo)
        if demo is None or demo.version != task.version:  # the web workers are of another release
            known = "none" if demo is None else f"version {demo.version}"
            asked = f"version {task.version} of {task.demo}"
            return Failure("failed", f"The run was asked of {asked}; the worker has {known}.")
        try:
            return self._compute(demo, task)
        except Cancelled:
            return Failure("cancelled", "The run was cancelled.")
        except MemoryError as error:
            most = self._options.memory_mb
            return Failure("memory_limit", f"The run needs more than the {most} MB it may have. {error}")
        except (DemoUnavailable, DeviceUnavailable) as error:  # it was there when asked for, or is elsewhere
            return Failure("unavailable", str(error))
        except Exception as error:  # a demo's mistake must not end the process, and its trace is for the log only
            return Failure("failed", f"The demo failed: {type(error).__name__}: {error}", traceback.format_exc())

    def _compute(self, demo: Demo, task: Task) -> FinishedRun | Failure:
        require_here(demo)
        if demo.id in self._cold:
            demo.warm_up()
            self._cold.discard(demo.id)
        self._connection.send(Begun())
        with _bounded_memory(self._options.memory_mb):
            run = run_now(demo, task.parameters, task.seed, Reporter(self._connection), task.device)
        return _within(self._options.result_bytes, run)


def _within(result_bytes: int, run: FinishedRun) -> FinishedRun | Failure:
    size = sum(len(text.encode()) for text in (run.output, *(figure.specification for figure in run.figures)))
    if size <= result_bytes:
        return run
    return Failure("result_limit", f"The run's result takes {size} bytes; at most {result_bytes} are kept.")


def _load(place: str) -> Iterable[Demo]:
    module, name = place.split(":")
    return cast(Iterable[Demo], getattr(import_module(module), name))


def _be_modest() -> None:
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # where there is no such file
        Path("/proc/self/oom_score_adj").write_text(str(OUT_OF_MEMORY_SCORE))


@contextlib.contextmanager
def _bounded_memory(memory_mb: int) -> Iterator[None]:
    """Refuse allocations beyond the bound, so that the demo gets a MemoryError and the process lives on.

    Bounds writable private memory (Linux), not the address space: numba, CUDA and thread stacks reserve far more
    addresses than they use. What this does not count, the worker sees in the resident size.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        yield
        return
    sizes = dict(line.split(":", 1) for line in status.read_text().splitlines())
    mapped, resident = (int(sizes[name].split()[0]) * 1024 for name in ("VmData", "VmRSS"))
    headroom = max(memory_mb * MB - resident, LEAST_HEADROOM_MB * MB)
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (mapped + headroom, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


if __name__ == "__main__":
    main()
