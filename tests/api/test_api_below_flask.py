"""Reads answered below Flask: as Flask answers them, and only those that anybody may have by their URL alone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

RESOURCES = "/api/v1/resources"
# Flask is asked where a condition was sent, even one that nothing meets.
BY_FLASK = {"If-None-Match": '"nothing"'}
QUICK = (
    RESOURCES,
    f"{RESOURCES}?topic=dropout&media_type=video&limit=2",
    f"{RESOURCES}?facets=year",
    "/api/v1/topics?limit=3",
    "/api/v1/search?q=videos%20on%20backprop",
    "/api/v1/search?q=caf%C3%A9%20%D7%A9%D7%9C%D7%95%D7%9D",
    "/api/v1/suggest?q=bat",
)
TROUBLE = (
    f"{RESOURCES}?limit=0",
    f"{RESOURCES}?colour=red",
    f"{RESOURCES}?topic=weather",
    f"{RESOURCES}?status=hidden",
    f"{RESOURCES}?cursor=forged",
    f"{RESOURCES}/0000000000000000",
    f"{RESOURCES}/%2e%2e",
    "/api/v1/topics/backprop",
    "/api/v1/search",
)


@pytest.fixture
def flask_asked(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that Flask was asked for."""
    asked: list[str] = []
    dispatch = Flask.full_dispatch_request
    monkeypatch.setattr(
        Flask, "full_dispatch_request", lambda app, *rest: (asked.append("asked"), dispatch(app, *rest))[1]
    )
    return asked


@pytest.mark.parametrize("url", QUICK)
def test_what_is_answered_below_flask_is_what_flask_answers(
    client: FlaskClient, flask_asked: list[str], url: str
) -> None:
    below = client.get(url)
    was_below = not flask_asked

    by_flask = client.get(url, headers=BY_FLASK)

    assert was_below
    assert flask_asked
    assert (below.status, below.data) == (by_flask.status, by_flask.data)
    assert _headers(below.headers) == _headers(by_flask.headers)


@pytest.mark.parametrize("kind", ["resources", "topics"])
def test_a_thing_is_answered_below_flask_by_its_id(client: FlaskClient, flask_asked: list[str], kind: str) -> None:
    url = f"/api/v1/{kind}/{client.get(f'/api/v1/{kind}?limit=1').json['items'][0]['id']}"

    found = client.get(url)

    assert (found.status_code, flask_asked) == (200, [])
    assert _headers(found.headers) == _headers(client.get(url, headers=BY_FLASK).headers)


@pytest.mark.parametrize("url", TROUBLE)
def test_trouble_is_told_in_the_words_of_the_api(client: FlaskClient, flask_asked: list[str], url: str) -> None:
    response = client.get(url)

    assert flask_asked
    assert response.status_code >= 300
    assert response.content_type == "application/problem+json"
    assert response.json["request_id"] == response.headers["X-Request-ID"]


def test_another_format_is_asked_of_flask(client: FlaskClient) -> None:
    id = client.get(f"{RESOURCES}?limit=1").json["items"][0]["id"]

    assert client.get(f"{RESOURCES}/{id}", headers={"Accept": "application/ld+json"}).json["@context"]
    assert client.get(f"{RESOURCES}/{id}", headers={"Accept": "text/csv"}).status_code == 406


def _headers(sent: Headers) -> set[tuple[str, str]]:
    return {header for header in sent if header[0] != "X-Request-ID"}
