"""Answers kept in memory: the right one, to whom it may concern, and not too many."""

from collections.abc import Callable

from flask.testing import FlaskClient

from service.api.kept_answers import Kept, KeptAnswers
from service.api.parts import Parts
from service.catalog import revisions
from service.catalog.models import Topic

TOPICS = "/api/v1/topics"


def test_a_question_asked_again_is_answered_alike(fresh: FlaskClient) -> None:
    first, again = fresh.get(f"{TOPICS}?limit=5"), fresh.get(f"{TOPICS}?limit=5")

    own = ("X-Request-ID", "RateLimit")
    assert again.data == first.data
    assert [h for h in again.headers if h[0] not in own] == [h for h in first.headers if h[0] not in own]


def test_an_answer_of_an_older_revision_is_not_given(fresh: FlaskClient) -> None:
    parts: Parts = fresh.application.extensions["coursegraph"]
    before = fresh.get(TOPICS).json["total"]
    with parts.sessions.begin() as session:
        session.add(Topic(id="cnn", label="CNN", card='{"id":"cnn"}'))
        revisions.advance(session, "test", "ingest", "page:x", {})

    assert (before, fresh.get(TOPICS).json["total"]) == (0, 1)


def test_what_a_curator_sees_is_not_kept_for_others(fresh: FlaskClient, key: Callable[[str], dict[str, str]]) -> None:
    hidden = "/api/v1/resources?status=hidden"

    assert fresh.get(hidden, headers=key("curate")).status_code == 200
    assert fresh.get(hidden).status_code == 401


def test_the_longest_unasked_go_when_there_is_no_room() -> None:
    kept = KeptAnswers(max_bytes=1000)
    for number in range(100):
        kept.keep(str(number), _answer(10))
    kept.get("0")

    kept.keep("new", _answer(10))

    assert kept.get("0") is not None
    assert kept.get("1") is None
    assert kept.get("new") is not None


def test_a_newer_answer_takes_the_place_of_the_older() -> None:
    kept = KeptAnswers(max_bytes=1000)
    for _ in range(200):
        kept.keep("same", _answer(10))

    kept.keep("other", _answer(10))

    assert kept.get("same") is not None
    assert kept.get("other") is not None


def test_large_answers_are_not_kept() -> None:
    kept = KeptAnswers(max_bytes=1000)

    kept.keep("large", _answer(11))

    assert kept.get("large") is None


def test_refusals_are_given_anew(fresh: FlaskClient) -> None:
    parts: Parts = fresh.application.extensions["coursegraph"]
    unknown = "/api/v1/topics/nowhere"
    assert fresh.get(unknown).status_code == 404
    with parts.sessions.begin() as session:
        session.add(Topic(id="nowhere", label="Nowhere", card='{"id":"nowhere"}'))
        revisions.advance(session, "test", "ingest", "page:x", {})

    assert fresh.get(unknown).status_code == 200


def test_what_was_answered_from_memory_is_counted_by_its_route(fresh: FlaskClient) -> None:
    for _ in range(3):
        fresh.get(TOPICS)

    counted = 'coursegraph_requests_total{method="GET",route="/api/v1/topics",status="200"} 3.0'
    assert counted in fresh.get("/metrics").text


def _answer(size: int) -> Kept:
    return Kept("etag", b"0" * size, (), "/route")
