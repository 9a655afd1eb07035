"""Learning paths and gaps over REST: what to learn, why, and what can be begun now."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.app import create_app
from service.catalog import revisions
from service.catalog.models import Prerequisite, Topic
from service.config import Settings

PATH = "/api/v1/topics/cnn/path"
GAP = "/api/v1/gap"


@pytest.fixture
def choice(fresh: FlaskClient) -> FlaskClient:
    """CNN builds on backprop, and on either calculus or (by way of algebra) on autograd."""
    parts: Parts = fresh.application.extensions["coursegraph"]
    with parts.sessions.begin() as session:
        names = ("backprop", "calculus", "algebra", "autograd", "cnn")
        session.add_all(Topic(id=id, label=id.title(), card=f'{{"id":"{id}"}}') for id in names)
        session.flush()
        session.add_all(
            [
                _edge("backprop", "cnn"),
                _edge("algebra", "autograd"),
                _edge("autograd", "cnn", any_of="derivatives"),
                _edge("calculus", "cnn", any_of="derivatives"),
            ]
        )
        revisions.advance(session, "test", "ingest", "page:test", {})
    return fresh


def _edge(prerequisite: str, dependent: str, any_of: str | None = None) -> Prerequisite:
    evidence = [{"source": "text", "confidence": 0.9, "detail": "Before that, …", "page": "test", "line": 3}]
    return Prerequisite(
        prerequisite_id=prerequisite,
        dependent_id=dependent,
        kind="stated",
        status="accepted",
        confidence=0.9,
        evidence=evidence,
        any_of=any_of,
    )


def _ids(topics: list[dict[str, Any]]) -> list[str]:
    return [topic["id"] for topic in topics]


def test_a_step_says_what_builds_on_it_and_what_shows_that(choice: FlaskClient) -> None:
    step: Any = choice.get(f"{PATH}?known=calculus").json["items"][0]

    assert step["topic"] == {"id": "backprop", "label": "Backprop"}
    assert step["needed_for"] == {"id": "cnn", "label": "Cnn"}
    assert step["why"] == "Cnn builds on it: Before that, … (test, line 3)."
    assert step["evidence"][0]["line"] == 3


def test_of_alternatives_a_path_takes_one_and_names_the_others(choice: FlaskClient) -> None:
    items: Any = choice.get(PATH).json["items"]

    assert _ids([step["topic"] for step in items]) == ["backprop", "calculus", "cnn"]
    assert _ids(items[1]["instead"]) == ["autograd"]
    assert items[1]["why"].startswith("Cnn builds on it (in its place would do: Autograd)")


def test_edges_tell_which_are_alternatives(choice: FlaskClient) -> None:
    edges: Any = choice.get("/api/v1/topics/cnn/prerequisites?depth=1").json["items"]

    assert {edge["topic"]["id"]: edge["any_of"] for edge in edges} == {
        "backprop": None,
        "autograd": "derivatives",
        "calculus": "derivatives",
    }


def test_a_path_adds_up_the_durations_that_are_stated_and_counts_the_others(client: FlaskClient) -> None:
    found: Any = client.get("/api/v1/topics/learning-by-gradient-descent/path?max_minutes=30").json

    assert found["items"][0]["resource"]["title"] == "Understanding Binary Cross-Entropy / Log Loss in 5 minutes"
    assert (found["total_minutes"], found["untimed_steps"]) == (5, 1)


def test_a_gap_names_what_is_missing_and_what_can_be_begun(choice: FlaskClient) -> None:
    found: Any = choice.post(GAP, json={"known": ["algebra", "backprop"], "target": "autograd"}).json
    further: Any = choice.post(GAP, json={"known": ["backprop"], "goals": ["cnn", "autograd"]}).json

    assert (_ids(found["missing"]), _ids(found["ready_now"])) == (["autograd"], ["autograd"])
    assert _ids(further["missing"]) == ["algebra", "autograd", "cnn"]
    assert _ids(further["ready_now"]) == ["algebra"]
    assert [step["topic"]["id"] for step in further["path"]] == _ids(further["missing"])


def test_who_knows_the_target_misses_nothing(choice: FlaskClient) -> None:
    found: Any = choice.post(GAP, json={"known": ["cnn"], "target": "backprop"}).json

    assert (found["missing"], found["ready_now"], found["path"]) == ([], [], [])


def test_the_course_page_leads_a_beginner_through_its_first_lectures(client: FlaskClient) -> None:
    found: Any = client.post(GAP, json={"known": ["logistic regression definition"], "target": "backprop"}).json

    assert "learning-by-gradient-descent" in _ids(found["ready_now"])
    assert _ids(found["missing"])[-1] == "backpropagation-and-initialization"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"target": "cnn", "goals": ["cnn"]}, ""),
        ({"target": "alchemy"}, "/target"),
        ({"goals": ["cnn", "alchemy"]}, "/goals"),
        ({"target": "cnn", "known": ["alchemy"]}, "/known"),
        ({"target": "cnn", "prefer": {"media_types": ["smell"]}}, "/prefer/media_types"),
        ({"target": "cnn", "prefer": {"max_minutes": 0}}, "/prefer/max_minutes"),
    ],
)
def test_a_wrong_question_is_refused_by_name(choice: FlaskClient, body: dict[str, Any], pointer: str) -> None:
    response = choice.post(GAP, json=body)

    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == pointer


def test_a_gap_is_a_read_and_needs_a_key_where_reads_do(database_url: str) -> None:
    app = create_app(Settings(database_url=database_url, public_read=False))

    response = app.test_client().post(GAP, json={"target": "cnn"})

    assert response.status_code == 401
    app.extensions["coursegraph"].close()
