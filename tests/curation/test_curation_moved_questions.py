"""No question is left behind: a merge takes it along, a deletion silences it, an undo brings it back."""

import pytest
from curation.doubts import ADA, WALLS, asked, decide, items, read
from curation.fruit import state
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import audit
from service.catalog.models import Resource, Topic
from service.curation import resources, topics
from service.curation.undo import undo


@pytest.fixture
def doubtful(session: Session) -> Session:
    read(session)
    read(session, WALLS, "walls")
    return session


def _version(session: Session, id: str) -> int:
    return session.scalars(select(Resource.version).where(Resource.id == id)).one()


def test_after_a_merge_its_open_questions_are_asked_of_the_survivor(doubtful: Session) -> None:
    title, gardens = asked(doubtful, "weak_title"), asked(doubtful, "media_type", "gardens")
    other = asked(doubtful, "media_type", "address")
    decide(doubtful, (other.id, "reject"))

    version = _version(doubtful, title.subject.id)
    resources.merge_resources(doubtful, ADA, title.subject.id, version, gardens.subject.id)
    read(doubtful)

    # The survivor has a good title, and is asked about its type once.
    assert items(doubtful, "weak_title") == []
    assert [item.id for item in items(doubtful, "media_type") if item.subject.id == gardens.subject.id] == [gardens.id]


def test_what_was_decided_of_two_topics_holds_for_the_survivor_of_one(doubtful: Session) -> None:
    decide(doubtful, (asked(doubtful, "same_topic").id, "reject"))
    made = topics.add_topic(doubtful, ADA, {"label": "Pear trees"})
    topics.merge_topics(doubtful, ADA, "pears", doubtful.get(Topic, "pears").version, made.id)

    read(doubtful)
    read(doubtful, WALLS, "walls")

    assert items(doubtful, "same_topic") == []
    assert len(items(doubtful, "same_topic", status="rejected")) == 1


def test_a_merge_moves_questions_and_its_undo_moves_them_back(doubtful: Session) -> None:
    before, queue = state(doubtful), items(doubtful)
    made = topics.add_topic(doubtful, ADA, {"label": "Pear trees"})
    topics.merge_topics(doubtful, ADA, "pears", doubtful.get(Topic, "pears").version, made.id)
    moved, last = asked(doubtful, "same_topic"), audit.newest(doubtful).id

    for act in (last, last - 1):
        undo(doubtful, ADA, act)

    assert made.id in (moved.subject.id, moved.other and moved.other.id)
    assert (state(doubtful), items(doubtful)) == (before, queue)


def test_a_deleted_resource_is_asked_about_no_more_and_a_restored_one_again(doubtful: Session) -> None:
    item = asked(doubtful, "weak_title")
    resources.delete_resource(doubtful, ADA, item.subject.id, _version(doubtful, item.subject.id))
    deleted = items(doubtful, "weak_title")

    resources.restore_resource(doubtful, ADA, item.subject.id, _version(doubtful, item.subject.id))

    assert (deleted, asked(doubtful, "weak_title")) == ([], item)
