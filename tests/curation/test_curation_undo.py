"""Undo brings back exactly what was, after any sequence of acts; what has changed since is never overwritten."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from curation.fruit import VOCABULARY, ingest_pages, state
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import audit, editing, models
from service.catalog.database import open_database, open_sessions
from service.catalog.link_check_store import Recorder, store
from service.catalog.link_checks import Checked, Finding, LinkScope, due
from service.catalog.queue import QueueFilter
from service.curation import prerequisites, resources, topics
from service.curation.acts import Editor
from service.curation.batches import decide_all
from service.curation.decisions import Decision
from service.curation.prerequisites import Edge
from service.curation.queue import list_queue
from service.curation.topics import Part
from service.curation.undo import undo
from service.errors import CoursegraphError, UndoConflict, UndoneAlready

ADA = Editor("ada")


def edit_topic(id: str, decisions: dict[str, Any], session: Session) -> None:
    topics.edit_topic(session, ADA, id, _version(session, id), decisions)


def delete_topic(id: str, session: Session) -> None:
    topics.delete_topic(session, ADA, id, _version(session, id))


def restore_topic(id: str, session: Session) -> None:
    topics.restore_topic(session, ADA, id, _version(session, id))


def merge_topics(id: str, into: str, session: Session) -> None:
    topics.merge_topics(session, ADA, id, _version(session, id), into)


def split_topic(id: str, session: Session) -> None:
    filed = [resource.id for resource in editing.resources_under(session, [id])]
    topics.split_topic(session, ADA, id, _version(session, id), Part("Half", filed[:1]))


def add_topic(session: Session) -> None:
    topics.add_topic(session, ADA, {"label": "Cherries", "broader": ["trees"]})


def edit_resource(place: int, decisions: dict[str, Any], session: Session) -> None:
    resources.edit_resource(session, ADA, *_resource(session, place), decisions)


def delete_resource(place: int, session: Session) -> None:
    resources.delete_resource(session, ADA, *_resource(session, place))


def restore_resource(place: int, session: Session) -> None:
    resources.restore_resource(session, ADA, *_resource(session, place))


def merge_resources(place: int, into: int, session: Session) -> None:
    resources.merge_resources(session, ADA, *_resource(session, place), _resource(session, into)[0])


def add_resource(session: Session) -> None:
    resources.add_resource(session, ADA, "https://example.org/new", {"title": "New", "media_type": "video"})


def decide_edge(one: str, other: str, status: str, session: Session) -> None:
    known = editing.edge(session, one, other)
    prerequisites.decide_edge(session, ADA, Edge(one, other), known.version if known else None, status)


def decide_in_bulk(places: list[int], answer: str, session: Session) -> None:
    queue = list_queue(session, QueueFilter(), limit=200).items
    decisions = [Decision(queue[place % len(queue)].id, answer) for place in places] if queue else []
    decide_all(session, ADA, decisions, VOCABULARY)


def check_link(place: int, is_broken: bool, session: Session) -> None:
    """As the link check writes down what it found."""
    id, _ = _resource(session, place)
    [link] = [link for link in due(session, LinkScope(before=models.now())) if link.id == id] or [None]
    if link is not None:
        finding = Finding("gone") if is_broken else Finding("ok", moved_to="https://example.org/moved")
        checked = Checked(link, models.now(), finding, None, is_broken, "https://archive.example/copy")
        store(session, [checked], Recorder("checker", "link-checks", 1))


IDS = st.sampled_from(["apples", "pears", "plums", "trees", "quinces"])
PLACES = st.integers(0, 5)
TOPIC_DECISIONS = st.fixed_dictionaries(
    {},
    optional={
        "label": st.sampled_from(["Fruit trees", "Golden apples", None]),
        "aliases": st.sampled_from([["malus"], [], None]),
        "broader": st.lists(IDS, max_size=2, unique=True) | st.none(),
        "status": st.sampled_from(["hidden", None]),
    },
)
RESOURCE_DECISIONS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["A better title", None]),
        "media_type": st.sampled_from(["paper", None]),
        "year": st.sampled_from([1999, None]),
        "topics": st.lists(IDS, max_size=2, unique=True) | st.none(),
        "status": st.sampled_from(["hidden", None]),
        "url": st.sampled_from(["https://example.org/elsewhere", None]),
    },
)
ACTS = st.lists(
    st.one_of(
        st.builds(partial, st.just(edit_topic), IDS, TOPIC_DECISIONS),
        st.builds(partial, st.sampled_from([delete_topic, restore_topic, split_topic]), IDS),
        st.builds(partial, st.just(merge_topics), IDS, IDS),
        st.builds(partial, st.just(edit_resource), PLACES, RESOURCE_DECISIONS),
        st.builds(partial, st.sampled_from([delete_resource, restore_resource]), PLACES),
        st.builds(partial, st.just(merge_resources), PLACES, PLACES),
        st.builds(partial, st.just(decide_edge), IDS, IDS, st.sampled_from(["accepted", "rejected"])),
        st.builds(partial, st.just(check_link), PLACES, st.booleans()),
        st.builds(partial, st.sampled_from([add_topic, add_resource])),
        st.builds(
            partial, st.just(decide_in_bulk), st.lists(PLACES, max_size=3), st.sampled_from(["approve", "reject"])
        ),
    ),
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_undoing_any_sequence_of_acts_from_its_end_brings_back_what_was(
    migrated_sqlite: Path, acts: list[Callable[[Session], None]]
) -> None:
    engine = open_database("sqlite://")
    with closing(sqlite3.connect(migrated_sqlite)) as empty, closing(engine.raw_connection()) as copy:
        empty.backup(copy.driver_connection)
    with open_sessions(engine)() as session:
        ingest_pages(session)
        session.commit()
        before = state(session)
        ingested = audit.newest(session).id
        for act in acts:
            try:
                act(session)
                session.commit()
            except CoursegraphError:
                session.rollback()
        done = range(audit.newest(session).id, ingested, -1)

        for number in done:
            undo(session, ADA, number)
            session.commit()

        assert state(session) == before
    engine.dispose()


def test_an_undo_can_be_undone(orchard: Session) -> None:
    topics.merge_topics(orchard, ADA, "pears", _version(orchard, "pears"), "apples")
    merged = state(orchard)

    undo(orchard, ADA, audit.newest(orchard).id)
    undo(orchard, ADA, audit.newest(orchard).id)

    assert state(orchard) == merged


def test_a_broken_link_is_asked_about_as_long_as_it_is_shown(orchard: Session) -> None:
    check_link(0, True, orchard)
    checked, seen = audit.newest(orchard).id, []
    for act in (
        partial(edit_resource, 0, {"url": "https://example.org/elsewhere"}),
        lambda session: undo(session, ADA, audit.newest(session).id),
        lambda session: undo(session, ADA, checked),
    ):
        act(orchard)
        seen.append(list_queue(orchard, QueueFilter(("broken_link",))).total)

    assert seen == [0, 1, 0]


@pytest.mark.parametrize(
    "act", [partial(edit_topic, "cherries", {"label": "Sour cherries"}), partial(merge_resources, 0, -1)]
)
def test_of_what_no_page_names_the_label_and_the_facts_come_back(
    act: Callable[[Session], None], orchard: Session
) -> None:
    add_topic(orchard)
    edit_topic("cherries", {"label": None}, orchard)
    add_resource(orchard)
    before = state(orchard)

    act(orchard)
    assert state(orchard) != before
    undo(orchard, ADA, audit.newest(orchard).id)

    assert state(orchard) == before


def test_what_was_changed_since_is_not_undone_and_is_shown(orchard: Session) -> None:
    topics.edit_topic(orchard, ADA, "apples", _version(orchard, "apples"), {"label": "Malus"})
    first = audit.newest(orchard).id
    topics.edit_topic(orchard, ADA, "apples", _version(orchard, "apples"), {"label": "Pomes"})

    with pytest.raises(UndoConflict) as refused:
        undo(orchard, ADA, first)

    left, now = ({"label": label, "curated.label": label} for label in ("Malus", "Pomes"))
    assert refused.value.conflicts == ({"table": "topic", "key": "apples", "before": left, "after": now},)


def test_what_was_undone_is_not_undone_again_until_it_is_back(orchard: Session) -> None:
    topics.edit_topic(orchard, ADA, "apples", _version(orchard, "apples"), {"label": "Malus"})
    edit = audit.newest(orchard).id
    undo(orchard, ADA, edit)
    undone = audit.newest(orchard).id

    with pytest.raises(UndoneAlready) as refused:
        undo(orchard, ADA, edit)
    undo(orchard, ADA, undone)  # Malus again
    topics.edit_topic(orchard, ADA, "apples", _version(orchard, "apples"), {"label": "Pomes"})
    with pytest.raises(UndoConflict):
        undo(orchard, ADA, edit)

    assert refused.value.undone_by == undone


def test_another_field_changed_since_does_not_stand_in_the_way(orchard: Session) -> None:
    topics.edit_topic(orchard, ADA, "apples", _version(orchard, "apples"), {"label": "Malus"})
    first = audit.newest(orchard).id
    topics.edit_topic(orchard, ADA, "apples", _version(orchard, "apples"), {"aliases": ["pomes"]})

    undo(orchard, ADA, first)

    assert editing.topic(orchard, "apples").curated == {"aliases": ["pomes"]}
    assert editing.topic(orchard, "apples").label == "Apples"


def _version(session: Session, id: str) -> int:
    record = session.get(models.Topic, id)
    return record.version if record else 1


def _resource(session: Session, place: int) -> tuple[str, int]:
    records = session.scalars(select(models.Resource).order_by(models.Resource.number)).all()
    record = records[place % len(records)]
    return record.id, record.version
