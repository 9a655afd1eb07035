"""An index can tell what is new since it last looked."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.catalog import changed
from service.catalog.models import Resource, ResourceTopic, Topic, now


def _resource(session: Session, number: int, **columns: object) -> None:
    url = f"https://a.example/{number}"
    values = {"id": f"r{number}", "url": url, "host": "a.example", "title": "T", "media_type": "video", "card": "{}"}
    session.add(Resource(number=number, **values, **columns))


def test_all_active_resources_come_in_stretches(session: Session) -> None:
    for number in (1, 2, 3, 4):
        _resource(session, number, status="hidden" if number == 2 else "active")
    session.flush()

    first = changed.active_after(session, 0, 2)
    rest = changed.active_after(session, first[-1].number, 2)

    assert [row.number for row in first] == [1, 3]
    assert [row.number for row in rest] == [4]


def test_what_changed_since_a_moment_is_told_in_any_status(session: Session) -> None:
    moment = now()
    _resource(session, 1, updated_at=moment - timedelta(seconds=1))
    _resource(session, 2, updated_at=moment, status="gone")
    session.add(Topic(id="old", label="Old", updated_at=moment - timedelta(seconds=1)))
    session.add(Topic(id="new", label="New", updated_at=moment + timedelta(seconds=1)))
    session.flush()

    assert changed.resources_changed_since(session, moment) == [2]
    assert changed.topics_changed_since(session, moment) == ["new"]
    assert changed.last_change(session) == moment + timedelta(seconds=1)
    assert [row.status for row in changed.stored(session, [2])] == ["gone"]


def test_an_empty_catalog_has_no_last_change(session: Session) -> None:
    assert changed.last_change(session) is None


def test_resources_are_found_by_their_topics(session: Session) -> None:
    session.add(Topic(id="cnn", label="CNN"))
    _resource(session, 1)
    session.flush()
    session.add(ResourceTopic(topic_id="cnn", resource_number=1, media_type="video"))
    session.flush()

    assert list(changed.numbers_under(session, ["cnn"])) == [1]
