"""Runs as those see them who ask for them: enqueue, find, place in the queue, cancel; and how long they are kept."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.catalog.models import Figure, Run, now
from service.errors import NotFound, QueueFull

FINISHED = ("succeeded", "failed", "cancelled")
SAMPLE = 20  # recent runs of a demo that tell how long it takes
RETRY_AFTER_S = 5  # when nothing is known of how long runs take

_PLAIN = {"synchronize_session": False}  # no object of the session is kept in step with the statement


@dataclass(frozen=True)
class RunRequest:
    """Everything that decides a run's result: the demo and its version, resolved parameters, seed and device."""

    demo: str
    version: str
    parameters: Mapping[str, Any]
    seed: str
    device: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all of it: equal requests give equal outputs."""
        parts = [self.demo, self.version, dict(self.parameters), self.seed, self.device]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True)
class Place:
    """Where a queued run stands: 1 is next. `eta_s` is None while nothing is known of how long runs take."""

    position: int
    eta_s: float | None


def enqueue(session: Session, request: RunRequest, queue_limit: int) -> Run:
    """Put a run at the end of the queue; raise QueueFull when `queue_limit` runs wait already.

    Written first and counted second: on SQLite the write lines the writers up, so that the bound is exact; on
    PostgreSQL those who write in the same instant may exceed it by their number.
    """
    run = Run(
        id=secrets.token_hex(12),  # unguessable: who holds it may read and cancel the run
        demo=request.demo,
        fingerprint=request.fingerprint,
        parameters=dict(request.parameters),
        seed=request.seed,
        device=request.device,
        versions={"demo": request.version},
    )
    session.add(run)
    session.flush()
    if session.execute(select(func.count()).where(Run.status == "queued")).scalar_one() > queue_limit:
        seconds = typical_duration_s(session, request.demo)
        raise QueueFull(f"{queue_limit} runs are waiting already.", max(1, round(seconds or RETRY_AFTER_S)))
    return run


def find_finished(session: Session, fingerprint: str) -> Run | None:
    """The newest run that succeeded with this fingerprint."""
    of_it = select(Run).where(Run.fingerprint == fingerprint, Run.status == "succeeded")
    return session.scalars(of_it.order_by(Run.number.desc()).limit(1)).one_or_none()


def find(session: Session, id: str) -> Run:
    """The run with this id, as it is now; raise NotFound."""
    run = session.scalars(select(Run).where(Run.id == id).execution_options(populate_existing=True)).one_or_none()
    if run is None:
        raise NotFound("run", id)
    return run


def status(session: Session, id: str) -> str:
    """A run's status, as cheaply as can be; raise NotFound."""
    found = session.execute(select(Run.status).where(Run.id == id)).scalar_one_or_none()
    if found is None:
        raise NotFound("run", id)
    return found


def figures(session: Session, run: Run) -> Sequence[Figure]:
    """A run's figures, in their order."""
    return session.scalars(select(Figure).where(Figure.run_number == run.number).order_by(Figure.position)).all()


def place(session: Session, run: Run, workers: int) -> Place:
    """Where a queued run stands, and when `workers` workers should have finished it."""
    ahead = select(func.count()).where(Run.status == "queued", Run.number <= run.number)
    position = session.execute(ahead).scalar_one()
    seconds = typical_duration_s(session, run.demo)
    return Place(position, None if seconds is None else round(seconds * -(-position // max(1, workers)), 2))


def typical_duration_s(session: Session, demo: str) -> float | None:
    """The mean time that the demo's last runs took, or None when there were none."""
    recent = (
        select(Run.started_at, Run.finished_at)
        .where(Run.demo == demo, Run.status == "succeeded")
        .order_by(Run.number.desc())
        .limit(SAMPLE)
    )
    times = [(end - start).total_seconds() for start, end in session.execute(recent) if start and end]
    return sum(times) / len(times) if times else None


def cancel(session: Session, id: str) -> Run:
    """Cancel a run that is not finished; leave a finished one as it is. Returns it; raise NotFound."""
    unfinished = update(Run).where(Run.id == id, Run.status.not_in(FINISHED))
    session.execute(unfinished.values(status="cancelled", **ending()), execution_options=_PLAIN)
    return find(session, id)


def expire(session: Session, before: datetime, keep: int) -> int:
    """Delete the finished runs that ended before a moment, and all but the newest `keep`; return how many."""
    finished = Run.status.in_(FINISHED)
    surplus = select(Run.number).where(finished).order_by(Run.number.desc()).offset(keep).limit(1).scalar_subquery()
    old = delete(Run).where(finished, or_(Run.finished_at < before, Run.number <= surplus))
    deleted = session.execute(old, execution_options=_PLAIN)
    return deleted.rowcount if isinstance(deleted, CursorResult) else 0


def ending() -> dict[str, Any]:
    """The columns that change when a run ends, however it ends."""
    return {"finished_at": now(), "lease_until": None, "owner": None, "version": Run.version + 1}
