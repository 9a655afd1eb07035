"""Who is to be told that a run has ended: asked for with the run, sent by a process of its own, forgotten after."""

import logging
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from service.catalog.models import Run, RunWebhook, now
from service.catalog.prepared import Prepared
from service.catalog.runs import FINISHED
from service.errors import QueueFull
from service.webhooks.message import Message, Outcome, new_id

RETRY_AFTER_S = 60
_ANY = Prepared(select(RunWebhook.number).limit(1))
_PLAIN = {"synchronize_session": False}  # no object of the session is kept in step with the statement

_log = logging.getLogger(__name__)


def order(session: Session, run: Run, url: str, secret: str, limit: int) -> None:
    """Ask for a message when the run has ended; QueueFull when `limit` messages wait already."""
    if session.execute(select(func.count()).select_from(RunWebhook)).scalar_one() >= limit:
        raise QueueFull(f"{limit} webhooks wait to be sent already.", RETRY_AFTER_S)
    session.add(RunWebhook(id=new_id(), run_number=run.number, url=url, secret=secret))


def is_due(session: Session) -> bool:
    """Whether some message is to be sent now; cheap while there are none at all."""
    if not _ANY.rows(session):
        return False
    return session.execute(select(RunWebhook.number).where(_is_due()).limit(1)).first() is not None


def claim(session: Session, lease_s: float) -> Message | None:
    """Take the message that has been due for longest; it is due again after `lease_s`, unless that is settled.

    The update decides who wins, so two that look at the same moment send it once.
    """
    oldest = select(RunWebhook, Run).where(_is_due()).order_by(RunWebhook.due_at).limit(1)
    found = session.execute(oldest).one_or_none()
    if found is None:
        return None
    webhook, run = found
    mine = update(RunWebhook).where(RunWebhook.number == webhook.number, RunWebhook.attempts == webhook.attempts)
    values = {"attempts": webhook.attempts + 1, "due_at": now() + timedelta(seconds=lease_s)}
    if session.execute(mine.values(values).returning(RunWebhook.number), execution_options=_PLAIN).first() is None:
        return None
    body = orjson.dumps(payload(run))
    return Message(webhook.number, webhook.id, webhook.url, [webhook.secret], body, webhook.attempts + 1)


def settle(session: Session, message: Message, outcome: Outcome, retry_at: datetime | None) -> None:
    """Forget a message, and its secret, when it was received or is given up; else send it again at `retry_at`."""
    mine = RunWebhook.number == message.number
    if outcome.failure is not None and retry_at is not None:
        session.execute(update(RunWebhook).where(mine).values(due_at=retry_at), execution_options=_PLAIN)
        return
    if outcome.failure is not None:
        _log.warning("webhook %s is given up after %d attempts: %s", message.id, message.attempts, outcome.failure)
    session.execute(delete(RunWebhook).where(mine), execution_options=_PLAIN)


def payload(run: Run) -> dict[str, Any]:
    """What a message says: how the run ended, and where it is; its output may be large and is asked for there."""
    data = {name: getattr(run, name) for name in ("id", "demo", "status", "error")}
    told = {**data, "location": f"/api/v1/runs/{run.id}"}
    return {"type": f"run.{run.status}", "timestamp": run.finished_at, "data": told}


def _is_due() -> ColumnElement[bool]:
    """Of a webhook and its run."""
    return and_(RunWebhook.run_number == Run.number, Run.status.in_(FINISHED), RunWebhook.due_at <= now())
