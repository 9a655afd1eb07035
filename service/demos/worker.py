"""A worker: claims runs from the database, has them computed beside it, and writes down how they ended.

A worker is a process of its own, so it is a door like the web's: it owns its sessions and commits.
"""

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from service.catalog import claims, idempotency, run_devices, runs
from service.catalog.claims import FigureRecord, Outcome
from service.catalog.database import open_database, open_sessions
from service.catalog.models import Run, now
from service.catalog.snapshots import Snapshots
from service.demos import run_news
from service.demos.demo import CPU, CUDA
from service.demos.hold import Hold
from service.demos.limits import WorkerOptions
from service.demos.messages import ComputingOptions, Failure, FinishedRun, Ready, Task
from service.demos.pauses import Pauses
from service.demos.warm_child import WarmChild
from service.tracing import span

TICK_S = 0.05  # how often a busy worker looks at time and memory
INHERIT_S = 1.0  # how often it looks for runs whose worker died
TIDY_S = 60.0  # how often old results are looked for
REPLY_DAYS = 1.0  # nobody repeats a request later than that

_log = logging.getLogger(__name__)


def work(options: WorkerOptions, should_stop: Callable[[], bool]) -> None:
    """Execute runs until `should_stop`; a run that is not finished then goes back to the queue."""
    worker = Worker(options, should_stop)
    try:
        worker.work()
    finally:
        worker.close()


class Worker:
    """One worker and its warm process."""

    def __init__(self, options: WorkerOptions, should_stop: Callable[[], bool]) -> None:
        limits = options.limits
        self._engine = open_database(options.database_url)
        self._sessions = open_sessions(self._engine)
        self._snapshots = Snapshots(self._engine)
        self._limits = limits
        self._should_stop = should_stop
        self._child = WarmChild(ComputingOptions(options.demos, limits.memory_mb, limits.result_bytes, options.kernels))
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._devices: tuple[str, ...] = (CPU,)
        self._pauses = Pauses(limits.idle_poll_s)
        self._tidy_due = self._inherit_due = self._announce_due = 0.0

    def work(self) -> None:
        """Execute one run after another."""
        while not self._should_stop():
            self._keep_warm()
            self._announce()
            self._tidy()
            run = self._claim()
            if run is None:
                self._pauses.pause()
            else:
                with span("run", run=run.id, demo=run.demo):
                    self._execute(run)
                self._pauses.work_came()

    def close(self) -> None:
        """End the process that computes, and leave the database."""
        self._child.kill()
        self._snapshots.close()
        self._engine.dispose()

    def _keep_warm(self) -> None:
        """Have a process that can take a task: a new one after the old died or was killed."""
        if self._child.is_alive():
            return
        self._child.start()
        while not self._should_stop():
            reply = self._child.next(TICK_S)
            if isinstance(reply, Ready):
                self._devices = reply.devices
                return
            if isinstance(reply, Failure):
                raise RuntimeError(f"The demos could not be loaded. {reply.detail}")

    def _claim(self) -> Run | None:
        if not self._is_waiting():  # a read: on SQLite a claim takes the lock for writing, even in vain
            return None
        with self._sessions.begin() as session:
            return claims.claim(session, self._owner, self._limits.lease_s, self._limits.attempts, self._devices)

    def _is_waiting(self) -> bool:
        with self._snapshots.open() as session:
            if claims.is_queued(session, self._devices):
                return True
            if time.monotonic() < self._inherit_due:
                return False
            self._inherit_due = time.monotonic() + INHERIT_S
            return claims.is_abandoned(session)

    def _execute(self, run: Run) -> None:
        with self._sessions.begin() as session:
            is_known = claims.finish_like_twin(session, run)
        run_news.begun(run)
        if is_known:
            run_news.ended(run)
            return
        task = Task(run.demo, run.versions["demo"], run.parameters, run.seed, run.device)
        self._child.begin(task, self._limits.time_s)
        hold = Hold(self._sessions, run, self._limits.lease_s)
        while True:
            self._announce()
            reply = self._child.next(TICK_S)
            if isinstance(reply, FinishedRun | Failure):
                self._write_down(run, reply)
                self._child.kill_if_bloated()
                return
            if self._should_stop():
                self._release(run)
                return
            if not hold.keep(reply):
                run_news.left(run, "cancelled or taken over")
                self._child.cancel()
                return

    def _write_down(self, run: Run, reply: FinishedRun | Failure) -> None:
        with self._sessions.begin() as session:
            if isinstance(reply, FinishedRun):
                claims.finish(session, run, _outcome(reply))
            else:
                _log.warning("run %s of %s: %s: %s\n%s", run.id, run.demo, reply.code, reply.detail, reply.trace)
                claims.fail(session, run, reply.code, reply.detail)
        run_news.ended(run, reply.code if isinstance(reply, Failure) else None)

    def _release(self, run: Run) -> None:
        self._child.kill()
        with self._sessions.begin() as session:
            claims.release(session, run)
        run_news.left(run, "back in the queue: the worker stops")

    def _announce(self) -> None:
        if CUDA not in self._devices or time.monotonic() < self._announce_due:
            return
        self._announce_due = time.monotonic() + run_devices.ANNOUNCE_S
        with self._sessions.begin() as session:
            run_devices.announce(session, self._owner, CUDA)

    def _tidy(self) -> None:
        if time.monotonic() < self._tidy_due:
            return
        self._tidy_due = time.monotonic() + TIDY_S
        with self._sessions.begin() as session:
            runs.expire(session, now() - timedelta(days=self._limits.keep_days), self._limits.keep_runs)
            idempotency.forget(session, now() - timedelta(days=REPLY_DAYS))
            run_devices.give_up(session, CUDA)


def _outcome(run: FinishedRun) -> Outcome:
    kept = [FigureRecord(f.name, f.title, f.description, f.specification, f.is_animated) for f in run.figures]
    return Outcome(run.output, kept, run.versions)
