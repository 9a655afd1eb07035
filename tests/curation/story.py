"""A story of a garden: editions of its page, acts, undos; after each step the catalog is what the model says."""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
from curation.fruit import VOCABULARY, state
from curation.garden_model import Edition, Garden, Thing, has_cycle
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import audit, models
from service.catalog.topics import prerequisite_rows
from service.catalog.urls import parse_url
from service.curation.acts import Editor
from service.curation.undo import undo
from service.errors import CycleError
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

ADA = Editor("ada")
TOPICS = ("apples", "pears", "plums", "quinces")
LINKS = ("sowing", "pruning", "picking", "storing")
PART = "Half of it"
TITLES = ("Old trees and their keepers", "A year in the orchard", "What bees do for blossoms")


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


class Story(RuleBasedStateMachine):
    """What every story has; see `resource_story` and `topic_story` for the acts."""

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

    @precondition(lambda self: self.done)
    @rule()
    def undo_the_last(self) -> None:
        last = self.done.pop()
        undo(self.session, ADA, last.number)
        self.session.commit()
        differences = _differences(last.held, state(self.session))
        assert not differences, differences
        topics_made = self.garden.topics.keys() - last.garden.topics.keys()
        resources_made = self.garden.resources.keys() - last.garden.resources.keys()
        self.garden = last.garden
        self.garden.topics |= {id: Thing({"status": "gone"}, last_label=PART) for id in topics_made}
        self.garden.resources |= {id: Thing({"status": "gone"}, last_title=address(id)) for id in resources_made}

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
                assert (id, record.label) == (id, self.garden.label(id))

    @invariant()
    def prerequisites_are_as_decided_and_have_no_cycle(self) -> None:
        assert self.decided_edges() == self.garden.edges
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

    def act(self, act: Callable[[], object]) -> bool:
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

    def _is_known_by_another_name(self, topic: str) -> bool:
        """It is shown though no page has it, under a curator's name alone: what pages called it is forgotten."""
        topic = self.garden.survivor(self.garden.topics, topic) if topic in self.garden.topics else topic
        return self.is_active(topic) and not self.garden.is_on_page(topic)

    def is_active(self, topic: str) -> bool:
        return topic in self.garden.topics and self.garden.topic_status(topic) == "active"

    def decided_edges(self) -> dict[tuple[str, str], str]:
        """Also those of topics that are not shown now: they come back with them."""
        decided = select(models.Prerequisite).where(models.Prerequisite.kind == "curated")
        return {(row.prerequisite_id, row.dependent_id): row.status for row in self.session.scalars(decided)}

    def version(self, kind: type[Any], id: str) -> int:
        key = resource_id(id) if kind is models.Resource else id
        return int(self.session.scalars(select(kind.version).where(kind.id == key)).one())


def decide(thing: Thing, decisions: dict[str, Any]) -> None:
    """What a curator decides; None gives a field back."""
    thing.decided = {name: value for name, value in {**thing.decided, **decisions}.items() if value is not None}


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
