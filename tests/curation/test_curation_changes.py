"""The feed of changes: whoever goes on after any cursor has, in the end, what the lists have."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from curation.fruit import FRUIT, VOCABULARY, ingest_pages
from curation.test_curation_undo import ACTS, ADA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import audit, feed, models, pages, topics
from service.catalog.database import open_database, open_sessions
from service.catalog.feed import Readership
from service.catalog.schema import downgrade, migrate
from service.config import bundled
from service.curation import resources as acts_on_resources
from service.curation import topics as acts_on_topics
from service.curation.undo import undo
from service.errors import CoursegraphError, CursorExpired, InvalidInput
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

READERS, CURATORS = Readership(), Readership(with_hidden=True)
GONE = {"deleted", "merged"}
EDITIONS = (FRUIT, FRUIT.replace(b"## Plums", b"## Peaches"), FRUIT[: FRUIT.index(b"## Plums")])
Things = dict[tuple[str, str], Any]


class Mirror:
    """What somebody holds who follows the feed, some changes at a time."""

    def __init__(self, session: Session, readership: Readership, *, from_lists: bool) -> None:
        self._session = session
        self._readership = readership
        self._cursor = feed.now(session) if from_lists else None
        self.things = lists(session, readership) if from_lists else {}
        self.told: list[tuple[Any, ...]] = []

    def follow(self, limit: int) -> bool:
        """Read one stretch; tell whether there is more."""
        stretch = feed.changes(self._session, self._readership, self._cursor, limit)
        self._cursor = stretch.next
        now = lists(self._session, self._readership) if stretch.items else {}
        for change in stretch.items:
            thing = change["type"], change["id"]
            self.told.append((*thing, change["revision"]))
            self.things.pop(thing, None)
            if change["change"] not in GONE and thing in now:
                self.things[thing] = now[thing]
        return stretch.has_more


def lists(session: Session, readership: Readership) -> Things:
    """All that the lists show to these readers."""
    statuses = ["active", "broken", *(["hidden"] if readership.with_hidden else [])]
    held: Things = {}
    for kind in (models.Topic, models.Resource):
        rows = session.execute(select(kind.id, kind.card).where(kind.status.in_(statuses)))
        held.update(((kind.__tablename__, id), card) for id, card in rows)
    for edge in topics.prerequisite_rows(session):
        held["prerequisite", f"{edge.prerequisite_id}>{edge.dependent_id}"] = edge
    for page in pages.summaries(session, limit=100)[0]:
        held["page", page.id] = page
    return held


@contextmanager
def orchards(migrated: Path) -> Iterator[Session]:
    engine = open_database("sqlite://")
    with closing(sqlite3.connect(migrated)) as empty, closing(engine.raw_connection()) as copy:
        empty.backup(copy.driver_connection)
    with open_sessions(engine)() as session:
        ingest_pages(session)
        session.commit()
        yield session
    engine.dispose()


def undo_last(session: Session) -> None:
    undo(session, ADA, audit.newest(session).id)


def edition(place: int) -> Callable[[Session], None]:
    def ingest_it(session: Session) -> None:
        page = PageContent("fruit", "fruit.md", EDITIONS[place])
        ingest(session, page, VOCABULARY, IngestOptions(confirm_removals=True))

    return ingest_it


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ACTS,
    st.lists(st.just(undo_last) | st.integers(0, 2).map(edition), max_size=3),
    st.lists(st.integers(0, 1), min_size=9, max_size=9),
    st.integers(0, 8),
    st.randoms(use_true_random=False),
)
def test_following_from_any_cursor_over_any_edits_gives_what_the_lists_have(
    migrated_sqlite: Path, acts: list[Any], others: list[Any], polls: list[int], start: int, random: Any
) -> None:
    mixed = [*acts, *others]
    random.shuffle(mixed)
    with orchards(migrated_sqlite) as session:
        mirrors = [Mirror(session, readership, from_lists=False) for readership in (READERS, CURATORS)]
        for step in range(9):
            if step == start:
                mirrors += [Mirror(session, readership, from_lists=True) for readership in (READERS, CURATORS)]
            for mirror in mirrors:
                for _ in range(polls[step]):
                    mirror.follow(limit=3)
            try:
                for act in mixed[step : step + 1]:
                    act(session)
                session.commit()
            except CoursegraphError:
                session.rollback()

        for mirror in mirrors:
            while mirror.follow(limit=3):
                pass

        for mirror, readership in zip(mirrors, (READERS, CURATORS, READERS, CURATORS), strict=True):
            assert mirror.things == lists(session, readership)
            assert len(set(mirror.told)) == len(mirror.told)


def test_each_thing_is_told_once_by_what_became_of_it_last(orchard: Session) -> None:
    orchard.commit()
    before = feed.now(orchard)
    for label in ("Malus", "Pomes"):
        acts_on_topics.edit_topic(orchard, ADA, "apples", version(orchard, "apples"), {"label": label})
        orchard.commit()

    told = feed.changes(orchard, Readership(types=("topic",)), before, 10).items

    assert [(change["id"], change["change"], change["version"]) for change in told if change["id"] == "apples"] == [
        ("apples", "updated", version(orchard, "apples"))
    ]


def test_a_topic_that_goes_takes_its_prerequisites_along_and_brings_them_back(orchard: Session) -> None:
    acts_on_topics.delete_topic(orchard, ADA, "pears", version(orchard, "pears"))
    gone = by_id(feed.changes(orchard, READERS, None, 100))

    acts_on_topics.restore_topic(orchard, ADA, "pears", version(orchard, "pears"))
    back = by_id(feed.changes(orchard, READERS, None, 100))

    for id in ("pears", "apples>pears", "pears>plums"):
        assert (gone[id]["change"], back[id]["change"]) == ("deleted", "restored")


def test_a_merge_tells_the_survivor_and_where_the_prerequisites_went(orchard: Session) -> None:
    acts_on_topics.merge_topics(orchard, ADA, "pears", version(orchard, "pears"), "quinces")

    told = by_id(feed.changes(orchard, READERS, None, 100))

    assert (told["pears"]["change"], told["pears"]["merged_into"]) == ("merged", "quinces")
    assert told["pears>plums"]["change"] == "deleted"
    assert told["quinces>plums"]["change"] == "created"


def test_what_is_hidden_looks_deleted_to_readers_and_what_was_never_shown_like_nothing(orchard: Session) -> None:
    first = orchard.scalars(select(models.Resource).order_by(models.Resource.number)).first()
    acts_on_resources.edit_resource(orchard, ADA, first.id, first.version, {"status": "hidden"})
    decisions = {"title": "Draft", "media_type": "video", "status": "hidden"}
    draft = acts_on_resources.add_resource(orchard, ADA, "https://example.org/draft", decisions)

    readers = by_id(feed.changes(orchard, READERS, None, 100))
    curators = by_id(feed.changes(orchard, CURATORS, None, 100))

    assert readers[first.id]["change"] == "deleted"
    assert draft.id not in readers
    assert (curators[first.id]["change"], curators[draft.id]["change"]) == ("hidden", "hidden")
    acts_on_resources.edit_resource(orchard, ADA, draft.id, draft.version, {"status": "active"})
    assert by_id(feed.changes(orchard, READERS, None, 100))[draft.id]["change"] == "created"


def test_a_cursor_of_another_history_is_refused(orchard: Session) -> None:
    orchard.commit()
    acts_on_topics.edit_topic(orchard, ADA, "apples", version(orchard, "apples"), {"label": "Malus"})
    of_what_was_not_kept = feed.now(orchard)
    orchard.rollback()

    with pytest.raises(CursorExpired):
        feed.changes(orchard, READERS, of_what_was_not_kept, 10)
    acts_on_topics.edit_topic(orchard, ADA, "apples", version(orchard, "apples"), {"label": "Pomes"})
    with pytest.raises(CursorExpired):
        feed.changes(orchard, READERS, of_what_was_not_kept, 10)


def test_what_is_no_cursor_is_refused_as_such(orchard: Session) -> None:
    for cursor in ("", "x", "%%%", "WzEsMl0", "bnVsbA", "WzEsMiwiMyJd", "WzEsMSwxLjVd", "é"):
        with pytest.raises(InvalidInput):
            print(cursor, feed.changes(orchard, READERS, cursor, 10))


def test_a_write_that_is_rolled_back_is_told_to_nobody(orchard: Session) -> None:
    orchard.commit()
    before = feed.now(orchard)
    acts_on_topics.edit_topic(orchard, ADA, "apples", version(orchard, "apples"), {"label": "Malus"})
    orchard.rollback()

    acts_on_topics.edit_topic(orchard, ADA, "plums", version(orchard, "plums"), {"label": "Plum"})

    assert "apples" not in by_id(feed.changes(orchard, Readership(types=("topic",)), before, 100))


def test_what_is_rolled_back_to_a_savepoint_is_not_told(orchard: Session) -> None:
    orchard.commit()
    before = feed.now(orchard)
    with contextlib.suppress(InvalidInput), orchard.begin_nested():
        acts_on_topics.edit_topic(orchard, ADA, "apples", version(orchard, "apples"), {"label": "Malus"})
        raise InvalidInput("not this one")

    acts_on_topics.edit_topic(orchard, ADA, "plums", version(orchard, "plums"), {"aliases": ["prunes"]})

    told = by_id(feed.changes(orchard, Readership(types=("topic",)), before, 100))
    assert set(told) == {"plums"}


def test_what_was_there_before_the_feed_was_is_told_too(orchard: Session, engine: Engine) -> None:
    acts_on_topics.merge_topics(orchard, ADA, "pears", version(orchard, "pears"), "quinces")
    acts_on_topics.edit_topic(orchard, ADA, "trees", version(orchard, "trees"), {"status": "hidden"})
    orchard.commit()
    orchard.close()
    downgrade(engine, bundled("migrations"), "0012")
    migrate(engine, bundled("migrations"))

    mirrors = [Mirror(orchard, readership, from_lists=False) for readership in (READERS, CURATORS)]
    for mirror in mirrors:
        while mirror.follow(limit=5):
            pass

    assert [mirror.things for mirror in mirrors] == [lists(orchard, READERS), lists(orchard, CURATORS)]
    acts_on_topics.edit_topic(orchard, ADA, "apples", version(orchard, "apples"), {"label": "Malus"})
    assert not mirrors[0].follow(limit=100)
    assert mirrors[0].things == lists(orchard, READERS)


def by_id(stretch: feed.Stretch) -> dict[str, Any]:
    assert not stretch.has_more
    return {change["id"]: change for change in stretch.items}


def version(session: Session, id: str) -> int:
    return session.get(models.Topic, id).version
