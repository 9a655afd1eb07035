"""Runs as workers see them: claim one, keep it, and write down how it ended.

A run belongs to one worker at a time, under a lease. What a worker writes counts only while the run is still its
own: a cancelled run stays cancelled, and one that another worker took over is left to it. The clocks of all
machines that share a database must agree within a lease.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, CursorResult, Update, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from service.catalog.leases import has_ended
from service.catalog.models import Figure, Run, now
from service.catalog.prepared import Prepared
from service.catalog.runs import ending, figures, find_finished


@dataclass(frozen=True)
class FigureRecord:
    """A figure to keep: its name, title, text alternative, and Vega-Lite specification as JSON."""

    name: str
    title: str
    description: str
    specification: str
    is_animated: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run gave: its output as JSON, its figures, and the versions that computed it."""

    output: str
    figures: Sequence[FigureRecord]
    versions: Mapping[str, str]


def is_queued(session: Session, devices: tuple[str, ...] = ("cpu",)) -> bool:
    """Whether a run waits for one of these devices; cheap enough to ask fifty times a second."""
    return bool(_queued(devices).rows(session))


_RUNNING = Prepared(select(Run.number).where(Run.status == "running").limit(1))


@cache
def _queued(devices: tuple[str, ...]) -> Prepared:
    here = or_(*(Run.device == device for device in devices))
    return Prepared(select(Run.number).where(Run.status == "queued", here).limit(1))


def is_abandoned(session: Session) -> bool:
    """Whether a worker let the lease of its run run out; cheap while none is executed."""
    return bool(_RUNNING.rows(session)) and bool(session.execute(select(exists().where(abandoned()))).scalar_one())


def claim(
    session: Session, owner: str, lease_s: float, max_attempts: int, devices: Sequence[str] = ("cpu",)
) -> Run | None:
    """Take the oldest run that waits, or whose worker's lease ran out; None when there is none for these devices.

    One statement decides, so one worker wins. A run that lost `max_attempts` workers fails instead.
    """
    _fail_lost(session, max_attempts)
    claimable = and_(Run.device.in_(devices), or_(Run.status == "queued", abandoned()))
    oldest = select(Run.number).where(claimable).order_by(Run.number).limit(1)
    taken = (
        update(Run)
        .where(Run.number == oldest.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            status="running",
            owner=owner,
            lease_until=_lease(lease_s),
            attempts=Run.attempts + 1,
            started_at=now(),
            progress=0.0,
            version=Run.version + 1,
        )
        .returning(Run)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return session.scalars(taken).one_or_none()


def is_own(session: Session, run: Run) -> bool:
    """Whether the run is still its claimer's: not cancelled, and not taken over."""
    return bool(session.execute(select(exists().where(_owned(run)))).scalar_one())


def renew(session: Session, run: Run, lease_s: float) -> bool:
    """Keep the lease; False when the run is not the claimer's any more."""
    return _executed(session, update(Run).where(_owned(run)).values(lease_until=_lease(lease_s)))


def report(session: Session, run: Run, progress: float, message: str) -> bool:
    """Say how far (0..1) a run is; False when the run is not the claimer's any more."""
    values = {"progress": progress, "message": message, "version": Run.version + 1}
    return _executed(session, update(Run).where(_owned(run)).values(values))


def finish(session: Session, run: Run, outcome: Outcome) -> bool:
    """Keep what a run gave; False, and nothing kept, when the run is not the claimer's any more."""
    values = {"output": outcome.output, "versions": dict(outcome.versions), "progress": 1.0, "message": ""}
    succeeded = update(Run).where(_owned(run)).values(status="succeeded", **values, **ending())
    if not _executed(session, succeeded):
        return False
    session.add_all(
        Figure(
            run_number=run.number,
            name=figure.name,
            position=position,
            title=figure.title,
            description=figure.description,
            specification=figure.specification,
            is_animated=figure.is_animated,
        )
        for position, figure in enumerate(outcome.figures)
    )
    return True


def finish_like_twin(session: Session, run: Run) -> bool:
    """Give a run the result that an equal one has got since it was asked for; False when there is none."""
    twin = find_finished(session, run.fingerprint)
    if twin is None or twin.output is None:
        return False
    drawn = [
        FigureRecord(f.name, f.title, f.description, f.specification, f.is_animated) for f in figures(session, twin)
    ]
    return finish(session, run, Outcome(twin.output, drawn, twin.versions))


def fail(session: Session, run: Run, code: str, detail: str) -> bool:
    """Say why a run has no result; False when the run is not the claimer's any more."""
    error = {"code": code, "detail": detail}
    return _executed(session, update(Run).where(_owned(run)).values(status="failed", error=error, **ending()))


def release(session: Session, run: Run) -> bool:
    """Put a run back in its place in the queue, as if it had not been claimed."""
    values = {"status": "queued", "owner": None, "lease_until": None, "started_at": None, "progress": 0.0}
    back = {**values, "attempts": Run.attempts - 1, "version": Run.version + 1}
    return _executed(session, update(Run).where(_owned(run)).values(back))


def _fail_lost(session: Session, max_attempts: int) -> None:
    lost = update(Run).where(abandoned(), Run.attempts >= max_attempts)
    detail = f"The run was given up: {max_attempts} workers ended without finishing it."
    _executed(session, lost.values(status="failed", error={"code": "worker_lost", "detail": detail}, **ending()))


def abandoned() -> ColumnElement[bool]:
    """Of a run: its worker let the lease run out."""
    return and_(Run.status == "running", has_ended(Run.lease_until))


def _owned(run: Run) -> ColumnElement[bool]:
    return and_(Run.number == run.number, Run.status == "running", Run.owner == run.owner)


def _lease(lease_s: float) -> datetime:
    return now() + timedelta(seconds=lease_s)


def _executed(session: Session, statement: Update) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return isinstance(result, CursorResult) and result.rowcount > 0
