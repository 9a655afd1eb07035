"""A snapshot sees one revision, whoever writes meanwhile; and reads through it as plain sessions do."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.models import Resource, ResourceAuthor, ResourceTopic, Topic
from service.catalog.resource_filter import ResourceFilter
from service.catalog.resources import card, facets, find
from service.catalog.snapshots import Snapshots, remember

FILTERS = [
    ResourceFilter(),
    ResourceFilter(topics=("cnn",)),
    ResourceFilter(topics=("cnn", "rnn"), media_types=("video", "book")),
    ResourceFilter(media_types=("video",)),
    ResourceFilter(author="Goodfellow"),
    ResourceFilter(author="Nobody"),
    ResourceFilter(language="en", year_min=2016, year_max=2018),
    ResourceFilter(is_free=True, host="example.org"),
    ResourceFilter(page="lectures"),
    ResourceFilter(status="hidden"),
]


@pytest.fixture
def snapshots(engine: Engine) -> Iterator[Snapshots]:
    snapshots = Snapshots(engine)
    yield snapshots
    snapshots.close()


@pytest.fixture
def filled(session: Session) -> Session:
    session.add_all(Topic(id=topic, label=topic.upper()) for topic in ("cnn", "rnn"))
    session.flush()
    for number in range(1, 13):
        session.add(_resource(number))
        session.flush()
        session.add(ResourceTopic(topic_id="cnn" if number % 3 else "rnn", resource_number=number, media_type="video"))
        session.add(ResourceAuthor(folded="ian goodfellow", resource_number=number, name="Ian Goodfellow"))
    revisions.advance(session, "test", "ingest", "page:lectures", {})
    session.commit()
    return session


def _resource(number: int) -> Resource:
    return Resource(
        number=number,
        id=f"{number:016x}",
        url=f"https://example.org/{number}",
        host="example.org",
        title=f"Title {number}",
        media_type="video" if number % 2 else "book",
        language="en",
        year=2010 + number,
        is_free=number % 4 == 0,
        status="hidden" if number == 12 else "active",
        card=f'{{"id": "{number}"}}',
    )


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_snapshot_finds_what_a_plain_session_finds(
    filled: Session, snapshots: Snapshots, wanted: ResourceFilter
) -> None:
    with snapshots.open() as snapshot:
        found = find(snapshot, wanted, after=2, limit=3), facets(snapshot, wanted, ("media_type", "topic"))

    assert found == (find(filled, wanted, after=2, limit=3), facets(filled, wanted, ("media_type", "topic")))


def test_a_filter_finds_only_what_meets_it(filled: Session) -> None:
    found = find(filled, ResourceFilter(media_types=("book",), year_max=2016))

    assert (list(found.cards), found.total) == ([b'{"id": "2"}', b'{"id": "4"}', b'{"id": "6"}'], 3)


def test_a_snapshot_does_not_see_what_is_written_after_it_began(filled: Session, snapshots: Snapshots) -> None:
    with snapshots.open() as snapshot:
        before = snapshot.info["revision"]
        filled.add(_resource(13))
        revisions.advance(filled, "test", "ingest", "page:lectures", {})
        filled.commit()
        seen = find(snapshot, ResourceFilter(), limit=200).total, revisions.current(snapshot), len(snapshot.new)

    assert seen == (11, before, 0)


def test_the_next_snapshot_sees_what_was_written(filled: Session, snapshots: Snapshots) -> None:
    with snapshots.open() as snapshot:
        find(snapshot, ResourceFilter())
    filled.add(_resource(13))
    revisions.advance(filled, "test", "ingest", "page:lectures", {})
    filled.commit()

    with snapshots.open() as snapshot:
        assert find(snapshot, ResourceFilter()).total == 12
        assert card(snapshot, f"{13:016x}") == ('{"id": "13"}', 1)


def test_an_answer_is_worked_out_once_in_a_revision(filled: Session, snapshots: Snapshots) -> None:
    asked = []
    with snapshots.open() as snapshot:
        remember(snapshot, "how many", lambda: asked.append(1))
    with snapshots.open() as snapshot:
        remember(snapshot, "how many", lambda: asked.append(2))
    revisions.advance(filled, "test", "ingest", "page:lectures", {})
    filled.commit()
    with snapshots.open() as snapshot:
        remember(snapshot, "how many", lambda: asked.append(3))

    assert asked == [1, 3]


def test_a_connection_that_broke_while_idle_is_replaced(filled: Session, snapshots: Snapshots) -> None:
    with snapshots.open() as snapshot:
        snapshot.connection().connection.dbapi_connection.close()

    with snapshots.open() as snapshot:
        assert snapshot.info["revision"] == 1


def test_a_reading_that_cannot_begin_keeps_no_connection(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE revision"))

    with pytest.raises(Exception, match="revision"):  # whatever the driver calls it
        Snapshots(engine).begin()

    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
