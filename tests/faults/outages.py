"""A database that cannot be written, or is away, for a while: clients are told so in time, and later it is well."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
from faults.curators import curators_at_work
from faults.deaths import await_answers, kill
from faults.ground import Ground
from faults.serving import Service, until
from process_tree import processes_of

from service.catalog.database import BUSY_TIMEOUT_MS

BUSY_S = BUSY_TIMEOUT_MS / 1000
ANSWER_S = BUSY_S + 10  # within which every request is answered; a busy machine has its share of it
AWAY_S = (1.0, 6.0)
Outage = Callable[[Ground, Service], AbstractContextManager[None]]
NEW = {"url": "https://example.org/outage", "title": "Never", "media_type": "video"}


def lock_database(ground: Ground, times: int) -> Iterator[None]:
    """Another program holds SQLite's lock for longer than a writer waits."""
    for _ in _outages(ground, times, _locked, reads=True):
        yield


def stop_database(ground: Ground, times: int) -> Iterator[None]:
    """PostgreSQL is shut down, or killed, and started again after a while."""
    for _ in _outages(ground, times, _stopped, reads=False):
        yield


def fill_disk(ground: Ground, times: int) -> Iterator[None]:
    """No file can grow."""
    for _ in _outages(ground, times, _filled, reads=True):
        yield


def _outages(ground: Ground, times: int, outage: Outage, *, reads: bool) -> Iterator[None]:
    with ground.service() as service, curators_at_work(ground, service.url) as curators:
        for _ in range(times):
            time.sleep(ground.chance.uniform(0, 0.5))
            with outage(ground, service):
                _check_answers(ground, service, reads=reads)
                time.sleep(ground.chance.uniform(*AWAY_S))
            await_answers(curators)
            assert service.is_ready()
            yield


def _check_answers(ground: Ground, service: Service, *, reads: bool) -> None:
    """Reads go on, or not; a write is refused and says when to try again; /readyz names what is away."""
    headers = {"Authorization": f"Bearer {ground.key}"}
    with httpx.Client(base_url=service.url, timeout=ANSWER_S, headers=headers) as client:
        read = client.get("/api/v1/resources", params={"limit": 1})
        written = client.post("/api/v1/resources", json=NEW)
    assert read.status_code == (200 if reads else 503), read.text
    for refused in (written,) if reads else (read, written):
        told = (refused.status_code, refused.headers["Content-Type"], "Retry-After" in refused.headers)
        assert told == (503, "application/problem+json", True), refused.text
    if not reads:
        readiness = service.readiness()
        assert "database" in readiness["detail"], readiness


@contextmanager
def _locked(ground: Ground, _service: Service) -> Iterator[None]:
    held = sqlite3.connect(ground.database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=BUSY_S)
    held.execute("BEGIN EXCLUSIVE")
    yield
    held.execute("ROLLBACK")
    held.close()


@contextmanager
def _stopped(ground: Ground, _service: Service) -> Iterator[None]:
    if ground.chance.random() < 0.5:
        ground.postgresql.stop()
    else:
        _kill_postgresql(ground.postgresql.get_pid())
    yield
    ground.postgresql.ensure_postgres_running()


def _kill_postgresql(pid: int) -> None:
    """With all its processes: a new one does not start before the last of them has ended."""
    family = {pid, *processes_of(pid)}
    for each in family:
        kill(each)
    until(lambda: not family & processes_of(1), "PostgreSQL is gone")


@contextmanager
def _filled(_ground: Ground, service: Service) -> Iterator[None]:
    service.fill_disk(is_full=True)
    yield
    service.fill_disk(is_full=False)
