"""Whatever curators and pages do in whatever order, the catalog holds what a few lines of plain Python say it must.

`HYPOTHESIS_PROFILE=deep` tries for some minutes.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from curation.fruit import state
from curation.garden_model import Edition, Garden, Thing, has_cycle
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import audit, editing, models
from service.catalog.database import open_database, open_sessions
from service.catalog.topics import prerequisite_rows
from service.catalog.urls import parse_url
from service.catalog.vocabulary import load_vocabulary
from service.config import Settings
from service.curation import prerequisites, resources, topics
from service.curation.acts import Editor
from service.curation.prerequisites import Edge
from service.curation.topics import Part
from service.curation.undo import undo
from service.errors import CoursegraphError, CycleError, InvalidInput, Merged, StaleVersion
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

ADA = Editor("ada")
VOCABULARY = load_vocabulary(Settings().vocabulary_path)
TOPICS = ("apples", "pears", "plums", "quinces")
LINKS = ("sowing", "pruning", "picking", "storing")
NEW = ("grafting", "pressing")  # added by curators; no page names them
TITLES = ("Old trees and their keepers", "A year in the orchard", "What bees do for blossoms")
ANY_LINK = st.sampled_from(LINKS + NEW)
IS_DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


class Done(NamedTuple):
    """An act: its audit entry, and what was before."""

    number: int
    garden: Garden
    held: dict[str, Any]


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Some of the topics, with some of the links spread over them; a link may stand under two."""
    shown = draw(st.lists(st.sampled_from(TOPICS), min_size=2, unique=True))
    placed: dict[str, list[tuple[str, str]]] = {topic: [] for topic in shown}
    for link in draw(st.lists(st.sampled_from(LINKS), unique=True)):
        for topic in draw(st.lists(st.sampled_from(shown), min_size=1, max_size=2, unique=True)):
            placed[topic].append((link, draw(st.sampled_from(TITLES))))
    return {topic: tuple(links) for topic, links in placed.items()}


def address(link: str) -> str:
    return f"https://example.org/{link}"


def resource_id(link: str) -> str:
    return parse_url(address(link)).id


