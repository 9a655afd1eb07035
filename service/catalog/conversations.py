"""Conversations: what the next question may lean on, kept for a while and in bounded number. No part of a revision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.catalog.models import Conversation, now
from service.errors import NotFound

ID_BYTES = 16  # random: who does not know the id cannot read along


@dataclass(frozen=True)
class KeepingLimits:
    """How long a conversation is kept after its last question, how many there are, how long one goes on."""

    minutes: float = 60.0
    conversations: int = 10_000
    turns: int = 200


def find(session: Session, id: str, limits: KeepingLimits) -> Conversation:
    """The conversation; NotFound when it never was, has expired or has come to its end."""
    found = session.get(Conversation, id)
    if found is None or found.updated_at < _oldest(limits) or found.turns >= limits.turns:
        raise NotFound("conversation", id)
    return found


def begin(session: Session, state: dict[str, Any], limits: KeepingLimits) -> Conversation:
    """A new conversation; the oldest ones make room."""
    _forget(session, limits)
    started = Conversation(id=token_urlsafe(ID_BYTES), state=state, turns=1)
    session.add(started)
    return started


def go_on(conversation: Conversation, state: dict[str, Any]) -> None:
    """One more question was answered."""
    conversation.state = state
    conversation.turns += 1
    conversation.updated_at = now()


def _forget(session: Session, limits: KeepingLimits) -> None:
    newest_first = select(Conversation.updated_at).order_by(Conversation.updated_at.desc())
    surplus = session.scalar(newest_first.offset(max(limits.conversations - 1, 0)).limit(1))
    ended = max(filter(None, (_oldest(limits), surplus)))
    session.execute(
        delete(Conversation).where(Conversation.updated_at <= ended), execution_options={"synchronize_session": False}
    )


def _oldest(limits: KeepingLimits) -> datetime:
    return now() - timedelta(minutes=limits.minutes)
