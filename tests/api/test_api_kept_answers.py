"""Answers kept in memory: the right one, to whom it may concern, and not too many."""

from collections.abc import Callable

from flask import Response
from flask.testing import FlaskClient

from service.api.kept_answers import KeptAnswers
from service.api.parts import Parts
from service.catalog import revisions
from service.catalog.models import Topic

TOPICS = "/api/v1/topics"


def test_a_question_asked_again_is_answered_alike(fresh: FlaskClient) -> None:
    first, again = fresh.get(f"{TOPICS}?limit=5"), fresh.get(f"{TOPICS}?limit=5")

    own = ("X-Request-ID",)
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
        kept.keep(str(number), Response(b"0123456789"))
    kept.get("0")

    kept.keep("new", Response(b"0123456789"))

    assert kept.get("0") is not None
    assert kept.get("1") is None
    assert kept.get("new") is not None


def test_refusals_and_large_answers_are_not_kept() -> None:
    kept = KeptAnswers(max_bytes=1000)

    kept.keep("refused", Response(b"no", 404))
    kept.keep("large", Response(b"0" * 11))

    assert (kept.get("refused"), kept.get("large")) == (None, None)
