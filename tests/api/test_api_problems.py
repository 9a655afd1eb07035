"""Errors are application/problem+json, whoever raises them."""

import inspect
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import errors
from service.api.parts import Parts
from service.api.problems import PROBLEMS, TYPE_PREFIX
from service.errors import CoursegraphError


def _tree(root: type[CoursegraphError]) -> set[type[CoursegraphError]]:
    return {root}.union(*(_tree(kind) for kind in root.__subclasses__() if kind.__module__ == errors.__name__))


def test_every_error_of_the_tree_has_its_problem() -> None:
    of_the_command_alone = {errors.BackupError}

    assert set(PROBLEMS) == _tree(CoursegraphError) - of_the_command_alone


def test_no_two_problems_share_a_name() -> None:
    names = [problem.name for problem in PROBLEMS.values()]

    assert len(set(names)) == len(names)


WITH_FACTS = [kind for kind, problem in PROBLEMS.items() if problem.facts]


@pytest.mark.parametrize("kind", WITH_FACTS, ids=lambda kind: kind.__name__)
def test_the_facts_of_a_problem_are_attributes_of_its_error(kind: type[CoursegraphError]) -> None:
    arguments = inspect.signature(kind).parameters.keys()

    assert set(PROBLEMS[kind].facts) <= arguments


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "//api/v1/resources", 404),
        ("GET", "/api/v1/resources/", 404),
        ("DELETE", "/api/v1/resources", 405),
        ("PATCH", "/healthz", 405),
        ("GET", "/api/v1/resources?limit=x", 422),
        ("POST", "/api/v1/ingests", 401),
        ("GET", "/docs/nothing.js", 404),
        ("GET", "/docs/../app.py", 404),
    ],
)
def test_what_is_refused_is_told_as_a_problem(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)

    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert response.json["status"] == status
    assert response.json["type"].startswith(TYPE_PREFIX)
    assert {"title", "detail", "errors"} <= set(response.json)
    assert response.json["request_id"] == response.headers["X-Request-ID"]


def test_a_method_that_is_not_allowed_is_told_with_those_that_are(client: FlaskClient) -> None:
    response = client.delete("/api/v1/media-types")

    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"data": b"{", "content_type": "application/json"}, "line 1 column 2"),
        ({"data": b'{"a": "\xff"}', "content_type": "application/json"}, "position 7"),
        ({"data": b"{}"}, "Content-Type: application/json"),
        ({"json": {}}, "Give texts, resources or topics."),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_what_is_wrong_with_it(
    client: FlaskClient, sent: dict[str, Any], told: str
) -> None:
    refused = client.post("/api/v1/embeddings", **sent).json["detail"]

    assert told in refused
    assert "field : " not in refused


def test_who_begins_at_the_root_is_led_to_the_documentation(client: FlaskClient) -> None:
    root, nowhere = client.get("/"), client.get("/api")

    assert (root.status_code, root.headers["Location"]) == (302, "/docs")
    assert "/docs" in nowhere.json["detail"]


def test_a_mistake_of_ours_tells_no_secrets(
    client: FlaskClient, parts: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(parts.snapshots, "begin", fail)

    response = client.get("/api/v1/resources")

    assert (response.status_code, response.content_type) == (500, "application/problem+json")
    assert "hunter2" not in response.text
    assert response.json["request_id"] in caplog.text
    assert "hunter2" in caplog.text


def test_a_database_that_does_not_answer_is_told_with_when_to_try_again(
    client: FlaskClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise errors.Unavailable("The database does not answer.", retry_after_s=5)

    monkeypatch.setattr(parts.snapshots, "begin", fail)

    response = client.get("/api/v1/resources")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(("sent", "kept"), [("abc-123", True), ("two words", False), ("a" * 65, False), ("", False)])
def test_a_sane_request_id_is_kept(client: FlaskClient, sent: str, kept: bool) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": sent})

    assert (response.headers["X-Request-ID"] == sent) is kept
    assert response.headers["X-Request-ID"]
