"""The web workers of `coursegraph serve`: replaced whenever one dies, ended kindly, and gone when the server is."""

import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any
from wsgiref.types import WSGIApplication

from granian.server.mp import MPServer

from service.cli.one_signal import end_with_one_signal
from service.demos.kept import LOOK_S, Kept
from service.demos.lifeline import when_orphaned
from service.heartbeats import is_there

_METRICS = "coursegraph-metrics-"
STOP_S = 5.0  # for requests under way, after the server was killed


@contextmanager
def shared_metrics() -> Iterator[None]:
    """A folder that all processes count in, so that each can tell for all; made before they are started."""
    _sweep()
    with TemporaryDirectory(prefix=f"{_METRICS}{os.getpid()}-") as folder:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        yield


def _sweep() -> None:
    """Remove what servers left that were killed."""
    for folder in Path(gettempdir()).glob(f"{_METRICS}*-*"):
        pid = folder.name.removeprefix(_METRICS).split("-")[0]
        if pid.isdecimal() and not is_there(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


class WebServer(MPServer):
    """Granian, with an end of our own.

    It would end with all its workers when one of them dies twice within seconds. So does this one while none has come
    up yet, for then none will; later it replaces every one. Told to stop, it lets requests under way finish, and tells
    the workers, so that streams come to an end; told again, it waits for nobody. Meanwhile it keeps others alive.
    """

    def __init__(self, kept: Sequence[Kept], **options: Any) -> None:
        super().__init__("", **options)
        self.main_loop_interrupt = _WatchfulEvent(kept)
        self._stopping = multiprocessing.Event()
        self._came_up = multiprocessing.Event()

    def serve_until_stopped(self) -> None:
        """Answer requests until SIGTERM or SIGINT."""
        self.serve(target_loader=partial(load, self._stopping, self._came_up, os.getpid()), wrap_loader=False)

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """What Granian does on SIGTERM and SIGINT."""
        if self.interrupt_signal:
            for worker in self.wrks:
                worker.kill()  # type: ignore[no-untyped-call]  # as all of Granian below
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]

    def shutdown(self, exit_code: int = 0) -> None:
        """What Granian does in the end."""
        self._stopping.set()
        if self.interrupt_signal:
            self.interrupt_children.clear()  # Ctrl-C reaches the workers too; that they end is no failure
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        if self._came_up.is_set():
            self.respawned_wrks.clear()


class _WatchfulEvent(threading.Event):
    """Who waits for it keeps processes alive meanwhile: it is the thread that forks, so no other may start any."""

    def __init__(self, kept: Sequence[Kept]) -> None:
        super().__init__()
        self._kept = kept

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  # Granian waits without end
        """Until it is set; without its lock, for which a signal's handler would wait in this thread for ever."""
        while not self.is_set():
            for process in self._kept:
                process.keep_alive()
            time.sleep(LOOK_S)
        return True


def load(stopping: Event, came_up: Event, server: int) -> WSGIApplication:
    """What a web worker loads. It must not outlive a server that was killed: it would keep the port."""
    from service import app  # noqa: PLC0415  # the other commands need no Flask

    end_with_one_signal()
    when_orphaned(_stop, server)
    application = app.application(stopping.is_set)
    came_up.set()
    return application


def _stop() -> None:
    """End, whatever hangs: the kernel's alarm needs no Python, and what holds locks in the database must go."""
    signal.setitimer(signal.ITIMER_REAL, STOP_S)
    os.kill(os.getpid(), signal.SIGTERM)
