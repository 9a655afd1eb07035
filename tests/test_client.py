"""The client against the service itself, in one process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask

from service.app import create_app
from service.catalog import keys
from service.client import CoursegraphClient, ServiceError
from service.config import Settings

URL = "http://coursegraph.example"
PAGE = """# Deep learning

## Backpropagation
* :page_facing_up: [Calculus on graphs](https://example.org/graphs)
* :film_projector: [Chain rule](https://example.org/chain)

## CNN
* :film_projector: [Convolutions](https://example.org/convolutions)
"""


@pytest.fixture
def app(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(migrated_sqlite, tmp_path / "catalog.db")
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/catalog.db"))
    yield app
    app.extensions["coursegraph"].close()


@pytest.fixture
def coursegraph(app: Flask) -> Iterator[CoursegraphClient]:
    """A client with a curator's key on a service that holds the page."""
    with app.extensions["coursegraph"].sessions.begin() as session:
        key = keys.create(session, "curate", "ada")
    with CoursegraphClient(URL, key, httpx.WSGITransport(app)) as client:
        client.ingest(markdown=PAGE, name="lectures")
        yield client


def test_a_question_is_answered(coursegraph: CoursegraphClient) -> None:
    answer = coursegraph.search("videos on backprop")

    assert [item["resource"]["title"] for item in answer["items"]] == ["Chain rule"]


def test_a_question_can_be_narrowed(coursegraph: CoursegraphClient) -> None:
    assert coursegraph.search("cnn", media_type=["article", "book"])["total"] == 0


def test_a_beginning_is_completed(coursegraph: CoursegraphClient) -> None:
    assert coursegraph.suggest("backp")[0]["id"] == "backpropagation"


def test_changes_are_followed_from_the_lists_on(coursegraph: CoursegraphClient) -> None:
    cursor = coursegraph.changes_cursor()
    coursegraph.ingest(markdown=PAGE.replace("Chain rule", "The chain rule"), name="lectures")

    (change,) = coursegraph.changes(cursor, types=["resource"])

    assert change["change"] == "updated"
    assert coursegraph.resource(change["id"])["title"] == "The chain rule"
    assert list(coursegraph.changes(change["cursor"], types=["resource"])) == []


def test_changes_come_stretch_by_stretch(coursegraph: CoursegraphClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.client.LONGEST_STRETCH", 2)

    told = list(coursegraph.changes())

    assert {change["type"] for change in told} >= {"topic", "resource", "page"}
    assert len({(change["type"], change["id"]) for change in told}) == len(told) == 6


def test_resources_come_stretch_by_stretch(coursegraph: CoursegraphClient) -> None:
    titles = [resource["title"] for resource in coursegraph.resources(limit=1, media_type="video")]

    assert titles == ["Chain rule", "Convolutions"]


def test_a_topic_is_found_by_its_name(coursegraph: CoursegraphClient) -> None:
    assert coursegraph.topic("backprop")["id"] == "backpropagation"
    assert {topic["id"] for topic in coursegraph.topics()} >= {"backpropagation", "cnn"}
    assert coursegraph.prerequisites("backprop", depth=1) == []


def test_a_path_leads_to_a_topic(coursegraph: CoursegraphClient) -> None:
    path = coursegraph.path("cnn", known=["backprop"], prefer=["videos"])

    assert path["items"][-1]["resource"]["title"] == "Convolutions"


def test_what_a_learner_did_counts_until_it_is_forgotten(coursegraph: CoursegraphClient) -> None:
    assert coursegraph.record("learner-1", {"kind": "completed", "topic": "cnn"})["kept"] == 1
    items = coursegraph.recommendations(learner="learner-1", limit=50)

    assert items
    assert "cnn" not in [item["topic"]["id"] for item in items]
    assert coursegraph.forget("learner-1") == {"deleted": 1}


def test_a_question_may_lean_on_the_one_before(coursegraph: CoursegraphClient) -> None:
    first = coursegraph.ask("videos on CNNs")
    second = coursegraph.ask("and papers?", first["conversation_id"], limit=1)

    assert second["interpretation"]["media_types"] == ["paper"]
    assert second["conversation_id"] == first["conversation_id"]
    assert [topic["id"] for topic in second["interpretation"]["topics"]] == ["cnn"]


def test_a_gap_and_what_is_similar_are_asked_for_by_name(coursegraph: CoursegraphClient) -> None:
    resource = next(coursegraph.resources(media_type="video"))

    assert [topic["id"] for topic in coursegraph.gap("cnn")["missing"]][-1] == "cnn"
    assert all(item["why"] for item in coursegraph.similar(resource["id"], limit=2))


def test_the_same_page_again_changes_nothing(coursegraph: CoursegraphClient) -> None:
    assert not coursegraph.ingest(markdown=PAGE, name="lectures")["is_changed"]


def test_a_refusal_is_raised_with_its_problem(coursegraph: CoursegraphClient) -> None:
    with pytest.raises(ServiceError, match="no topic is called 'alchemy'") as refused:
        coursegraph.path("cnn", known=["alchemy"])

    assert refused.value.status == 422
    assert refused.value.problem["errors"][0]["pointer"] == "/query/known"


@pytest.mark.parametrize("name", ["a/b", "..", "?", "%2e", "ä#"])
def test_a_name_stays_one_name(coursegraph: CoursegraphClient, name: str) -> None:
    with pytest.raises(ServiceError) as refused:
        coursegraph.topic(name)

    assert refused.value.status == 404


def test_an_answer_that_is_not_ours_is_raised_too() -> None:
    proxy = httpx.MockTransport(lambda request: httpx.Response(502, text="<h1>Bad gateway</h1>"))

    with CoursegraphClient(URL, transport=proxy) as client, pytest.raises(ServiceError, match="502 Bad Gateway"):
        client.topic("cnn")


def test_a_demo_is_asked_for_with_its_parameters() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"status": "succeeded"})

    with CoursegraphClient(URL, transport=httpx.MockTransport(answer)) as client:
        run = client.run_demo("playground", seed="7", wait_s=5, dataset="xor")

    assert run["status"] == "succeeded"
    assert (asked[0].url.path, asked[0].headers["Prefer"]) == ("/api/v1/demos/playground/runs", "wait=5")
    assert asked[0].read() == b'{"parameters":{"dataset":"xor"},"seed":"7"}'
