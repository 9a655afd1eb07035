"""Vectors on request, and recommendations with and without them."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.catalog import embeddings, resources, revisions
from service.catalog.resource_filter import ResourceFilter
from service.config import bundled
from service.graph import current
from service.graph.descriptions import Descriptions
from service.inference.judge import LazyEmbedder
from service.ingest.ingest import PageContent, ingest
from service.search import Retrieval

EMBEDDINGS = "/api/v1/embeddings"
RECOMMENDATIONS = "/api/v1/recommendations"
BACKPROP = "backpropagation-and-initialization"


@pytest.fixture
def course(fresh: FlaskClient) -> FlaskClient:
    """A service of the test's own that holds the course page."""
    parts: Parts = fresh.application.extensions["coursegraph"]
    page = PageContent("lectures", "lectures.md", (bundled("data") / "pages" / "lectures-2024.md").read_bytes())
    with parts.sessions.begin() as session:
        ingest(session, page, parts.vocabulary, parts.ingest_options)
    return fresh


def _items(client: FlaskClient, **asked: Any) -> list[dict[str, Any]]:
    response = client.post(EMBEDDINGS, json=asked)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json["items"]
    return items


def _cosine(one: dict[str, Any], other: dict[str, Any]) -> float:
    return sum(x * y for x, y in zip(one["vector"], other["vector"], strict=True))


def _finished(client: FlaskClient, topic: str) -> list[str]:
    listed: Any = client.get(f"/api/v1/resources?topic={topic}").json
    return [item["id"] for item in listed["items"]]


def test_texts_and_topics_have_vectors_of_one_space(client: FlaskClient) -> None:
    near, far, topic = _items(client, texts=["computing gradients backwards", "baking bread"], topics=["backprop"])

    assert (near["kind"], topic["kind"], topic["of"]) == ("text", "topic", BACKPROP)
    assert math.isclose(_cosine(near, near), 1, abs_tol=0.002)
    assert _cosine(near, topic) > _cosine(far, topic) + 0.2


def test_a_resource_is_embedded_as_it_is_described(client: FlaskClient) -> None:
    id = _finished(client, "backprop")[0]

    of_resource = _items(client, resources=[id])[0]
    of_text = _items(client, texts=[of_resource["text"]])[0]

    assert of_resource["text"].startswith("Initializing neural networks. Backpropagation and initialization")
    assert of_resource["vector"] == of_text["vector"]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [({}, ""), ({"resources": ["none"]}, "/resources"), ({"topics": ["alchemy"]}, "/topics"), ({"texts": [""]}, "")],
)
def test_what_has_no_vector_is_refused_by_name(client: FlaskClient, asked: dict[str, Any], pointer: str) -> None:
    response = client.post(EMBEDDINGS, json=asked)

    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"].startswith(pointer)


def test_without_the_model_there_are_no_vectors_but_recommendations(course: FlaskClient, tmp_path: Path) -> None:
    parts: Parts = course.application.extensions["coursegraph"]
    replace(parts, retrieval=Retrieval(tmp_path, LazyEmbedder(tmp_path))).install(course.application)

    refused = course.post(EMBEDDINGS, json={"texts": ["anything"]})
    answer: Any = course.post(RECOMMENDATIONS, json={"completed": _finished(course, "GD")[:1]}).json

    assert (refused.status_code, refused.json["type"]) == (503, "urn:coursegraph:problem:model-unavailable")
    assert answer["message"] == (
        "Ranked by the graph. No vectors of these resources are kept, so their meaning did not count."
    )
    assert answer["items"][0]["is_ready"]


def test_with_kept_vectors_what_is_close_in_meaning_rises(course: FlaskClient) -> None:
    parts: Parts = course.application.extensions["coursegraph"]
    with parts.sessions.begin() as session:
        revisions.lock(session)
        describe = Descriptions(current(session)).text
        cards = resources.find(session, ResourceFilter(), limit=200).cards
        embeddings.embed_and_keep(session, parts.retrieval.embedder, [describe(orjson.loads(card)) for card in cards])
    batch_norm = next(orjson.loads(card)["id"] for card in cards if b"Hands-On Batch normalization" in card)

    answer: Any = course.post(
        RECOMMENDATIONS, json={"seen": [batch_norm], "known_topics": ["neural network overview"]}
    ).json
    like: Any = course.get(f"/api/v1/resources/{batch_norm}/similar?limit=1").json["items"][0]  # type: ignore[index]

    assert answer["message"] == "Ranked by the graph and meaning."
    first = answer["items"][0]
    assert first["topic"]["id"] == "regularization"
    assert "Close in meaning to “Hands-On Batch normalization”, which you looked at." in first["why"]
    assert like["signals"]["meaning"] > 0.8
