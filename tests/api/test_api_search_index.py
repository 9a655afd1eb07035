"""Questions that names leave open, over REST: with the index and its model, and without either."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.app import create_app
from service.config import Settings, bundled
from service.inference.judge import LazyEmbedder
from service.search import Retrieval
from service.search.index import folder as folders
from service.search.index.follow import bring_up_to_date
from service.search.index.write import Place

PARAPHRASE = "/api/v1/search?q=finding+good+starting+values+for+weights"
TITLE = "/api/v1/search?q=netflix+competition"


@pytest.fixture
def served(course_sqlite: str, tmp_path: Path) -> Iterator[FlaskClient]:
    """The course page, indexed."""
    app = create_app(Settings(database_url=course_sqlite, index_dir=str(tmp_path / "index")))
    parts: Parts = app.extensions["coursegraph"]
    bring_up_to_date(Place(tmp_path / "index", parts.sessions), parts.retrieval.embedder)
    yield app.test_client()
    parts.close()


def answer(client: FlaskClient, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200
    return response.json


def test_a_paraphrase_is_answered_by_meaning_and_names_the_model(served: FlaskClient) -> None:
    found = answer(served, PARAPHRASE)

    assert found["consulted"]["steps"] == ["names", "words", "meaning"]
    assert found["consulted"]["model"].startswith("all-MiniLM-L6-v2@")
    assert found["items"] == []
    assert "backpropagation-and-initialization" in {
        topic["id"] for near in found["related"] for topic in near["resource"]["topics"]
    }
    assert all(near["why"] for near in found["related"])


def test_a_question_of_names_asks_no_index(served: FlaskClient) -> None:
    found = answer(served, "/api/v1/search?q=regularization")

    assert found["consulted"] == {"steps": ["names"], "model": None, "lacking": []}


@pytest.mark.parametrize("question", ["transformers", "pruning+roses", "asdf+qwertz", "books+about+knitting"])
def test_a_subject_that_is_not_held_gets_nothing_and_is_told_so(served: FlaskClient, question: str) -> None:
    found = answer(served, f"/api/v1/search?q={question}")

    assert (found["items"], found["related"]) == ([], [])
    assert "Nothing here is about" in found["message"]


def test_answers_that_the_index_gave_are_not_kept(served: FlaskClient) -> None:
    response = served.get(PARAPHRASE)

    assert response.headers["Cache-Control"] == "no-store"
    assert served.get(PARAPHRASE, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_with_both_the_service_is_ready(served: FlaskClient) -> None:
    ready = served.get("/readyz").json

    assert {"search_index", "search_model"}.isdisjoint(ready["degraded"])
    assert ready["parts"]["search_index"].endswith("36 resources, 36 with vectors")


def test_without_the_model_words_still_answer_and_all_say_so(served: FlaskClient, tmp_path: Path) -> None:
    parts: Parts = served.application.extensions["coursegraph"]
    retrieval = Retrieval(tmp_path / "index", LazyEmbedder(tmp_path / "no models"))
    replace(parts, retrieval=retrieval).install(served.application)

    found = answer(served, TITLE)
    ready = served.get("/readyz")

    assert found["related"][0]["resource"]["title"] == "History of Netflix Prize"
    assert found["consulted"]["steps"] == ["names", "words"]
    assert found["consulted"]["lacking"] == [
        "The model that compares meanings is missing, so only names and words were compared."
    ]
    assert (ready.status_code, ready.json["status"]) == (200, "degraded")
    assert "vocab.txt" in ready.json["parts"]["search_model"]


def test_a_damaged_model_is_as_good_as_none(served: FlaskClient, tmp_path: Path) -> None:
    parts: Parts = served.application.extensions["coursegraph"]
    shutil.copytree(bundled("data") / "models" / "minilm-l6-v2", tmp_path / "minilm-l6-v2")
    (tmp_path / "minilm-l6-v2" / "vocab.txt").write_text("damaged")
    replace(parts, retrieval=Retrieval(tmp_path / "index", LazyEmbedder(tmp_path))).install(served.application)

    assert answer(served, TITLE)["consulted"]["lacking"]
    assert "SHA-256" in served.get("/readyz").json["parts"]["search_model"]


@pytest.mark.parametrize("damage", ["removed", "overwritten"])
def test_without_the_index_names_still_answer_and_all_say_so(served: FlaskClient, tmp_path: Path, damage: str) -> None:
    index = tmp_path / "index"
    if damage == "removed":
        shutil.rmtree(index)
    else:
        for path in (folders.current(index) / "words").glob("*.idx"):
            path.write_bytes(b"damaged")

    found = answer(served, TITLE)

    assert found["consulted"]["steps"] == ["names"]
    assert found["consulted"]["lacking"] == ["The search index is missing, so only names and titles were compared."]
    assert answer(served, "/api/v1/search?q=regularization")["items"]
    assert served.get("/readyz").json["status"] == "degraded"


@pytest.mark.parametrize(
    "question",
    [
        "a" * 10_000,
        "word " * 2_000,
        "%00%01%02%1b[31m",
        "מתכון לעוגת שוקולד",
        "ما هي الشبكة العصبية",
        "什么是神经网络",
        "'; DROP TABLE resource; --",
        'title:"x" AND (words:[a TO *] OR NOT -x)^9 +"',
    ],
)
def test_whatever_is_asked_gets_a_sane_answer(served: FlaskClient, question: str) -> None:
    response = served.get("/api/v1/search", query_string={"q": question})

    assert response.status_code in (200, 414, 422)
    if response.status_code == 200:
        assert response.json["items"] == []
