"""A curator's review over REST: the queue, decisions in bulk with one result each, and taking them back."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from service.api import cursors
from service.config import Settings

PAGE = """# Fruit
## Pears
Requires: Soil
* A video on pots [video](https://example.org/pots)
* A video on pots [video](https://elsewhere.example/pots)
* [Pear trees in small gardens](https://example.org/gardens)
  [](Text [Video of quinces](https://www.youtube.com/watch?v=quincesquin) course)
## Soil
Requires: Pears
* A video on soil [video](https://example.org/soil)
"""
QUEUE, BATCHES, AUDIT = "/api/v1/curation/queue", "/api/v1/curation/batches", "/api/v1/audit"
Headers = dict[str, str]


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, batch_decision_limit=6)


@pytest.fixture
def curator(key: Callable[[str], Headers]) -> Headers:
    return key("curate")


@pytest.fixture
def fruit(fresh: FlaskClient, curator: Headers) -> FlaskClient:
    assert _ingest(fresh, curator).status_code == 201
    return fresh


def _ingest(client: FlaskClient, curator: Headers, text: str = PAGE, **further: Any) -> Any:
    return client.post("/api/v1/ingests", json={"markdown": text, "name": "fruit", **further}, headers=curator)


def _queue(client: FlaskClient, curator: Headers, query: str = "") -> Any:
    response = client.get(f"{QUEUE}?{query}", headers=curator)
    assert response.status_code == 200, response.text
    return response.json


def _id(client: FlaskClient, curator: Headers, kind: str) -> str:
    return str(_queue(client, curator, f"kind={kind}")["items"][0]["id"])


def test_the_queue_is_a_list_with_a_cursor_and_counts(fruit: FlaskClient, curator: Headers) -> None:
    whole = _queue(fruit, curator)
    first = _queue(fruit, curator, "limit=2")
    rest = _queue(fruit, curator, f"limit=200&cursor={first['next']}")

    assert [item["kind"] for item in whole["items"]] == ["hidden_link", "prerequisite", "media_type", "same_resource"]
    assert [*first["items"], *rest["items"]] == whole["items"]
    assert whole["counts"] == {"hidden_link": 1, "media_type": 1, "same_resource": 1, "prerequisite": 1}
    assert whole["total"] == 4


def test_the_queue_is_narrowed_by_kind_page_and_status(fruit: FlaskClient, curator: Headers) -> None:
    kinds = [
        _queue(fruit, curator, query) for query in ("kind=hidden_link,media_type", "kind=hidden_link&kind=media_type")
    ]

    assert [item["kind"] for item in kinds[0]["items"]] == ["hidden_link", "media_type"]
    assert kinds[1] == kinds[0]
    assert _queue(fruit, curator, "page=fruit")["total"] == 4
    assert _queue(fruit, curator, "status=approved")["total"] == 0


def test_a_wrong_filter_is_refused_by_name(fruit: FlaskClient, curator: Headers) -> None:
    for query in ("kind=bad", "status=bad", "cursor=WyJ4Iiwi4oCcIl0", "limit=0", "page=", "page=nowhere", "colour=red"):
        refused = fruit.get(f"{QUEUE}?{query}", headers=curator)

        assert refused.status_code == 422, query
        assert refused.json["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"


def test_a_cursor_that_was_made_up_is_refused(fruit: FlaskClient, curator: Headers) -> None:
    for position in ('"x"', "[0.5]", "[0.5, 99, 1]", '[0.5, 1, "1"]', "[0.5, -99, 1]", "[[], 1, 1]"):
        made_up = cursors.encode(QUEUE, {"status": "open"}, position)

        assert fruit.get(f"{QUEUE}?cursor={made_up}", headers=curator).status_code == 422, position


def test_the_queue_is_for_curators(fresh: FlaskClient, key: Callable[[str], Headers]) -> None:
    decisions = {"decisions": [{"id": "question:1", "decision": "reject"}]}

    statuses = [fresh.get(QUEUE, headers=headers).status_code for headers in ({}, key("read"))]
    statuses += [fresh.post(BATCHES, json=decisions, headers=headers).status_code for headers in ({}, key("read"))]

    assert statuses == [401, 403, 401, 403]


def test_each_decision_has_its_result_and_all_are_undone_as_one(fruit: FlaskClient, curator: Headers) -> None:
    before = _queue(fruit, curator)
    hidden, kind, cycle = (_id(fruit, curator, name) for name in ("hidden_link", "media_type", "prerequisite"))
    decisions = [
        {"id": hidden, "decision": "approve"},
        {"id": kind, "decision": "approve", "value": "scroll"},
        {"id": cycle, "decision": "approve"},
        {"id": hidden, "decision": "reject"},
        {"id": "question:999", "decision": "reject"},
    ]

    answer = fruit.post(BATCHES, json={"decisions": decisions}, headers=curator).json
    left = _queue(fruit, curator)["total"]
    undone = fruit.post(f"{AUDIT}/{answer['audit_entry']}/undo", headers=curator)

    assert [result["status"] for result in answer["results"]] == [200, 422, 409, 409, 404]
    problems = [result["problem"] for result in answer["results"][1:]]
    pointers = [problem["errors"][0]["pointer"] for problem in problems]
    assert pointers == ["/decisions/1/value", "/decisions/2", "/decisions/3", "/decisions/4"]
    assert problems[1]["path"][0] == problems[1]["path"][-1]
    assert (answer["succeeded"], answer["failed"], left) == (1, 4, 3)
    assert [entry["action"] for entry in fruit.get(AUDIT, headers=curator).json["items"]] == [
        "undo",
        "decide",
        "ingest",
    ]
    assert undone.status_code == 200
    assert _queue(fruit, curator) == before


def test_questions_that_are_alike_are_answered_at_once_so_many_at_a_time(fresh: FlaskClient, curator: Headers) -> None:
    hosts = ["beans.example"] * 8 + ["peas.example"]
    links = (f"* [Growing them in rows, part {part}](https://{host}/{part})\n" for part, host in enumerate(hosts))
    _ingest(fresh, curator, f"# Fruit\n## Beans\n{''.join(links)}")
    before, alike = _queue(fresh, curator), {"kind": "media_type", "host": "beans.example", "page": "fruit"}
    alike |= {"proposed": "article", "least_confidence": 0.2}
    listed = _queue(fresh, curator, urlencode(alike))["total"]

    sent = [
        fresh.post(f"{BATCHES}/alike", json=alike | {"decision": "approve"} | further, headers=curator).json
        for further in ({"dry_run": True}, {"value": "poem"}, {}, {}, {})
    ]
    elsewhere = fresh.post(f"{BATCHES}/alike", json=alike | {"decision": "reject", "page": "nowhere"}, headers=curator)
    left = _queue(fresh, curator)
    for answer in (sent[3], sent[2]):
        fresh.post(f"{AUDIT}/{answer['audit_entry']}/undo", headers=curator)

    assert listed == 8
    assert [(each["succeeded"], each["failed"]) for each in sent] == [(6, 0), (0, 6), (6, 0), (2, 0), (0, 0)]
    assert sent[1]["results"][0]["problem"]["errors"][0]["pointer"] == "/value"
    assert (elsewhere.status_code, elsewhere.json["errors"][0]["pointer"]) == (422, "/page")
    assert [item["subject"]["url"] for item in left["items"]] == ["https://peas.example/8"]
    assert _queue(fresh, curator) == before


def test_a_dry_run_shows_what_would_be_and_changes_nothing(fruit: FlaskClient, curator: Headers) -> None:
    before = _queue(fruit, curator)
    batch = {"decisions": [{"id": _id(fruit, curator, "same_resource"), "decision": "approve"}]}

    shown = fruit.post(BATCHES, json=batch | {"dry_run": True}, headers=curator).json
    untouched = _queue(fruit, curator)
    done = fruit.post(BATCHES, json=batch, headers=curator).json

    assert (shown["dry_run"], shown["audit_entry"], shown["revision"]) == (True, None, done["revision"])
    assert shown["results"] == done["results"]
    assert untouched == before
    tables = {change["table"] for change in done["results"][0]["changes"]}
    assert tables == {"resource", "mention", "proposal"}


def test_a_batch_that_is_sent_again_is_done_once(fruit: FlaskClient, curator: Headers) -> None:
    batch = {"decisions": [{"id": _id(fruit, curator, "hidden_link"), "decision": "approve"}]}
    headers = curator | {"Idempotency-Key": "monday"}

    first = fruit.post(BATCHES, json=batch, headers=headers)
    again = fruit.post(BATCHES, json=batch, headers=headers)
    other = fruit.post(BATCHES, json=batch | {"dry_run": True}, headers=headers)

    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert fruit.get(f"{AUDIT}?action=decide", headers=curator).json["total"] == 1


WRONG_BATCHES: list[tuple[list[dict[str, str]], str]] = [
    ([], "/decisions"),
    ([{"id": "question:1", "decision": "reject"}] * 7, "/decisions"),
    ([{"id": "question:1", "decision": "maybe"}], "/decisions/0/decision"),
    ([{"decision": "reject"}], "/decisions/0/id"),
    ([{"id": "question:1", "decision": "approve", "value": " "}], "/decisions/0/value"),
    ([{"id": "a\0b", "decision": "approve"}], "/decisions/0/id"),
    ([{"id": "\ud800", "decision": "approve"}], "/decisions/0/id"),
]


def test_a_wrong_batch_is_refused_as_a_whole(fruit: FlaskClient, curator: Headers) -> None:
    for decisions, pointer in WRONG_BATCHES:
        refused = fruit.post(BATCHES, json={"decisions": decisions}, headers=curator)

        assert refused.status_code == 422, decisions
        assert refused.json["errors"][0]["pointer"] == pointer


def test_an_edition_that_leaves_out_too_much_waits_for_a_curator(fruit: FlaskClient, curator: Headers) -> None:
    shorter = PAGE.split("  [](Text", maxsplit=1)[0]

    dry = _ingest(fruit, curator, shorter, dry_run=True)
    after_dry_run = _queue(fruit, curator, "kind=pending_removal")["total"]
    refused = _ingest(fruit, curator, shorter)
    (item,) = _queue(fruit, curator, "kind=pending_removal")["items"]
    fruit.post(BATCHES, json={"decisions": [{"id": item["id"], "decision": "approve"}]}, headers=curator)
    let_in = _ingest(fruit, curator, shorter)

    assert [response.status_code for response in (dry, refused, let_in)] == [409, 409, 201]
    assert after_dry_run == 0
    assert item["subject"] == {"type": "page", "id": "fruit", "label": "Fruit", "url": None}
    assert "“A video on soil”" in item["detail"]
