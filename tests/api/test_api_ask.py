"""POST /ask: answers in words, conversations across processes, and the same in pieces."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cpu_time import cpu_ratio
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.api.parts import Parts
from service.app import create_app
from service.catalog.models import Conversation
from service.config import Settings

URL = "/api/v1/ask"
MOST_TIMES = 50  # as much CPU as a short question; what takes less than 10 ms counts as 10 ms


def ask(client: FlaskClient, question: str, conversation: str | None = None) -> Any:
    response = client.post(URL, json={"question": question, "conversation_id": conversation})
    assert response.status_code == 200, response.text
    return response.json


def test_an_answer_has_words_claims_and_the_places_that_show_them(client: FlaskClient) -> None:
    answer = ask(client, "what comes before backprop?")

    assert answer["interpretation"]["intent"] == "prerequisites"
    assert answer["answer"].startswith(answer["claims"][0]["text"][:-1] + " [1].")
    assert answer["citations"][0]["page"] == "lectures-2024"
    assert answer["citations"][0]["url"] == "http://localhost/api/v1/pages/lectures-2024"
    assert client.get(answer["citations"][0]["url"]).status_code == 200
    assert answer["consulted"]["steps"][0] == "names"
    assert "path" not in answer


def test_a_path_and_a_demo_come_with_the_answer(client: FlaskClient) -> None:
    answer = ask(client, "learning path to CNN")

    assert answer["path"]["items"][-1]["topic"]["id"] == "cnn-and-conv2d"
    assert answer["path"] == client.get("/api/v1/topics/cnn-and-conv2d/path").json
    assert client.get(answer["demo"]["url"]).json["id"] == answer["demo"]["id"]


def test_a_conversation_goes_on_in_another_process(client: FlaskClient, parts: Parts) -> None:
    conversation = ask(client, "videos on backprop")["conversation_id"]
    url = parts.engine.url.render_as_string(hide_password=False)
    other = create_app(Settings(database_url=url))

    answer = ask(other.test_client(), "and papers?", conversation)
    pointed = ask(client, "tell me more about the second one", conversation)

    assert answer["conversation_id"] == conversation
    assert answer["interpretation"]["media_types"] == ["paper"]
    assert [topic["by"] for topic in answer["interpretation"]["topics"]] == ["conversation"]
    assert [resource["id"] for resource in pointed["resources"]] == [answer["resources"][1]["id"]]
    other.extensions["coursegraph"].close()


def test_an_unknown_conversation_is_a_404(client: FlaskClient) -> None:
    response = client.post(URL, json={"question": "and papers?", "conversation_id": "nobody"})

    assert (response.status_code, response.content_type) == (404, "application/problem+json")


@pytest.fixture
def short(settings: Settings) -> Iterator[FlaskClient]:
    """A service that keeps two conversations of two questions each."""
    limits = {"conversation_keep_limit": 2, "conversation_turn_limit": 2}
    app = create_app(Settings(database_url=settings.database_url, **limits))
    yield app.test_client()
    app.extensions["coursegraph"].close()


def test_conversations_are_bounded_in_number_and_length(short: FlaskClient) -> None:
    first = ask(short, "soil")["conversation_id"]
    ask(short, "more", first)

    assert short.post(URL, json={"question": "more", "conversation_id": first}).status_code == 404
    for _ in range(5):
        ask(short, "soil")
    with short.application.extensions["coursegraph"].sessions() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) <= 2


def test_corrections_are_shown_and_can_be_switched_off(client: FlaskClient) -> None:
    corrected = ask(client, "what is backporp")["interpretation"]
    response = client.post(URL, json={"question": "what is backporp", "corrections": False})

    assert corrected["corrections"] == [{"written": "backporp", "read_as": "backprop"}]
    assert response.json["interpretation"]["corrections"] == []
    assert response.json["interpretation"]["unknown_words"] == ["backporp"]


def test_the_answer_comes_in_pieces_when_asked_for(client: FlaskClient) -> None:
    whole = ask(client, "learning path to CNN")

    response = client.post(URL, json={"question": "learning path to CNN"}, headers={"Accept": "text/event-stream"})

    events = [dict(line.split(": ", 1) for line in event.splitlines()) for event in response.text.split("\n\n")[:-1]]
    assert response.content_type == "text/event-stream"
    names = [event["event"] for event in events]
    assert (names[0], names[-1]) == ("interpretation", "done")
    assert [json.loads(event["data"]) for event in events if event["event"] == "claim"] == whole["claims"]
    assert [json.loads(event["data"]) for event in events if event["event"] == "path"] == [whole["path"]]
    assert json.loads(events[-1]["data"])["answer"] == whole["answer"]


@pytest.mark.parametrize(
    "question",
    [
        "a" * 10_000,
        "what is " * 1_250,
        "neural vs " * 1_000,
        "how do I get from " * 555,
        "not " * 2_500,
        "2 videos under 20 minutes " * 380,
        "\x00\x01\x02\x1b[31m\u202e\u200f",
        "ﷺ" * 10_000,
        "רשתות נוירונים בעברית",
        "ما هي الشبكات العصبية؟",
        "什么是神经网络？",
        "'; DROP TABLE resource; --",
        '" OR 1=1 UNION SELECT * FROM api_key',
        'title:(foo AND bar*) NEAR/3 "baz" ^2 {!q} [1 TO *]',
        "${jndi:ldap://x} {{7*7}} <script>alert(1)</script>",
    ],
)
def test_hostile_questions_are_answered_in_time(client: FlaskClient, question: str) -> None:
    answer = ask(client, question)

    ratio = cpu_ratio(lambda: ask(client, question), lambda: ask(client, "videos on soil"), enough=MOST_TIMES)
    assert ratio < MOST_TIMES
    assert answer["answer"]
    assert answer["claims"]


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": "a" * 10_001}, {"question": 7}, {"q": "soil"}])
def test_what_is_no_question_is_refused_by_name(client: FlaskClient, body: dict[str, Any]) -> None:
    response = client.post(URL, json=body)

    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"].startswith("/")


@pytest.mark.parametrize("q", ["a" * 1_001, "a" * 10_000])
def test_a_question_too_long_for_an_address_is_refused(client: FlaskClient, q: str) -> None:
    assert client.get("/api/v1/search", query_string={"q": q}).status_code in (414, 422)


def test_half_a_character_is_answered_or_refused(client: FlaskClient) -> None:
    response = client.post(URL, data=b'{"question": "soil \\ud800"}', content_type="application/json")

    assert response.status_code in (200, 400, 422)
