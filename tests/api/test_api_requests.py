"""Every request has an id, and one line in the log."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import logs
from service.api import requests
from service.api.server import Server
from service.app import create_app
from service.catalog import keys
from service.config import Settings
from service.logs import LogOptions

PAGE = {"markdown": "# Fruit\n## Apples\n* [Apples](https://example.org/a)\n", "name": "fruit"}


class Observed:
    """A service, its curator's key, and what it logged."""

    def __init__(self, settings: Settings) -> None:
        self.lines: list[dict[str, Any]] = []
        app = create_app(settings, Server(log=lambda event, **facts: self.lines.append({"event": event, **facts})))
        self.parts = app.extensions["coursegraph"]
        self.client: FlaskClient = app.test_client()
        with self.parts.sessions.begin() as session:
            self.key = keys.create(session, "curate", "ada")

    def ingest(self) -> None:
        self.client.post("/api/v1/ingests", json=PAGE, headers={"Authorization": f"Bearer {self.key}"})


@pytest.fixture
def observed(settings: Settings) -> Iterator[Observed]:
    observed = Observed(settings)
    yield observed
    observed.parts.close()


def test_a_line_says_what_was_asked_by_whom_and_of_which_revision(observed: Observed) -> None:
    observed.ingest()
    observed.client.get("/api/v1/topics/apples?q=secret", headers={"X-Request-ID": "mine"})

    [write, read] = observed.lines
    assert (write["method"], write["route"], write["status"]) == ("POST", "/api/v1/ingests", 201)
    assert (write["key"].split("#")[0], write["revision"]) == ("ada", 1)
    assert (read["event"], read["route"], read["status"]) == ("request", "/api/v1/topics/<topic_id>", 200)
    assert (read["request_id"], read["key"], read["revision"]) == ("mine", None, 1)
    assert read["ms"] > 0
    assert "secret" not in str(observed.lines)
    assert observed.key not in str(observed.lines)


def test_an_answer_from_memory_has_an_id_and_a_line_of_its_own(observed: Observed) -> None:
    observed.ingest()
    ids = [observed.client.get("/api/v1/topics").headers["X-Request-ID"] for _ in range(3)]

    read = [line for line in observed.lines if line["route"] == "/api/v1/topics"]
    assert len(set(ids)) == 3
    assert [line["request_id"] for line in read] == ids
    assert [line["revision"] for line in read] == [1, 1, 1]


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "a\tb", "é", '"}', "../etc"])
def test_an_id_that_does_not_look_like_one_is_not_taken(observed: Observed, sent: str) -> None:
    given = observed.client.get("/nowhere", headers={"X-Request-ID": sent})

    assert given.headers["X-Request-ID"] != sent
    assert given.json["request_id"] == given.headers["X-Request-ID"] == observed.lines[-1]["request_id"]


def test_what_is_refused_before_any_route_is_logged_too(observed: Observed) -> None:
    observed.client.get("/api/v1/" + "x" * 20_000)

    [line] = observed.lines
    assert (line["status"], line["route"]) == (414, "refused")


def test_other_lines_name_the_request_and_tell_no_secret(
    observed: Observed, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    root, level = logging.getLogger(), logging.getLogger("service").level
    handlers = root.handlers[:]
    request.addfinalizer(lambda: (setattr(root, "handlers", handlers), logging.getLogger("service").setLevel(level)))
    logs.set_up(LogOptions("json"), "web", requests.facts)

    with observed.client.application.test_request_context(environ_overrides={requests.REQUEST_ID: "mine"}):
        logging.getLogger("service.test").error(
            "Bearer %s of postgresql://me:pass@host/db", observed.key, extra={"page": "fruit"}
        )

    line = json.loads(told.getvalue())
    assert (line["request_id"], line["page"], line["process"], line["level"]) == ("mine", "fruit", "web", "error")
    assert line["event"] == "Bearer [secret] of postgresql://[secret]@host/db"
