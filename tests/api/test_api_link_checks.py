"""Link checks over REST: asked for, made by the process beside the server, and read."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from link_server import Answer, Site, running_site

from service.cli.link_checker import attend
from service.config import Settings
from service.heartbeats import Heartbeat

CHECKS, RESOURCES = "/api/v1/link-checks", "/api/v1/resources"
Headers = dict[str, str]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        state_dir=str(tmp_path),
        fetch_private_addresses=True,
        link_check_pause_s=0.0,
        rate_limit_writes_per_minute=0,
    )


@pytest.fixture
def site(fresh: FlaskClient, curator: Headers) -> Iterator[Site]:
    """A site, and a catalog with links to its paths /0 .. /2."""
    with running_site() as site:
        site.answers |= {"/0": Answer(), "/1": Answer(404), "/2": Answer(301, {"Location": "/0"})}
        links = "\n".join(f"* [Apples {n}]({site.url(f'/{n}')})" for n in range(3))
        body = {"markdown": f"# Fruit\n## Apples\n{links}\n", "name": "fruit"}
        assert fresh.post("/api/v1/ingests", json=body, headers=curator).status_code == 201
        yield site


@pytest.fixture
def curator(key: Callable[[str], Headers]) -> Headers:
    return key("curate")


@pytest.fixture
def checker(settings: Settings, fresh: FlaskClient) -> Iterator[threading.Event]:
    """What `coursegraph serve` runs beside the server, in a thread; set the event to end it."""
    stop = threading.Event()
    Heartbeat(settings.state_path, "links").beat()
    thread = threading.Thread(target=attend, args=(settings, stop.is_set))
    thread.start()
    yield stop
    stop.set()
    thread.join()


def _finished(client: FlaskClient, curator: Headers, location: str) -> Any:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        told = client.get(location, headers=curator).json
        if told["finished_at"]:
            return told
        time.sleep(0.05)
    raise AssertionError("the check did not end")


def test_a_check_is_made_beside_the_server_and_tells_how_far_it_is(
    fresh: FlaskClient, curator: Headers, site: Site, checker: threading.Event
) -> None:
    ordered = fresh.post(CHECKS, json={"host": "127.0.0.1", "older_than_days": 0}, headers=curator)
    told = _finished(fresh, curator, ordered.headers["Location"])

    assert (ordered.status_code, ordered.json["status"], ordered.json["total"]) == (202, "queued", None)
    assert ordered.headers["Location"] == f"{CHECKS}/{ordered.json['id']}"
    assert (told["status"], told["total"], told["checked"]) == ("succeeded", 3, 3)
    assert told["counts"] == {"ok": 1, "gone": 1, "redirected": 1}
    assert told["scope"] == {"host": "127.0.0.1", "older_than_days": 0}


def test_the_last_check_of_each_link_is_listed_by_its_result(
    fresh: FlaskClient, curator: Headers, site: Site, checker: threading.Event
) -> None:
    _finished(fresh, curator, fresh.post(CHECKS, json={}, headers=curator).headers["Location"])

    everything = fresh.get(f"{CHECKS}?limit=2", headers=curator).json
    rest = fresh.get(f"{CHECKS}?limit=2&cursor={everything['next']}", headers=curator).json
    gone = fresh.get(f"{CHECKS}?result=gone", headers=curator).json

    assert (everything["total"], len(everything["items"]), len(rest["items"]), rest["next"]) == (3, 2, 1, None)
    (item,) = gone["items"]
    assert (item["url"], item["status_code"], item["status"], item["title"]) == (
        site.url("/1"),
        404,
        "active",
        "Apples 1",
    )
    assert item["failing_since"] == item["at"]


def test_a_resource_has_a_history_of_checks_newest_first(
    fresh: FlaskClient, curator: Headers, site: Site, checker: threading.Event
) -> None:
    _finished(fresh, curator, fresh.post(CHECKS, json={}, headers=curator).headers["Location"])
    site.answers["/1"] = Answer()
    _finished(fresh, curator, fresh.post(CHECKS, json={"older_than_days": 0}, headers=curator).headers["Location"])

    (item,) = (item for item in fresh.get(CHECKS, headers=curator).json["items"] if item["url"] == site.url("/1"))
    history = fresh.get(f"{RESOURCES}/{item['resource_id']}/link-checks", headers=curator)

    assert [check["result"] for check in history.json["items"]] == ["ok", "gone"]
    assert fresh.get(f"{RESOURCES}/no-such/link-checks", headers=curator).status_code == 404


def test_the_checks_are_in_the_audit_though_nothing_was_changed(
    fresh: FlaskClient, curator: Headers, site: Site, checker: threading.Event
) -> None:
    site.answers |= {"/1": Answer(), "/2": Answer()}
    before = fresh.get("/api/v1/audit", headers=curator)
    _finished(fresh, curator, fresh.post(CHECKS, json={}, headers=curator).headers["Location"])

    after = fresh.get("/api/v1/audit?action=check_links", headers=curator | {"If-None-Match": before.headers["ETag"]})

    (entry,) = after.json["items"]
    assert entry["counts"] == {"status": "succeeded", "total": 3, "ok": 3}
    assert entry["revision"] == before.json["items"][0]["revision"]


def test_one_check_is_made_at_a_time(fresh: FlaskClient, curator: Headers, settings: Settings) -> None:
    Heartbeat(settings.state_path, "links").beat()  # and it does nothing yet

    first = fresh.post(CHECKS, json={}, headers=curator)
    second = fresh.post(CHECKS, json={}, headers=curator)

    assert (first.status_code, second.status_code) == (202, 409)
    assert first.json["id"] in second.json["detail"]


def test_the_same_order_sent_twice_is_one(fresh: FlaskClient, curator: Headers, settings: Settings) -> None:
    Heartbeat(settings.state_path, "links").beat()
    keyed = curator | {"Idempotency-Key": "monday"}

    first, second = (fresh.post(CHECKS, json={}, headers=keyed) for _ in range(2))

    assert (second.status_code, second.json) == (202, first.json)


def test_without_the_process_that_checks_an_order_is_refused(fresh: FlaskClient, curator: Headers) -> None:
    refused = fresh.post(CHECKS, json={}, headers=curator)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "`coursegraph serve` starts it" in refused.json["detail"]


@pytest.mark.parametrize("path", [CHECKS, f"{CHECKS}/some", f"{RESOURCES}/some/link-checks"])
def test_link_checks_are_for_curators(fresh: FlaskClient, key: Callable[[str], Headers], path: str) -> None:
    reader = key("read")

    assert [fresh.get(path).status_code, fresh.get(path, headers=reader).status_code] == [401, 403]


@pytest.mark.parametrize(
    "body", [{"host": "a b"}, {"host": ""}, {"limit": 0}, {"limit": True}, {"older_than_days": -1}, {"pages": 1}]
)
def test_a_wrong_order_is_refused_by_name(fresh: FlaskClient, curator: Headers, body: dict[str, Any]) -> None:
    refused = fresh.post(CHECKS, json=body, headers=curator)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == f"/{next(iter(body))}"


def test_a_check_that_is_stopped_is_left_to_the_next_process(
    fresh: FlaskClient, curator: Headers, site: Site, checker: threading.Event, settings: Settings
) -> None:
    site.answers["/1"] = Answer(delay_s=1.5, then=Answer())
    location = fresh.post(CHECKS, json={"older_than_days": 0}, headers=curator).headers["Location"]
    while not any("/0" in asked for asked in site.paths()):
        time.sleep(0.02)
    time.sleep(0.2)
    checker.set()
    while fresh.get(location, headers=curator).json["status"] == "running":
        time.sleep(0.02)
    left = fresh.get(location, headers=curator).json

    stop = threading.Event()
    thread = threading.Thread(target=attend, args=(settings, stop.is_set))
    thread.start()
    told = _finished(fresh, curator, location)
    stop.set()
    thread.join()

    assert (left["status"], left["counts"]) == ("queued", {"ok": 1})
    assert (told["status"], told["total"], told["checked"]) == ("succeeded", 3, 3)
    assert [asked.path for asked in site.asked if asked.method == "HEAD"].count("/0") == 2  # once as where /2 leads
