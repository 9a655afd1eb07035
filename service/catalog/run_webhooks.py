"""Who is to be told that a run has ended: asked for with the run, sent by a process of its own, forgotten after."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from service.catalog.models import Run, RunWebhook, now
from service.catalog.runs import FINISHED
from service.errors import QueueFull

RETRY_AFTER_S = 60
_PLAIN = {"synchronize_session": False}  # no object of the session is kept in step with the statement


@dataclass(frozen=True)
class Message:
    """A message that is due: where to, signed with what, on which run; `attempts` counts this one."""

    number: int
    id: str
    url: str
    secret: str
    attempts: int
    run: dict[str, Any]  # id, demo, status, error, finished_at


def order(session: Session, run: Run, url: str, secret: str, limit: int) -> None:
    """Ask for a message when the run has ended; QueueFull when `limit` messages wait already."""
    if session.execute(select(func.count()).select_from(RunWebhook)).scalar_one() >= limit:
        raise QueueFull(f"{limit} webhooks wait to be sent already.", RETRY_AFTER_S)
    session.add(RunWebhook(id=f"msg_{secrets.token_hex(12)}", run_number=run.number, url=url, secret=secret))


def is_due(session: Session) -> bool:
    """Whether some message is to be sent now."""
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
    told = {name: getattr(run, name) for name in ("id", "demo", "status", "error", "finished_at")}
    return Message(webhook.number, webhook.id, webhook.url, webhook.secret, webhook.attempts + 1, told)


def settle(session: Session, message: Message) -> None:
    """Forget a message, and its secret: it was received, or given up."""
    session.execute(delete(RunWebhook).where(RunWebhook.number == message.number), execution_options=_PLAIN)


def postpone(session: Session, message: Message, until: datetime) -> None:
    """Send a message again at a later moment."""
    mine = update(RunWebhook).where(RunWebhook.number == message.number)
    session.execute(mine.values(due_at=until), execution_options=_PLAIN)


def _is_due() -> ColumnElement[bool]:
    """Of a webhook and its run."""
    return and_(RunWebhook.run_number == Run.number, Run.status.in_(FINISHED), RunWebhook.due_at <= now())
