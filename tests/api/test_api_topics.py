"""Reading topics: by id and by name, and what to learn before and after them."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.catalog import revisions
from service.catalog.models import Prerequisite, Topic

TOPICS = "/api/v1/topics"


@pytest.fixture
def chain(fresh: FlaskClient) -> FlaskClient:
    """One topic builds on the next: GD <- backprop <- CNN, and perhaps on RNN; an old one was merged, one is gone."""
    parts: Parts = fresh.application.extensions["coursegraph"]
    with parts.sessions.begin() as session:
        labels = {"gd": "Gradient descent", "backprop": "Backpropagation", "cnn": "CNN", "rnn": "RNN"}
        session.add_all(Topic(id=id, label=label, card=f'{{"id":"{id}"}}') for id, label in labels.items())
        session.add(Topic(id="convnet", label="ConvNet", status="merged", merged_into="cnn"))
        session.add(Topic(id="alchemy", label="Alchemy", status="gone"))
        session.flush()
        session.add(_edge("gd", "backprop", "accepted"))
        session.add(_edge("backprop", "cnn", "accepted"))
        session.add(_edge("rnn", "cnn", "proposed"))
        revisions.advance(session, "test", "ingest", "page:test", {})
    return fresh


def _edge(prerequisite: str, dependent: str, status: str) -> Prerequisite:
    evidence = [{"source": "text", "confidence": 0.9, "detail": "Before that, …", "page": "test", "line": 3}]
    return Prerequisite(
        prerequisite_id=prerequisite,
        dependent_id=dependent,
        kind="stated",
        status=status,
        confidence=0.9,
        evidence=evidence,
    )


def _around(client: FlaskClient, url: str) -> Iterator[tuple[str, int]]:
    response = client.get(url)
    assert response.status_code == 200, response.text
    for item in response.json["items"]:
        yield item["topic"]["id"], item["depth"]


def test_the_course_page_gives_its_topics_by_id(client: FlaskClient) -> None:
    listed: Any = client.get(f"{TOPICS}?limit=200").json

    ids = [item["id"] for item in listed["items"]]
    assert listed["total"] == len(ids) == 13
    assert ids == sorted(ids)


def test_a_topic_names_the_demos_that_show_it(client: FlaskClient) -> None:
    topic: Any = client.get(f"{TOPICS}/learning-by-gradient-descent").json

    assert {"id": "playground", "title": "Neural network playground"} in topic["demos"]


def test_a_topic_says_how_much_there_is_on_it(client: FlaskClient) -> None:
    topic: Any = client.get(f"{TOPICS}/regularization").json

    assert topic["label"] == "Regularization"
    assert sum(topic["resource_counts"].values()) == 6


@pytest.mark.parametrize("name", ["backprop", "Backprop", "back-propagation", "Backpropagation and initialization"])
def test_a_name_leads_to_the_topic_that_it_names(client: FlaskClient, name: str) -> None:
    response = client.get(f"{TOPICS}/{name}")

    assert response.status_code == 308
    assert response.headers["Location"] == f"{TOPICS}/backpropagation-and-initialization"
    assert response.headers["Cache-Control"] == "no-cache"


def test_what_is_below_a_name_leads_on_with_its_query(client: FlaskClient) -> None:
    response = client.get(f"{TOPICS}/backprop/prerequisites?depth=1")

    assert response.headers["Location"] == f"{TOPICS}/backpropagation-and-initialization/prerequisites?depth=1"


def test_a_merged_topic_leads_to_its_survivor(chain: FlaskClient) -> None:
    response = chain.get(f"{TOPICS}/convnet/dependents")

    assert (response.status_code, response.headers["Location"]) == (308, f"{TOPICS}/cnn/dependents")


def test_a_topic_that_no_page_has_any_more_is_gone(chain: FlaskClient) -> None:
    response = chain.get(f"{TOPICS}/alchemy")

    assert (response.status_code, response.json["type"]) == (410, "urn:coursegraph:problem:gone")


def test_a_name_of_nothing_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"{TOPICS}/transformers").status_code == 404


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("cnn/prerequisites", [("backprop", 1), ("gd", 2)]),
        ("cnn/prerequisites?depth=1", [("backprop", 1)]),
        ("cnn/prerequisites?status=accepted,proposed&depth=1", [("backprop", 1), ("rnn", 1)]),
        ("gd/prerequisites", []),
        ("gd/dependents", [("backprop", 1), ("cnn", 2)]),
        ("rnn/dependents?status=proposed", [("cnn", 1)]),
    ],
)
def test_prerequisites_point_from_what_to_learn_first(
    chain: FlaskClient, url: str, found: list[tuple[str, int]]
) -> None:
    assert list(_around(chain, f"{TOPICS}/{url}")) == found


def test_an_edge_says_why_it_is_believed(chain: FlaskClient) -> None:
    edge: Any = chain.get(f"{TOPICS}/backprop/prerequisites").json["items"][0]

    assert edge["topic"] == {"id": "gd", "label": "Gradient descent"}
    assert (edge["kind"], edge["status"], edge["confidence"]) == ("stated", "accepted", 0.9)
    assert edge["evidence"][0]["line"] == 3


@pytest.mark.parametrize("query", ["depth=0", "depth=all", "status=perhaps", "deep=1"])
def test_a_wrong_parameter_of_prerequisites_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"{TOPICS}/regularization/prerequisites?{query}").status_code == 422


def test_what_a_longer_way_implies_is_shown_on_request(client: FlaskClient) -> None:
    path = "/api/v1/topics/cnn-and-conv2d/prerequisites?depth=1"

    needed = client.get(path).json["items"]
    everything = client.get(f"{path}&transitive=true").json["items"]

    assert [item["topic"]["id"] for item in needed] == ["backpropagation-and-initialization"]
    assert not needed[0]["is_transitive"]
    implied = {item["topic"]["id"] for item in everything if item["is_transitive"]}
    assert implied == {"activation-functions", "single-and-multi-layer-neural-network-overview"}
