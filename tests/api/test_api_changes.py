"""The feed of changes over REST: cursors, hidden things, another history, writers side by side."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.catalog import feed, revisions

CHANGES = "/api/v1/changes"
RESOURCES = "/api/v1/resources"
Key = Callable[[str], dict[str, str]]


def add(client: FlaskClient, key: dict[str, str], name: str, **fields: Any) -> TestResponse:
    body = {"url": f"https://example.org/{name}", "title": name, "media_type": "video", **fields}
    return client.post(RESOURCES, json=body, headers=key)


def test_an_empty_feed_gives_a_cursor_to_come_back_with(fresh: FlaskClient, key: Key) -> None:
    empty = fresh.get(CHANGES).json

    assert (empty["items"], empty["has_more"]) == ([], False)
    made = add(fresh, key("curate"), "one").json
    (change,) = fresh.get(CHANGES, query_string={"since": empty["next"]}).json["items"]
    assert (change["type"], change["id"], change["change"]) == ("resource", made["id"], "created")
    assert fresh.get(change["url"]).json == made


def test_a_stretch_links_to_the_next_until_nothing_is_left(fresh: FlaskClient, key: Key) -> None:
    curator = key("curate")
    ids = [add(fresh, curator, name).json["id"] for name in ("one", "two", "three")]

    told, url = [], f"{CHANGES}?limit=1&type=resource"
    while url:
        answer = fresh.get(url)
        told += [change["id"] for change in answer.json["items"]]
        links = {link.partition("; ")[2]: link.partition(">")[0][1:] for link in answer.headers["Link"].split(", ")}
        url = links.get('rel="next"', "")

    assert told == ids
    assert not answer.json["has_more"]


def test_since_now_tells_only_what_is_still_to_come(fresh: FlaskClient, key: Key) -> None:
    curator = key("curate")
    add(fresh, curator, "one")
    cursor = fresh.get(f"{CHANGES}?since=now").json["next"]

    second = add(fresh, curator, "two").json

    assert [change["id"] for change in fresh.get(f"{CHANGES}?since={cursor}").json["items"]] == [second["id"]]


def test_nobody_is_sent_what_he_has_already(fresh: FlaskClient, key: Key) -> None:
    add(fresh, key("curate"), "one")
    etag = fresh.get(CHANGES).headers["ETag"]

    assert fresh.get(CHANGES, headers={"If-None-Match": etag}).status_code == 304
    add(fresh, key("curate"), "two")
    assert fresh.get(CHANGES, headers={"If-None-Match": etag}).status_code == 200


def test_what_is_hidden_looks_deleted_to_all_but_curators(fresh: FlaskClient, key: Key) -> None:
    curator = key("curate")
    made = add(fresh, curator, "secret")
    url = f"{RESOURCES}/{made.json['id']}"
    fresh.patch(url, json={"status": "hidden"}, headers={**curator, "If-Match": made.headers["ETag"]})
    add(fresh, curator, "draft", status="hidden")

    (change,) = fresh.get(CHANGES).json["items"]

    assert (change["id"], change["change"]) == (made.json["id"], "deleted")
    assert fresh.get(CHANGES, headers=key("read")).json["items"] == [change]
    shown = fresh.get(CHANGES, headers=curator).json["items"]
    assert [change["change"] for change in shown] == ["hidden", "hidden"]


def test_a_cursor_of_another_history_says_to_read_the_lists_again(fresh: FlaskClient, key: Key) -> None:
    add(fresh, key("curate"), "one")
    with fresh.application.extensions["coursegraph"].sessions() as session:
        revisions.lock(session)
        revisions.advance(session, "ada", "edit", "topic:x", {})
        lost = feed.now(session)

    answer = fresh.get(CHANGES, query_string={"since": lost})

    assert answer.status_code == 410
    assert answer.json["type"] == "urn:coursegraph:problem:resync"
    assert "lists" in answer.json["detail"]


@pytest.mark.parametrize("query", ["since=", "since=x", "limit=0", "limit=201", "type=demo", "cursor=x"])
def test_what_cannot_be_used_is_named(fresh: FlaskClient, query: str) -> None:
    answer = fresh.get(f"{CHANGES}?{query}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"


def test_writers_side_by_side_lose_nothing_for_a_reader_between_them(fresh: FlaskClient, key: Key) -> None:
    curator, each = key("curate"), 6

    def write(name: str) -> None:
        client = fresh.application.test_client()
        for number in range(each):
            assert add(client, curator, f"{name}-{number}").status_code == 201

    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    told: list[dict[str, Any]] = []
    cursor = fresh.get(CHANGES).json["next"]
    for writer in writers:
        writer.start()
    while True:
        is_over = not any(writer.is_alive() for writer in writers)
        stretch = fresh.get(f"{CHANGES}?limit=2&since={cursor}").json
        told, cursor = told + stretch["items"], stretch["next"]
        if is_over and not stretch["has_more"]:
            break

    assert len(told) == len({change["id"] for change in told}) == 3 * each
    assert [change["revision"] for change in told] == sorted(change["revision"] for change in told)
