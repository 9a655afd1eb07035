"""Questions over REST, and the path and the graph that answer to them."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts

SEARCH = "/api/v1/search"


def test_videos_on_backprop_are_answered_honestly(client: FlaskClient) -> None:
    answer: Any = client.get(f"{SEARCH}?q=videos+on+backprop").json

    topic = answer["interpretation"]["topics"][0]
    assert (topic["id"], topic["matched"]) == ("backpropagation-and-initialization", "backprop")
    assert (answer["total"], answer["items"], answer["next"]) == (0, [], None)
    assert answer["related"][0]["resource"]["title"] == "Gradient descent, how neural networks learn"
    assert answer["related"][0]["why"]
    assert answer["message"].startswith("No video is filed under Backpropagation and initialization.")


def test_what_the_graph_holds_nothing_on_gets_nothing(client: FlaskClient) -> None:
    answer: Any = client.get(f"{SEARCH}?q=transformers").json

    assert (answer["total"], answer["items"], answer["related"]) == (0, [], [])
    assert "transformers" in answer["message"]


@pytest.mark.parametrize("q", ["papers+on+dropout", "dropout", "articles", "videos+on+backprop", "batch+norm+and+cnn"])
def test_an_answer_of_stored_cards_is_the_json_that_it_would_be_if_it_were_written_anew(
    client: FlaskClient, q: str
) -> None:
    answer = client.get(f"{SEARCH}?q={q}")

    assert orjson.dumps(answer.json) == answer.data


def test_the_pages_of_an_answer_hold_each_hit_once(client: FlaskClient) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"q": "articles", "limit": 6}
    while query:
        answer: Any = client.get(SEARCH, query_string=query).json
        seen += [item["resource"]["id"] for item in answer["items"]]
        query = query | {"cursor": answer["next"]} if answer["next"] else {}

    assert len(seen) == len(set(seen)) == answer["total"] > 6


def test_all_parameters_that_name_nothing_are_told_at_once(client: FlaskClient) -> None:
    answer = client.get(f"{SEARCH}?q=x&topic=alchemy&media_type=smell&language=Klingon")

    assert [fault["pointer"].split("/")[2] for fault in answer.json["errors"]] == ["media_type", "topic", "language"]


def test_a_parameter_narrows_whatever_the_question_says(client: FlaskClient) -> None:
    answer: Any = client.get(f"{SEARCH}?q=backprop&media_type=papers").json

    assert {item["resource"]["media_type"] for item in answer["items"]} <= {"paper"}
    assert answer["interpretation"]["media_types"] == ["paper"]


@pytest.mark.parametrize(
    ("query", "name"), [("", "q"), ("q=", "q"), ("q=x&topic=alchemy", "topic"), ("q=x&cursor=W10", "cursor")]
)
def test_a_wrong_question_is_refused_by_name(client: FlaskClient, query: str, name: str) -> None:
    response = client.get(f"{SEARCH}?{query}")

    assert (response.status_code, response.json["errors"][0]["pointer"]) == (422, f"/query/{name}")


@pytest.mark.parametrize("query", ["q=r%C3%A9seau", "q=réseau"])
def test_a_question_is_utf_8_escaped_or_not(client: FlaskClient, query: str) -> None:
    assert client.get(f"{SEARCH}?{query}").json["query"] == "réseau"


def test_a_beginning_is_completed(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest?q=bat&limit=1").json["items"][0]["id"] == "regularization"


def test_a_path_leads_through_what_is_missing(client: FlaskClient) -> None:
    url = "/api/v1/topics/backpropagation-and-initialization/path"
    whole = [step["topic"]["id"] for step in client.get(url).json["items"]]
    shorter = [step["topic"]["id"] for step in client.get(f"{url}?known=GD").json["items"]]

    assert whole[-1] == shorter[-1] == "backpropagation-and-initialization"
    assert set(shorter) < set(whole)
    assert "learning-by-gradient-descent" not in shorter


@pytest.mark.parametrize("query", ["known=alchemy", "prefer=hologram", "known=", "knows=GD"])
def test_a_wrong_parameter_of_a_path_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/topics/cnn-and-conv2d/path?{query}").status_code == 422


@pytest.mark.parametrize(
    ("accept", "content_type", "start"),
    [
        ("*/*", "application/json", b'{"revision":1,'),
        ("application/json", "application/json", b'{"revision":1,'),
        ("application/graphml+xml", "application/graphml+xml", b"<?xml"),
        ("text/turtle, text/*;q=0.5", "text/turtle", b"@prefix"),
        ("application/ld+json", "application/ld+json", b'{"@context":'),
    ],
)
def test_the_graph_comes_in_the_format_that_was_asked_for(
    client: FlaskClient, accept: str, content_type: str, start: bytes
) -> None:
    response = client.get("/api/v1/graph", headers={"Accept": accept}, buffered=True)

    assert response.content_type.split(";")[0] == content_type
    assert response.data.startswith(start)


def test_a_graph_that_was_read_to_its_end_holds_no_connection(client: FlaskClient, parts: Parts) -> None:
    answers, held = [], []
    for _ in range(3):
        answers.append(client.get("/api/v1/graph"))  # kept, and not closed
        answers[-1].get_data()
        held.append(parts.engine.pool.checkedout())  # type: ignore[attr-defined]

    assert held[0] == held[1] == held[2]  # those that wait for the next reads


@pytest.mark.parametrize("path", ["/api/v1/graph", "/api/v1/resources/28b0d94d5bee5d53"])
def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "image/png"})

    assert (response.status_code, response.content_type) == (406, "application/problem+json")
    assert "application/ld+json" in response.json["detail"]


def test_a_resource_comes_in_the_words_of_schema_org(client: FlaskClient) -> None:
    url = "/api/v1/resources/28b0d94d5bee5d53"

    resource: Any = client.get(url, headers={"Accept": "application/ld+json"}).get_json(force=True)

    assert resource["@type"] == ["LearningResource", "VideoObject"]
    assert resource["@id"] == f"http://localhost{url}"
    (taught,) = resource["teaches"]
    assert (taught["@type"], taught["name"]) == ("DefinedTerm", "GD for NN")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_sending_the_graph_gives_its_snapshot_back(client: FlaskClient, parts: Parts, method: str) -> None:
    client.open("/api/v1/graph", method=method, buffered=True).close()
    idle = len(parts.snapshots._idle)

    for _ in range(3):
        client.open("/api/v1/graph", method=method, buffered=True).close()
        client.get("/api/v1/graph", headers={"If-None-Match": "*"}, buffered=True).close()

    assert len(parts.snapshots._idle) == idle


def test_corrections_can_be_switched_off(client: FlaskClient) -> None:
    url = "/api/v1/search?q=backporp"

    assert client.get(url).json["interpretation"]["corrections"] == [{"written": "backporp", "read_as": "backprop"}]
    assert client.get(f"{url}&corrections=false").json["interpretation"]["unknown_words"] == ["backporp"]
