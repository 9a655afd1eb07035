"""Conversations are kept for a while, and not more of them than allowed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog import conversations
from service.catalog.conversations import KeepingLimits
from service.catalog.models import Conversation, now
from service.errors import NotFound


def test_what_was_kept_last_is_found_again(session: Session) -> None:
    limits = KeepingLimits()
    started = conversations.begin(session, {"topic": "soil"}, limits)
    session.commit()

    conversations.go_on(conversations.find(session, started.id, limits), {"topic": "oaks"})
    session.commit()
    session.expire_all()

    found = conversations.find(session, started.id, limits)
    assert (found.state, found.turns) == ({"topic": "oaks"}, 2)


def test_an_old_conversation_is_not_found_and_makes_room(session: Session) -> None:
    limits = KeepingLimits(minutes=5)
    old = conversations.begin(session, {}, limits)
    old.updated_at = now() - timedelta(minutes=6)
    session.commit()

    with pytest.raises(NotFound):
        conversations.find(session, old.id, limits)
    conversations.begin(session, {}, limits)
    session.commit()

    assert session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_a_conversation_ends_after_so_many_turns(session: Session) -> None:
    limits = KeepingLimits(turns=2)
    started = conversations.begin(session, {}, limits)
    conversations.go_on(conversations.find(session, started.id, limits), {})
    session.flush()

    with pytest.raises(NotFound):
        conversations.find(session, started.id, limits)


def test_the_newest_conversations_stay_and_no_more_than_allowed(session: Session) -> None:
    limits = KeepingLimits(conversations=3)

    ids = []
    for minute in range(5):
        started = conversations.begin(session, {}, limits)
        started.updated_at = now() - timedelta(minutes=5 - minute)
        session.commit()
        ids.append(started.id)

    assert set(session.scalars(select(Conversation.id))) == set(ids[2:])
