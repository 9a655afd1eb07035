"""Checks of many links as those see them who ask for one: ordered, claimed, kept alive, ended. One at a time."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.leases import has_ended
from service.catalog.models import LinkCheckRun, now
from service.errors import NotFound, Refused

LEASE_S = 60.0  # a run whose process is silent for so long has lost it

_PLAIN = {"synchronize_session": False}


def scope(host: str | None, limit: int | None, older_than_days: float | None) -> dict[str, Any]:
    """What a run is about, as it is kept; hosts are known without "www."."""
    return {
        "host": host and host.lower().removeprefix("www."),
        "limit": limit,
        "older_than_days": older_than_days,
    }


def order(session: Session, actor: str, scope: Mapping[str, Any]) -> LinkCheckRun:
    """Ask for a check that a process beside the server makes; Refused while another one is under way."""
    revisions.lock(session)
    _give_up_lost(session)
    _refuse_second(session, ("queued", "running"))
    return _add(session, LinkCheckRun(status="queued", actor=actor, scope=dict(scope)))


def begin(session: Session, actor: str, owner: str, scope: Mapping[str, Any]) -> LinkCheckRun:
    """A check that its owner makes at once; Refused while another one is running."""
    revisions.lock(session)
    _give_up_lost(session)
    _refuse_second(session, ("running",))
    return _add(session, LinkCheckRun(status="running", actor=actor, scope=dict(scope), **_held_by(owner)))


def claim(session: Session, owner: str) -> LinkCheckRun | None:
    """Take the check that was asked for; None when there is none, or another one is running."""
    revisions.lock(session)
    _give_up_lost(session)
    if session.scalar(select(LinkCheckRun.number).where(LinkCheckRun.status == "running").limit(1)) is not None:
        return None
    queued = select(LinkCheckRun).where(LinkCheckRun.status == "queued").order_by(LinkCheckRun.number).limit(1)
    run = session.scalar(queued.execution_options(populate_existing=True))
    if run is not None:
        for name, value in {"status": "running", **_held_by(owner)}.items():
            setattr(run, name, value)
    return run


def is_waiting(session: Session) -> bool:
    """Whether a check was asked for, or one was lost; a read alone, for looking often."""
    waits = or_(LinkCheckRun.status == "queued", _is_lost())
    return session.scalar(select(LinkCheckRun.number).where(waits).limit(1)) is not None


def report(session: Session, run: LinkCheckRun, total: int, counts: Mapping[str, int]) -> bool:
    """Say how far a run is, and keep its lease; False when it is not its owner's any more."""
    return _write(session, run, {"total": total, "counts": dict(counts), "lease_until": _lease()})


def finish(session: Session, run: LinkCheckRun, status: str, error: str | None = None) -> bool:
    """End a run, and write its counts into the audit."""
    ended = _write(session, run, {"status": status, "error": error, **_ENDED, "finished_at": now()})
    if ended:
        kept = find(session, run.id)
        detail: dict[str, object] = {"status": status, "total": kept.total, **kept.counts}
        revisions.note(session, run.actor, "check_links", subject(run), detail)
    return ended


def release(session: Session, run: LinkCheckRun) -> bool:
    """Put a run back: the next process goes on with what it has not checked."""
    return _write(session, run, {"status": "queued", **_ENDED})


def find(session: Session, id: str) -> LinkCheckRun:
    """The run with this id, or NotFound."""
    wanted = select(LinkCheckRun).where(LinkCheckRun.id == id).execution_options(populate_existing=True)
    run = session.scalar(wanted)
    if run is None:
        raise NotFound("link check", id)
    return run


def subject(run: LinkCheckRun) -> str:
    """What the audit calls a run."""
    return f"link_check:{run.id}"


_ENDED: Mapping[str, Any] = {"owner": None, "lease_until": None}


def _held_by(owner: str) -> dict[str, Any]:
    return {"owner": owner, "lease_until": _lease(), "started_at": now()}


def _lease() -> datetime:
    return now() + timedelta(seconds=LEASE_S)


def _add(session: Session, run: LinkCheckRun) -> LinkCheckRun:
    run.id = secrets.token_hex(8)
    session.add(run)
    session.flush()
    return run


def _refuse_second(session: Session, statuses: tuple[str, ...]) -> None:
    other = session.scalar(select(LinkCheckRun).where(LinkCheckRun.status.in_(statuses)).limit(1))
    if other is not None:
        raise Refused(f"The link check {other.id} is {other.status}; hosts are asked by one at a time.")


def _give_up_lost(session: Session) -> None:
    values = {"status": "failed", "error": "Its process ended; what it had checked is kept.", **_ENDED}
    lost = update(LinkCheckRun).where(_is_lost()).values(**values, finished_at=now())
    session.execute(lost, execution_options=_PLAIN)


def _is_lost() -> ColumnElement[bool]:
    return and_(LinkCheckRun.status == "running", has_ended(LinkCheckRun.lease_until))


def _write(session: Session, run: LinkCheckRun, values: Mapping[str, Any]) -> bool:
    """Write, unless the run was given up for lost."""
    mine = and_(LinkCheckRun.number == run.number, LinkCheckRun.status == "running", LinkCheckRun.owner == run.owner)
    statement = update(LinkCheckRun).where(mine).values(**values)
    result = session.execute(statement, execution_options=_PLAIN)
    return isinstance(result, CursorResult) and result.rowcount > 0
