"""A curator's pages come in over REST."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.config import Settings

Key = Callable[[str], dict[str, str]]
INGESTS = "/api/v1/ingests"
VIDEO = "* :film_projector: [Convolutions](https://example.org/convolutions)\n"
PAPER = "* [Deep residual learning](https://arxiv.org/abs/1512.03385)\n"
PAGE = "# Deep learning\n\n## CNN\n" + VIDEO + PAPER


@pytest.fixture
def curator(key: Key) -> dict[str, str]:
    return key("curate")


def _post(client: FlaskClient, headers: dict[str, str], status: int, **body: Any) -> Any:
    response = client.post(INGESTS, json=body, headers=headers)
    assert response.status_code == status, response.text
    return response.json


def _total(client: FlaskClient) -> int:
    return int(client.get("/api/v1/resources").json["total"])


def test_a_new_page_is_reported_line_by_line(fresh: FlaskClient, curator: dict[str, str]) -> None:
    report = _post(fresh, curator, 201, markdown=PAGE, name="Lectures 2024")

    assert [(change["change"], change["line"]) for change in report["resources"]] == [("added", 4), ("added", 5)]
    assert (report["page"], report["is_changed"], report["dry_run"], report["revision"]) == (
        "lectures-2024",
        True,
        False,
        1,
    )
    assert _total(fresh) == 2


def test_the_page_is_found_where_the_answer_says(fresh: FlaskClient, curator: dict[str, str]) -> None:
    response = fresh.post(INGESTS, json={"markdown": PAGE, "name": "lectures"}, headers=curator)

    assert fresh.get(response.headers["Location"]).json["mentions"] == 2


def test_the_same_page_again_changes_nothing(fresh: FlaskClient, curator: dict[str, str]) -> None:
    _post(fresh, curator, 201, markdown=PAGE, name="lectures")

    again = _post(fresh, curator, 200, markdown=PAGE, name="lectures")

    assert (again["is_changed"], again["revision"]) == (False, 1)


def test_a_dry_run_reports_and_changes_nothing_and_is_logged_as_one(
    fresh: FlaskClient, curator: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    report = _post(fresh, curator, 200, markdown=PAGE, name="lectures", dry_run=True)

    (line,) = [record for record in caplog.records if record.message == "page read"]
    assert getattr(line, "dry_run", None) is True
    assert (report["dry_run"], report["counts"]["resources"]["added"]) == (True, 2)
    assert _total(fresh) == 0
    assert fresh.get("/api/v1/search?q=convolutions").json["revision"] == 0


def test_too_many_removals_wait_for_a_confirmation(fresh: FlaskClient, curator: dict[str, str]) -> None:
    _post(fresh, curator, 201, markdown=PAGE, name="lectures")
    edition = PAGE.replace(PAPER, "")

    refused = _post(fresh, curator, 409, markdown=edition, name="lectures")
    before = _total(fresh)
    _post(fresh, curator, 201, markdown=edition, name="lectures", confirm_removals=True)

    assert (refused["type"], refused["removed"], refused["total"]) == (
        "urn:coursegraph:problem:too-many-removals",
        1,
        2,
    )
    assert (before, _total(fresh)) == (2, 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"markdown": PAGE, "page_url": "https://example.org/a.md"}, ""),
        ({"markdown": PAGE}, "/name"),
        ({"markdown": PAGE, "name": "—"}, "/name"),
        ({"markdown": "", "name": "x"}, "/markdown"),
        ({"markdown": 7, "name": "x"}, "/markdown"),
        ({"page_url": "file:///etc/passwd"}, "/page_url"),
        ({"page_url": "/etc/passwd"}, "/page_url"),
        ({"markdown": PAGE, "name": "x", "dry_run": "maybe"}, "/dry_run"),
        ({"markdown": PAGE, "name": "x", "dryrun": True}, "/dryrun"),
    ],
)
def test_a_body_that_is_no_page_is_refused(
    fresh: FlaskClient, curator: dict[str, str], body: dict[str, Any], pointer: str
) -> None:
    problem = _post(fresh, curator, 422, **body)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [("{", "application/json", 400), ("[]", "application/json", 400), ("# Page", "text/markdown", 415)],
)
def test_what_is_no_json_object_is_refused(
    fresh: FlaskClient, curator: dict[str, str], data: str, content_type: str, status: int
) -> None:
    assert fresh.post(INGESTS, data=data, content_type=content_type, headers=curator).status_code == status


class TestBounds:
    @pytest.fixture
    def settings(self, database_url: str) -> Settings:
        return replace(Settings(database_url=database_url), max_request_bytes=2_000, max_page_bytes=500)

    def test_a_body_over_the_bound_is_refused(self, fresh: FlaskClient, curator: dict[str, str]) -> None:
        _post(fresh, curator, 413, markdown=PAGE * 50, name="lectures")

    def test_a_page_over_the_bound_is_refused(self, fresh: FlaskClient, curator: dict[str, str]) -> None:
        problem = _post(fresh, curator, 422, markdown=PAGE * 5, name="lectures")

        assert problem["errors"][0]["pointer"] == "/markdown"


class TestIdempotencyKeys:
    def test_the_same_request_is_done_once(self, fresh: FlaskClient, curator: dict[str, str]) -> None:
        headers = curator | {"Idempotency-Key": "monday"}

        first = fresh.post(INGESTS, json={"markdown": PAGE, "name": "lectures"}, headers=headers)
        again = fresh.post(INGESTS, json={"markdown": PAGE, "name": "lectures"}, headers=headers)

        assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
        assert again.headers["Location"] == first.headers["Location"]
        assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")

    def test_the_same_key_with_another_body_is_refused(self, fresh: FlaskClient, curator: dict[str, str]) -> None:
        headers = curator | {"Idempotency-Key": "monday"}
        _post(fresh, headers, 201, markdown=PAGE, name="lectures")

        problem = _post(fresh, headers, 422, markdown=PAGE + PAPER, name="lectures")

        assert problem["errors"][0]["pointer"] == "/header/Idempotency-Key"

    def test_what_was_refused_can_be_sent_again(self, fresh: FlaskClient, curator: dict[str, str]) -> None:
        headers = curator | {"Idempotency-Key": "monday"}
        _post(fresh, headers, 422, markdown=PAGE)

        _post(fresh, headers, 201, markdown=PAGE, name="lectures")

    def test_people_do_not_share_their_keys(self, fresh: FlaskClient, curator: dict[str, str], key: Key) -> None:
        other = key("admin") | {"Idempotency-Key": "monday"}
        _post(fresh, curator | {"Idempotency-Key": "monday"}, 201, markdown=PAGE, name="lectures")

        assert _post(fresh, other, 201, markdown=PAGE, name="others")["page"] == "others"

    @pytest.mark.parametrize("sent", ["", "k" * 256])
    def test_a_key_has_its_length(self, fresh: FlaskClient, curator: dict[str, str], sent: str) -> None:
        _post(fresh, curator | {"Idempotency-Key": sent}, 422, markdown=PAGE, name="lectures")


class TestFetchedPages:
    @pytest.fixture
    def web(self, fresh: FlaskClient) -> dict[str, httpx.Response]:
        """What the web holds, by URL."""
        pages: dict[str, httpx.Response] = {}
        parts: Parts = fresh.application.extensions["coursegraph"]
        transport = httpx.MockTransport(lambda request: pages[str(request.url)])
        replace(parts, open_client=lambda: httpx.Client(transport=transport)).install(fresh.application)
        return pages

    def test_come_from_their_url(
        self, fresh: FlaskClient, curator: dict[str, str], web: dict[str, httpx.Response]
    ) -> None:
        web["https://example.org/dl/lectures.md"] = httpx.Response(200, text=PAGE + "* [Notes](notes.html)\n")

        report = _post(fresh, curator, 201, page_url="https://example.org/dl/lectures.md")

        assert report["page"] == "lectures"
        assert "https://example.org/dl/notes.html" in fresh.get("/api/v1/resources").text

    def test_that_cannot_be_had_are_told_so(
        self, fresh: FlaskClient, curator: dict[str, str], web: dict[str, httpx.Response]
    ) -> None:
        web["https://example.org/lectures.md"] = httpx.Response(503)

        problem = _post(fresh, curator, 422, page_url="https://example.org/lectures.md")

        assert (problem["url"], problem["reason"]) == ("https://example.org/lectures.md", "the server answered 503")

    def test_are_not_looked_for_inside(self, fresh: FlaskClient, curator: dict[str, str]) -> None:
        problem = _post(fresh, curator, 422, page_url="http://127.0.0.1:1/lectures.md")

        assert problem["type"] == "urn:coursegraph:problem:blocked-address"


def test_a_page_of_any_encoding_trouble_is_refused_with_its_place(fresh: FlaskClient, curator: dict[str, str]) -> None:
    body = json.dumps({"markdown": "# T\n\n## A\n* \ud800 [x](https://example.org)\n", "name": "lectures"})

    response = fresh.post(INGESTS, data=body, content_type="application/json", headers=curator)

    assert response.status_code == 422
    assert ":4:" in response.json["detail"]
