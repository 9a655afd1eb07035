"""Recommendations, similar resources and learners' events over REST."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.app import create_app
from service.catalog import resources
from service.catalog.resource_filter import ResourceFilter
from service.config import Settings, bundled
from service.ingest.ingest import PageContent, ingest

API = "/api/v1"
GD, OVERVIEW, BACKPROP = (
    "learning-by-gradient-descent",
    "single-and-multi-layer-neural-network-overview",
    "backpropagation-and-initialization",
)


def recommended(client: FlaskClient, **question: Any) -> list[dict[str, Any]]:
    response = client.post(f"{API}/recommendations", json=question)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json["items"]
    return items


def test_who_knows_what_a_topic_builds_on_gets_it(client: FlaskClient) -> None:
    items = recommended(client, known_topics=["GD", "neural network overview", "activation functions"])

    assert items[0]["topic"]["id"] == BACKPROP
    assert items[0]["is_ready"]
    assert "builds on “Learning by Gradient Descent”" in items[0]["why"]


def test_what_is_ready_comes_before_what_is_not(client: FlaskClient) -> None:
    ready = [item["is_ready"] for item in recommended(client, known_topics=["GD"], limit=50)]

    assert ready[0]
    assert not ready[-1]
    assert ready == sorted(ready, reverse=True)


def test_with_a_goal_all_of_it_leads_there(client: FlaskClient) -> None:
    path: Any = client.get(f"{API}/topics/cnn-and-conv2d/path?known=GD").json
    on_path = {step["topic"]["id"] for step in path["items"]}

    items = recommended(client, known_topics=["GD"], goal="cnn", limit=50)

    assert {item["topic"]["id"] for item in items} <= on_path
    assert all("CNN and Conv2D" in item["why"] or "your goal" in item["why"] for item in items)


def test_who_is_new_gets_places_to_begin_of_several_topics_and_types(client: FlaskClient) -> None:
    response: Any = client.post(f"{API}/recommendations", json={"limit": 6}).json

    assert response["message"].startswith("Nothing is known of this learner yet")
    assert len({item["topic"]["id"] for item in response["items"]}) > 1
    assert len({item["resource"]["media_type"] for item in response["items"]}) > 2
    assert all(item["is_ready"] for item in response["items"])


def test_what_was_seen_or_finished_is_not_shown_again(client: FlaskClient) -> None:
    first, second, *_ = [item["resource"]["id"] for item in recommended(client)]

    again = [item["resource"]["id"] for item in recommended(client, seen=[first], completed=[second, "no-such-id"])]

    assert not {first, second} & set(again)


def test_who_prefers_videos_gets_one_first(client: FlaskClient) -> None:
    item = recommended(client, known_topics=["GD", "logistic regression"], prefer={"media_types": ["videos"]})[0]

    assert item["resource"]["media_type"] == "video"
    assert item["why"].endswith("As you prefer: video.")


def test_who_knows_it_all_is_told_so(client: FlaskClient) -> None:
    topics = [topic["id"] for topic in client.get(f"{API}/topics?limit=200").json["items"]]  # type: ignore[index]

    answer: Any = client.post(f"{API}/recommendations", json={"known_topics": topics}).json

    assert answer["items"] == []
    assert answer["message"].startswith("There is nothing left to recommend")


def test_a_batch_answers_each_question_as_by_itself(client: FlaskClient) -> None:
    questions = [{"goal": "cnn"}, {"known_topics": ["GD"], "limit": 2}]

    answer: Any = client.post(f"{API}/recommendations/batch", json={"requests": questions}).json

    assert [one["items"] for one in answer["items"]] == [recommended(client, **question) for question in questions]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("", {"known_topics": ["alchemy"]}, "/known_topics"),
        ("", {"goal": "cnn", "goals": ["cnn"]}, ""),
        ("", {"learner": "ada@example.org"}, "/learner"),
        ("", {"limit": 51}, "/limit"),
        ("", {"prefer": {"free": 1}}, "/prefer/free"),
        ("/batch", {"requests": [{}, {"goal": "alchemy"}]}, "/requests/1/goal"),
        ("/batch", {"requests": []}, "/requests"),
    ],
)
def test_a_wrong_question_is_refused_by_name(
    client: FlaskClient, path: str, body: dict[str, Any], pointer: str
) -> None:
    response = client.post(f"{API}/recommendations{path}", json=body)

    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == pointer


WRONG = {"known_topics": ["alchemy"], "goal": "lead", "prefer": {"media_types": ["smell"], "language": "Klingon"}}
FIELDS = ["/known_topics", "/goal", "/prefer/language", "/prefer/media_types"]


@pytest.mark.parametrize(
    ("path", "body", "pointers"),
    [
        ("/recommendations", WRONG, FIELDS),
        (
            "/recommendations/batch",
            {"requests": [WRONG, {}, {"goal": "gold"}]},
            [f"/requests/0{each}" for each in FIELDS] + ["/requests/2/goal"],
        ),
        ("/gap", {"target": "gold", "known": ["lead"]}, ["/target", "/known"]),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    client: FlaskClient, path: str, body: dict[str, Any], pointers: list[str]
) -> None:
    response = client.post(f"{API}{path}", json=body)

    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json["errors"]] == pointers
    assert all(pointer in response.json["detail"] for pointer in pointers)


def test_similar_resources_say_why(client: FlaskClient) -> None:
    listed: Any = client.get(f"{API}/resources?topic=backprop&media_type=interactive").json
    first, second = listed["items"]

    found: Any = client.get(f"{API}/resources/{first['id']}/similar?limit=3").json

    assert found["items"][0]["resource"]["id"] == second["id"]
    assert found["items"][0]["why"].startswith("Also filed under “Backpropagation and initialization”")
    assert "by Katanforoosh and Kunin too" in found["items"][0]["why"]
    assert found["total"] == 3
    assert first["id"] not in [item["resource"]["id"] for item in found["items"]]


def test_nothing_is_like_what_is_not_there(client: FlaskClient) -> None:
    assert client.get(f"{API}/resources/nothing/similar").status_code == 404


@pytest.fixture
def course(fresh: FlaskClient) -> FlaskClient:
    """A service of the test's own that holds the course page."""
    parts: Parts = fresh.application.extensions["coursegraph"]
    page = PageContent("lectures", "lectures.md", (bundled("data") / "pages" / "lectures-2024.md").read_bytes())
    with parts.sessions.begin() as session:
        ingest(session, page, parts.vocabulary, parts.ingest_options)
    return fresh


