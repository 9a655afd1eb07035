"""Keys over REST: shown once, named in the audit, ended for good."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from service.api.parts import Parts
from service.catalog import keys, revisions
from service.catalog.database import BUSY_TIMEOUT_MS
from service.catalog.models import ApiKey, IdempotentReply, now

Headers = dict[str, str]
Key = Callable[[str], Headers]
KEYS, AUDIT, TOPICS = "/api/v1/keys", "/api/v1/audit", "/api/v1/topics"
WANTED = {"name": "Canvas", "scope": "curate"}


@pytest.fixture
def admin(key: Key) -> Headers:
    return key("admin")


def _parts(fresh: FlaskClient) -> Parts:
    parts: Parts = fresh.application.extensions["coursegraph"]
    return parts


def _bearer(answer: dict[str, str]) -> Headers:
    return {"Authorization": f"Bearer {answer['key']}"}


def test_a_new_key_is_shown_once_and_opens_its_scope(fresh: FlaskClient, admin: Headers) -> None:
    made = fresh.post(KEYS, json=WANTED, headers=admin)

    shown = fresh.get(made.headers["Location"], headers=admin).json
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    assert made.json["key"].startswith("cg_")
    assert shown == {name: value for name, value in made.json.items() if name != "key"}
    assert fresh.get(AUDIT, headers=_bearer(made.json)).status_code == 200
    assert fresh.get(KEYS, headers=_bearer(made.json)).status_code == 403


def test_a_key_is_kept_as_a_hash_and_in_no_other_form(fresh: FlaskClient, admin: Headers) -> None:
    made = fresh.post(KEYS, json=WANTED, headers=admin | {"Idempotency-Key": "k1"})

    with _parts(fresh).sessions() as session:
        tables = session.scalars(select(IdempotentReply)).all(), session.scalars(select(ApiKey)).all()
        rows = [vars(row) for table in tables for row in table]
    assert len(rows) == 3
    assert made.json["key"].removeprefix("cg_") not in repr(rows)


def test_a_repeated_request_makes_no_second_key_and_does_not_show_the_first(fresh: FlaskClient, admin: Headers) -> None:
    once = fresh.post(KEYS, json=WANTED, headers=admin | {"Idempotency-Key": "k1"})
    again = fresh.post(KEYS, json=WANTED, headers=admin | {"Idempotency-Key": "k1"})

    assert again.json == once.json | {"key": None}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert fresh.get(KEYS, headers=admin).json["total"] == 2


def test_a_revoked_key_opens_nothing_not_even_open_reads(fresh: FlaskClient, admin: Headers) -> None:
    made = fresh.post(KEYS, json=WANTED, headers=admin).json
    assert fresh.get(TOPICS, headers=_bearer(made)).status_code == 200

    revoked = [fresh.delete(f"{KEYS}/{made['id']}", headers=admin) for _ in range(2)]

    refused = fresh.get(TOPICS, headers=_bearer(made))
    assert [answer.status_code for answer in revoked] == [204, 204]
    assert (refused.status_code, refused.json["detail"]) == (401, "This key was revoked.")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="coursegraph", error="invalid_token"'
    assert fresh.get(f"{KEYS}/{made['id']}", headers=admin).json["status"] == "revoked"
    assert fresh.get(f"{AUDIT}?action=revoke", headers=admin).json["total"] == 1


def test_an_expired_key_is_refused_with_the_moment_it_ended(fresh: FlaskClient, admin: Headers) -> None:
    made = fresh.post(KEYS, json=WANTED | {"expires_in_days": 1}, headers=admin).json
    assert fresh.get(TOPICS, headers=_bearer(made)).status_code == 200
    with _parts(fresh).sessions.begin() as session:
        keys.find(session, made["id"]).expires_at = now() - timedelta(seconds=1)

    refused = fresh.get(TOPICS, headers=_bearer(made))

    assert (refused.status_code, refused.json["type"]) == (401, "urn:coursegraph:problem:key-invalid")
    assert f"expired on {now():%Y-}" in refused.json["detail"]
    assert fresh.get(f"{KEYS}/{made['id']}", headers=admin).json["status"] == "expired"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": "a#1"}, "/name"),
        ({"name": "log\nline"}, "/name"),
        ({"name": " padded"}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": None}, "/name"),
        ({"scope": "root"}, "/scope"),
        ({"expires_in_days": 0}, "/expires_in_days"),
        ({"expires_in_days": 1e9}, "/expires_in_days"),
    ],
)
def test_what_a_key_cannot_be_is_refused_by_name(
    fresh: FlaskClient, admin: Headers, wrong: dict[str, object], pointer: str
) -> None:
    refused = fresh.post(KEYS, json=WANTED | wrong, headers=admin)

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)


def test_two_keys_of_one_name_are_told_apart_in_the_audit(fresh: FlaskClient, admin: Headers) -> None:
    one, other = (fresh.post(KEYS, json=WANTED, headers=admin).json for _ in range(2))
    for number, who in enumerate((one, other, other)):
        fresh.post(TOPICS, json={"label": f"Topic {number}"}, headers=_bearer(who))

    def acts(actor: str) -> int:
        return int(fresh.get(AUDIT, query_string={"actor": actor}, headers=admin).json["total"])

    assert [acts(one["actor"]), acts(other["actor"]), acts("Canvas"), acts("Can")] == [1, 2, 3, 0]


def test_making_a_key_is_in_the_audit_and_is_no_revision(fresh: FlaskClient, admin: Headers) -> None:
    with _parts(fresh).sessions() as session:
        before = revisions.current(session)

    made = fresh.post(KEYS, json=WANTED, headers=admin).json

    (entry,) = fresh.get(f"{AUDIT}?subject=key:{made['id']}", headers=admin).json["items"]
    assert (entry["actor"], entry["action"], entry["revision"]) == ("ada#1", "issue", before)
    assert entry["counts"] == {"name": "Canvas", "scope": "curate"}
    assert fresh.post(f"{AUDIT}/{entry['id']}/undo", headers=admin).status_code == 409


def test_the_last_use_is_noted_to_the_minute(fresh: FlaskClient, admin: Headers) -> None:
    made = fresh.post(KEYS, json=WANTED, headers=admin).json

    def last_use(moved: timedelta) -> str:
        with _parts(fresh).sessions.begin() as session:
            record = keys.find(session, made["id"])
            record.last_used_at = record.last_used_at and record.last_used_at - moved
        fresh.get(TOPICS, headers=_bearer(made))
        return str(fresh.get(f"{KEYS}/{made['id']}", headers=admin).json["last_used_at"])

    first, soon, later = last_use(timedelta(0)), last_use(timedelta(seconds=30)), last_use(timedelta(seconds=31))
    assert made["last_used_at"] is None
    assert soon < first < later


def test_a_read_does_not_wait_for_a_writer_to_note_the_last_use(
    fresh: FlaskClient, key: Key, database_url: str
) -> None:
    reader = key("read")
    with _parts(fresh).engine.begin() as writer:
        writer.execute(text("UPDATE api_key SET name = name"))
        begun = now()

        answer = fresh.get(TOPICS, headers=reader)

        took = now() - begun
    assert answer.status_code == 200
    assert took < timedelta(milliseconds=BUSY_TIMEOUT_MS)  # it did not wait until that ran out
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
            assert file.execute("SELECT last_used_at FROM api_key").fetchall() == [(None,)]


def test_unknown_keys_are_not_found(fresh: FlaskClient, admin: Headers) -> None:
    for id in ("7", "x", "9" * 30):
        assert fresh.get(f"{KEYS}/{id}", headers=admin).status_code == 404
        assert fresh.delete(f"{KEYS}/{id}", headers=admin).status_code == 404
