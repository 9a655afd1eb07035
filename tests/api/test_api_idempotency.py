"""A POST that makes something is done once, however often it is sent with one key."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.spec import openapi

API = "/api/v1"
MAKING = {
    "resources": {"url": "https://example.org/new", "title": "New", "media_type": "video"},
    "topics": {"label": "Cherries"},
    "ingests": {"markdown": "# Nuts\n\n## Hazels\n* [Hazels](https://example.org/hazels)\n", "name": "nuts"},
    "topics/pears/split": {"label": "Quinces", "resources": []},
    "webhooks": {"url": "https://example.org/hook"},
}


@pytest.mark.parametrize("path", MAKING)
def test_what_is_sent_twice_with_a_key_is_made_once(
    fresh: FlaskClient, key: Callable[[str], dict[str, str]], path: str
) -> None:
    admin = key("admin")
    fresh.post(f"{API}/topics", json={"label": "Pears"}, headers=admin)
    sent: dict[str, Any] = {"json": MAKING[path], "headers": admin | {"Idempotency-Key": "once", "If-Match": '"1"'}}

    first, second = (fresh.post(f"{API}/{path}", **sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201), first.text
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    assert second.json == first.json | ({"secret": None} if path == "webhooks" else {})
    assert fresh.get(f"{API}/audit", headers=admin).json["total"] == 2


def test_a_repetition_of_an_edit_says_too_what_it_is_based_on(
    fresh: FlaskClient, key: Callable[[str], dict[str, str]]
) -> None:
    admin = key("admin") | {"Idempotency-Key": "once"}
    fresh.post(f"{API}/topics", json={"label": "Pears"}, headers=admin)
    edit: dict[str, Any] = {"path": f"{API}/topics/pears/split", "json": MAKING["topics/pears/split"]}

    answers = [
        fresh.post(**edit, headers=admin | based_on) for based_on in ({"If-Match": '"1"'}, {}, {"If-Match": "1"})
    ]

    assert [answer.status_code for answer in answers] == [201, 428, 422]


def test_every_post_that_answers_created_takes_an_idempotency_key(fresh: FlaskClient) -> None:
    posts = {
        path: methods["post"] for path, methods in openapi(fresh.application)["paths"].items() if "post" in methods
    }
    making = {path: post for path, post in posts.items() if "201" in post["responses"]}

    assert len(making) >= len(MAKING)
    for path, post in making.items():
        assert "Idempotency-Key" in {parameter.get("name") for parameter in post.get("parameters", ())}, path