def _send(client: FlaskClient, key: dict[str, str], learner: str, *events: dict[str, Any]) -> Any:
    response = client.post(f"{API}/events", json={"learner": learner, "events": events}, headers=key)
    assert response.status_code == 200, response.text
    return response.json


def _of_topic(client: FlaskClient, topic: str) -> list[str]:
    parts: Parts = client.application.extensions["coursegraph"]
    with parts.sessions() as session:
        cards = resources.find(session, ResourceFilter(topics=(topic,))).cards
    return [orjson.loads(card)["id"] for card in cards]


def test_events_make_the_next_topic_ready_until_they_are_deleted(course: FlaskClient, key: Any) -> None:
    reader = key("read")
    done = [{"kind": "completed", "resource": _of_topic(course, topic)[0]} for topic in (GD, OVERVIEW)]

    sent = _send(course, reader, "learner-1", *done, {"kind": "completed", "topic": "activation functions"})
    before = recommended(course, learner="learner-1")
    forgotten: Any = course.delete(f"{API}/events?learner=learner-1", headers=reader).json

    assert sent == {"recorded": 3, "kept": 3}
    assert before[0]["topic"]["id"] == BACKPROP
    assert forgotten == {"deleted": 3}
    assert recommended(course, learner="learner-1") == recommended(course)