class Curation(RuleBasedStateMachine):
    """Two readers of the same story: the catalog, and the model."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.garden = Garden()
        self.done: list[Done] = []
        self.ids: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        self.session.close()

    @initialize(page=editions())
    def read_first(self, page: Edition) -> None:
        self.read(page)

    @rule(page=editions())
    def read(self, page: Edition) -> None:
        came, went = page.keys() - self.garden.page.keys(), self.garden.page.keys() - page.keys()
        if (came and went) or any(self._is_known_by_another_name(topic) for topic in page):
            return  # a heading in the place of another may be the same one renamed: that is for other tests
        sections = (
            f"## {topic.capitalize()}\n" + "".join(f"* [{title}]({address(link)})\n" for link, title in links)
            for topic, links in page.items()
        )
        content = PageContent("garden", "garden.md", "\n".join(sections).encode())
        report = ingest(self.session, content, VOCABULARY, IngestOptions(confirm_removals=True))
        self.session.commit()
        self.garden.read(page)
        if report.is_changed:
            self.done.clear()  # what rests on another edition cannot be undone, or is not what was

    @rule(link=ANY_LINK, title=st.sampled_from(TITLES) | st.none())
    def retitle(self, link: str, title: str | None) -> None:
        self._edit_resource(link, {"title": title})

    @rule(link=ANY_LINK, status=st.sampled_from(["hidden", "broken", "active"]) | st.none())
    def hide(self, link: str, status: str | None) -> None:
        self._edit_resource(link, {"status": status})

    @rule(link=ANY_LINK, filed=st.lists(st.sampled_from(TOPICS), max_size=2, unique=True) | st.none())
    def refile(self, link: str, filed: list[str] | None) -> None:
        if all(topic in self.garden.topics and self.garden.topic_status(topic) == "active" for topic in filed or ()):
            self._edit_resource(link, {"topics": filed})

    @rule(link=ANY_LINK, is_back=st.booleans())
    def delete_or_restore(self, link: str, is_back: bool) -> None:
        if (thing := self._resource(link)) is not None:
            act = resources.restore_resource if is_back else resources.delete_resource
            if self._act(lambda: act(self.session, ADA, resource_id(link), self._version(models.Resource, link))):
                thing().decided["status"] = "active" if is_back else "gone"

    @rule(link=ANY_LINK, title=st.sampled_from(TITLES))
    def add(self, link: str, title: str) -> None:
        if link in self.garden.resources:
            with pytest.raises(InvalidInput):
                resources.add_resource(self.session, ADA, address(link), {"title": title, "media_type": "video"})
            self.session.rollback()
        elif self._act(
            lambda: resources.add_resource(self.session, ADA, address(link), {"title": title, "media_type": "video"})
        ):
            self.garden.resources[link] = Thing({"title": title, "status": "active"}, last_title=address(link))

    @rule(link=st.sampled_from(LINKS), into=st.sampled_from(LINKS))
    def merge_resources(self, link: str, into: str) -> None:
        known = [self._resource(each) for each in (link, into)]
        if None in known or link == into or self.garden.resource_status(into) == "gone":
            return
        version = self._version(models.Resource, link)
        if self._act(
            lambda: resources.merge_resources(self.session, ADA, resource_id(link), version, resource_id(into))
        ):
            self.garden.merge_resource(link, into)

    @rule(topic=st.sampled_from(TOPICS), label=st.sampled_from(["Old kinds", "Tall trees"]) | st.none())
    def rename(self, topic: str, label: str | None) -> None:
        self._edit_topic(topic, {"label": label})

    @rule(topic=st.sampled_from(TOPICS), status=st.sampled_from(["hidden", "gone", "active"]) | st.none())
    def show_or_hide_topic(self, topic: str, status: str | None) -> None:
        self._edit_topic(topic, {"status": status})

    @rule(topic=st.sampled_from(TOPICS), into=st.sampled_from(TOPICS))
    def merge_topics(self, topic: str, into: str) -> None:
        if not self._is_active(into) or not self._is_own_topic(topic) or topic == into:
            return
        version, shown = self._version(models.Topic, topic), self.session.get_one(models.Topic, into).label
        if self._act(lambda: topics.merge_topics(self.session, ADA, topic, version, into)):
            self.garden.merge_topic(topic, into, shown)
            if has_cycle(edge for edge, status in self.garden.edges.items() if status == "accepted"):
                self.garden.edges = self._decided_edges()  # some had to yield: which, is another test's

    @rule(topic=st.sampled_from(TOPICS))
    def split(self, topic: str) -> None:
        if not self._is_active(topic):
            return
        filed = [link for link in self.garden.resources if topic in self._filed(link)][:1]
        part = Part("Half of it", [resource_id(link) for link in filed])
        made: list[str] = []
        version = self._version(models.Topic, topic)
        if self._act(lambda: made.append(topics.split_topic(self.session, ADA, topic, version, part).id)):
            assert ("topic", made[0]) not in self.ids
            self.garden.topics[made[0]] = Thing({"label": "Half of it", "status": "active"})
            for link in filed:
                moved = [made[0] if each == topic else each for each in self._filed(link)]
                self.garden.resources[link].decided["topics"] = list(dict.fromkeys(moved))

    @rule(
        ends=st.lists(st.sampled_from(TOPICS), min_size=2, max_size=2, unique=True),
        status=st.sampled_from(["accepted", "accepted", "rejected"]),
    )
    def decide(self, ends: list[str], status: str) -> None:
        edge = (ends[0], ends[1])
        if not all(map(self._is_active, edge)):
            return
        known = editing.edge(self.session, *edge)
        version = known.version if known else None
        is_refused = status == "accepted" and self._closes_a_cycle(edge)
        done = self._act(lambda: prerequisites.decide_edge(self.session, ADA, Edge(*edge), version, status))
        assert done != is_refused
        if done:
            self.garden.edges[edge] = status

    @precondition(lambda self: self.done)
    @rule()
    def undo_the_last(self) -> None:
        last = self.done.pop()
        undo(self.session, ADA, last.number)
        self.session.commit()
        assert _differences(last.held, state(self.session)) == {}
        topics_made = self.garden.topics.keys() - last.garden.topics.keys()
        resources_made = self.garden.resources.keys() - last.garden.resources.keys()
        self.garden = last.garden
        self.garden.topics |= {id: Thing({"status": "gone"}) for id in topics_made}
        self.garden.resources |= {id: Thing({"status": "gone"}, last_title=address(id)) for id in resources_made}

    @rule(link=st.sampled_from(LINKS))
    def edit_what_has_changed(self, link: str) -> None:
        if self._resource(link) is not None:
            with pytest.raises(StaleVersion):
                resources.edit_resource(self.session, ADA, resource_id(link), 999, {"year": 1999})
            self.session.rollback()

    @invariant()
    def resources_are_what_was_said_of_them(self) -> None:
        for link, thing in self.garden.resources.items():
            record = self.session.scalars(select(models.Resource).filter_by(id=resource_id(link))).one()
            assert (link, record.status) == (link, self.garden.resource_status(link))
            if thing.merged_into:
                assert record.merged_into == resource_id(self.garden.survivor(self.garden.resources, link))
            elif record.status != "gone":
                card = orjson.loads(record.card)
                assert (link, card["title"]) == (link, self.garden.title(link))
                assert (link, [topic["id"] for topic in card["topics"]]) == (link, self.garden.shown_topics(link))

    @invariant()
    def topics_are_what_was_said_of_them(self) -> None:
        for id, thing in self.garden.topics.items():
            record = self.session.get_one(models.Topic, id)
            assert (id, record.status) == (id, self.garden.topic_status(id))
            if thing.merged_into:
                assert record.merged_into == self.garden.survivor(self.garden.topics, id)
            elif record.status != "gone":
                assert (id, record.label) == (id, self.garden.label(id) or record.label)

    @invariant()
    def prerequisites_are_as_decided_and_have_no_cycle(self) -> None:
        assert self._decided_edges() == self.garden.edges
        accepted = [row for row in prerequisite_rows(self.session) if row.status == "accepted"]
        assert not has_cycle((row.prerequisite_id, row.dependent_id) for row in accepted)

    @invariant()
    def ids_stay(self) -> None:
        there = {("topic", id) for id in self.session.scalars(select(models.Topic.id))}
        there |= {
            (id, str(number)) for id, number in self.session.execute(select(models.Resource.id, models.Resource.number))
        }
        assert self.ids <= there
        self.ids = there

    def _act(self, act: Callable[[], object]) -> bool:
        """Do it; False where the service refuses. What changed something can be undone."""
        newest, before, held = audit.newest(self.session), self.garden.copy(), state(self.session)
        try:
            act()
        except CycleError:
            self.session.rollback()
            return False
        self.session.commit()
        entry = audit.newest(self.session)
        if entry is not None and entry is not newest:
            self.done.append(Done(entry.id, before, held))
        return True

    def _edit_resource(self, link: str, decisions: dict[str, Any]) -> None:
        if (thing := self._resource(link)) is not None:
            version = self._version(models.Resource, link)
            self._act(lambda: resources.edit_resource(self.session, ADA, resource_id(link), version, decisions))
            _decide(thing(), decisions)

    def _edit_topic(self, topic: str, decisions: dict[str, Any]) -> None:
        if self._is_own_topic(topic):
            version = self._version(models.Topic, topic)
            self._act(lambda: topics.edit_topic(self.session, ADA, topic, version, decisions))
            _decide(self.garden.topics[topic], decisions)

    def _resource(self, link: str) -> Callable[[], Thing] | None:
        """Where it stands in the model; None, and refused by the service, where it is unknown or merged away."""
        thing = self.garden.resources.get(link)
        if thing is not None and not thing.merged_into:
            return lambda: self.garden.resources[link]
        with pytest.raises(Merged if thing else CoursegraphError):
            resources.edit_resource(self.session, ADA, resource_id(link), 1, {"year": 1999})
        self.session.rollback()
        return None

    def _is_known_by_another_name(self, topic: str) -> bool:
        """It is shown though no page has it, under a curator's name alone: what pages called it is forgotten."""
        topic = self.garden.survivor(self.garden.topics, topic) if topic in self.garden.topics else topic
        return self._is_active(topic) and not self.garden.is_on_page(topic)

    def _is_own_topic(self, topic: str) -> bool:
        return topic in self.garden.topics and not self.garden.topics[topic].merged_into

    def _is_active(self, topic: str) -> bool:
        return topic in self.garden.topics and self.garden.topic_status(topic) == "active"

    def _filed(self, link: str) -> list[str]:
        record = self.session.scalars(select(models.Resource).filter_by(id=resource_id(link))).one()
        return editing.topics_of(self.session, record)

    def _closes_a_cycle(self, edge: tuple[str, str]) -> bool:
        return self.garden.closes_a_cycle(edge)

    def _decided_edges(self) -> dict[tuple[str, str], str]:
        """Also those of topics that are not shown now: they come back with them."""
        decided = select(models.Prerequisite).where(models.Prerequisite.kind == "curated")
        return {(row.prerequisite_id, row.dependent_id): row.status for row in self.session.scalars(decided)}

    def _version(self, kind: type[Any], id: str) -> int:
        key = resource_id(id) if kind is models.Resource else id
        return int(self.session.scalars(select(kind.version).where(kind.id == key)).one())


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Rows that only one of them holds: what an assertion shows of all is cut off."""
    return {
        table: [
            row
            for rows in (before[table], after[table])
            for row in rows
            if (row in before[table]) != (row in after[table])
        ]
        for table in before
        if before[table] != after[table]
    }


def _decide(thing: Thing, decisions: dict[str, Any]) -> None:
    thing.decided = {name: value for name, value in {**thing.decided, **decisions}.items() if value is not None}


BOUNDS = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None, "phases": [Phase.generate]}


def test_any_story_of_acts_and_editions_is_what_the_model_says(migrated_sqlite: Path) -> None:
    bounds = settings(max_examples=500 if IS_DEEP else 12, stateful_step_count=40 if IS_DEEP else 20, **BOUNDS)

    with _empty_sqlite(migrated_sqlite) as made:
        run_state_machine_as_test(made, settings=bounds)


def test_the_same_on_postgresql(postgresql_url: str) -> None:
    bounds = settings(max_examples=50 if IS_DEEP else 2, stateful_step_count=15, **BOUNDS)

    with _emptied(postgresql_url) as made:
        run_state_machine_as_test(made, settings=bounds)


@contextmanager
def _empty_sqlite(migrated: Path) -> Iterator[Callable[[], Curation]]:
    """Makes a machine on a database of its own."""
    engine = open_database("sqlite://")

    def make() -> Curation:
        with closing(sqlite3.connect(migrated)) as empty, closing(engine.raw_connection()) as copy:
            empty.backup(copy.driver_connection)
        return Curation(open_sessions(engine)())

    yield make
    engine.dispose()


@contextmanager
def _emptied(url: str) -> Iterator[Callable[[], Curation]]:
    """Makes a machine on this database, emptied."""
    engine = open_database(url)

    def make() -> Curation:
        with engine.begin() as connection:
            for table in reversed(models.Base.metadata.sorted_tables):
                connection.execute(table.delete())
            connection.execute(models.Revision.__table__.insert().values(id=1, number=0))
        return Curation(open_sessions(engine)())

    yield make
    engine.dispose()