def test_what_others_finished_who_finished_the_same_rises(course: FlaskClient, key: Any) -> None:
    reader = key("read")
    overview = _of_topic(course, OVERVIEW)
    shared, favourite = _of_topic(course, GD)[0], overview[-1]
    for learner in ("bob", "eve"):
        _send(course, reader, learner, *[{"kind": "completed", "resource": id} for id in (shared, favourite)])

    _send(course, reader, "ada", {"kind": "completed", "resource": shared})
    item = next(i for i in recommended(course, learner="ada") if i["resource"]["id"] == favourite)

    assert item["signals"]["learners"] > 0
    assert "2 learners who finished what you did finished it too." in item["why"]


def test_what_was_disliked_is_not_shown_again(course: FlaskClient, key: Any) -> None:
    first = recommended(course)[0]["resource"]["id"]

    _send(course, key("read"), "ada", {"kind": "rated", "resource": first, "rating": 1})

    assert first not in [item["resource"]["id"] for item in recommended(course, learner="ada")]


WRONG_EVENTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "completed"}, "/events/0"),
    ({"kind": "completed", "resource": "none"}, "/events/0/resource"),
    ({"kind": "completed", "topic": "alchemy"}, "/events/0/topic"),
    ({"kind": "rated", "topic": GD}, "/events/0/rating"),
    ({"kind": "viewed", "topic": GD, "rating": 3}, "/events/0/rating"),
    ({"kind": "rated", "topic": GD, "rating": 6}, "/events/0/rating"),
    ({"kind": "liked", "topic": GD}, "/events/0/kind"),
]


def test_a_wrong_event_is_refused_and_nothing_is_kept(course: FlaskClient, key: Any) -> None:
    reader = key("read")

    for event, pointer in WRONG_EVENTS:
        response = course.post(f"{API}/events", json={"learner": "ada", "events": [event]}, headers=reader)

        assert response.status_code == 422, event
        assert response.json["errors"][0]["pointer"].startswith(pointer), event
        assert course.delete(f"{API}/events?learner=ada", headers=reader).json == {"deleted": 0}, event


def test_all_wrong_events_of_a_batch_are_told_at_once(course: FlaskClient, key: Any) -> None:
    viewed = [{"topic": "alchemy"}, {"topic": GD}, {"topic": "astrology"}, {"resource": "none"}]
    events = [{"kind": "viewed", **what} for what in viewed]

    refused: Any = course.post(f"{API}/events", json={"learner": "ada", "events": events}, headers=key("read"))

    pointers = [fault["pointer"] for fault in refused.json["errors"]]
    assert (refused.status_code, pointers) == (422, ["/events/0/topic", "/events/2/topic", "/events/3/resource"])
    assert all(name in refused.json["detail"] for name in ("alchemy", "astrology", "none"))


def test_events_need_a_key(course: FlaskClient) -> None:
    event = {"kind": "completed", "topic": GD}

    assert course.post(f"{API}/events", json={"learner": "ada", "events": [event]}).status_code == 401
    assert course.delete(f"{API}/events?learner=ada").status_code == 401


def test_the_settings_bound_what_is_kept(database_url: str, fresh: FlaskClient, key: Any) -> None:
    app = create_app(Settings(database_url=database_url, event_learner_limit=1))
    parts: Parts = app.extensions["coursegraph"]
    page = PageContent(
        "p", "p.md", b"# P\n\n## One\n* [A](https://example.org/a)\n\n## Two\n* [B](https://example.org/b)\n"
    )
    with parts.sessions.begin() as session:
        ingest(session, page, parts.vocabulary, parts.ingest_options)

    sent = _send(app.test_client(), key("read"), "ada", *[{"kind": "viewed", "topic": t} for t in ("one", "two")])

    assert sent == {"recorded": 2, "kept": 1}
    parts.close()
