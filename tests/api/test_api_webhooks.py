"""Webhooks of changes, from the REST door to a real receiver on loopback and back."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from webhook_receiver import Receiver, is_genuine, receiving

from service.catalog.deliveries import Deliveries
from service.catalog.models import Webhook, WebhookDelivery, now
from service.config import Settings
from service.demos.limits import RunLimits, WorkerOptions
from service.demos.teller import Teller, tell
from service.options import webhook_limits
from service.outbound import FetchLimits, open_client

WEBHOOKS = "/api/v1/webhooks"
PAGE = "# Fruit\n\n## Apples\n* [Apples](https://example.org/apples)\n* [Pears](https://example.org/pears)\n"
PATIENT = FetchLimits(timeout_s=1.0, max_redirects=0, private_addresses=True)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, webhook_private_addresses=True, webhook_attempts=3, webhook_keep_limit=3)


@pytest.fixture
def sessions(fresh: FlaskClient) -> sessionmaker[Session]:
    return fresh.application.extensions["coursegraph"].sessions


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


class Desk:
    """An admin at the REST door, and the process that sends, one message after another."""

    def __init__(self, client: FlaskClient, headers: dict[str, str], teller: Teller) -> None:
        self.client = client
        self._headers = headers
        self._teller = teller

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(WEBHOOKS + path, method=method, json=body, headers={**self._headers, **sent})

    def register(self, receiver: Receiver, **fields: Any) -> dict[str, Any]:
        made = self.call("POST", "", {"url": receiver.url, **fields})
        assert made.status_code == 201, made.json
        return made.json

    def add(self, name: str) -> None:
        body = {"url": f"https://example.org/{name}", "title": name, "media_type": "video"}
        assert self.client.post("/api/v1/resources", json=body, headers=self._headers).status_code == 201

    def ingest(self, markdown: str) -> None:
        body = {"markdown": markdown, "name": "fruit", "confirm_removals": True}
        assert self.client.post("/api/v1/ingests", json=body, headers=self._headers).status_code == 201

    def send_all(self) -> int:
        """Send what is due until nothing is; how many."""
        count = 0
        while self._teller.send_next():
            count += 1
        return count

    def deliveries(self, webhook: dict[str, Any], **query: str) -> list[dict[str, Any]]:
        path = f"{WEBHOOKS}/{webhook['id']}/deliveries"
        return self.client.get(path, query_string=query, headers=self._headers).json["items"]


@pytest.fixture
def desk(
    fresh: FlaskClient, key: Callable[[str], dict[str, str]], engine: Engine, settings: Settings
) -> Iterator[Desk]:
    with open_client(PATIENT) as client:
        teller = Teller(engine, client, webhook_limits(settings))
        yield Desk(fresh, key("admin"), teller)
        teller.close()


def make_due(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for delivery in session.scalars(select(WebhookDelivery)):
            delivery.due_at = now()


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in receiver.received]


def test_a_secret_is_shown_once_and_is_nowhere_after(desk: Desk, receiver: Receiver) -> None:
    asked = ("POST", "", {"url": receiver.url})
    made = desk.call(*asked, Idempotency_Key="once").json

    again = desk.call(*asked, Idempotency_Key="once")

    assert made["secret"].startswith("whsec_")
    assert again.json == made | {"secret": None}
    desk.call("PATCH", f"/{made['id']}", {"description": "the LMS"}, If_Match='"1"')
    audit = desk.client.get("/api/v1/audit", headers=desk._headers)
    for answer in (desk.call("GET", ""), desk.call("GET", f"/{made['id']}"), audit):
        assert made["id"] in answer.text
        assert made["secret"] not in answer.text


def test_each_write_is_one_signed_message_with_its_changes_and_where_to_go_on(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.register(receiver)
    desk.ingest(PAGE)
    desk.add("plums")

    desk.send_all()

    first, second = told(receiver)
    assert all(is_genuine(webhook["secret"], *message) for message in receiver.received)
    assert (first["type"], first["data"]["revision"]) == ("catalog.changed", 1)
    assert [change["type"] for change in first["data"]["changes"]] == ["topic", "resource", "resource", "page"]
    assert [change["change"] for change in second["data"]["changes"]] == ["created"]
    rest = desk.client.get("/api/v1/changes", query_string={"since": first["data"]["next"]}).json["items"]
    assert rest == second["data"]["changes"]
    assert [delivery["status"] for delivery in desk.deliveries(webhook)] == ["delivered"] * 2


def test_a_long_list_of_changes_is_cut_and_read_from_the_feed(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.catalog.deliveries.CHANGES_TOLD", 1)
    desk.register(receiver)
    desk.ingest(PAGE)

    desk.send_all()

    (data,) = (message["data"] for message in told(receiver))
    assert (len(data["changes"]), data["has_more"]) == (1, True)
    rest = desk.client.get("/api/v1/changes", query_string={"since": data["next"]}).json["items"]
    assert [change["type"] for change in rest] == ["resource", "resource", "page"]


def test_only_the_types_that_were_asked_for_are_told(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.register(receiver, types=["page"])
    desk.add("plums")
    desk.ingest(PAGE)

    desk.send_all()

    assert [[change["type"] for change in message["data"]["changes"]] for message in told(receiver)] == [["page"]]
    assert len(desk.deliveries(webhook)) == 1


def test_a_receiver_that_fails_twice_is_sent_the_same_message_again(
    desk: Desk, receiver: Receiver, sessions: sessionmaker[Session]
) -> None:
    webhook = desk.register(receiver)
    receiver.statuses = [500, 503]
    desk.add("plums")

    desk.send_all()
    (waiting,) = desk.deliveries(webhook, status="pending")
    for _ in range(2):
        make_due(sessions)
        desk.send_all()

    assert (waiting["attempts"], waiting["response_status"], waiting["next_attempt_at"] is None) == (1, 500, False)
    (delivery,) = desk.deliveries(webhook)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("delivered", 3, 204)
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert len({body for _, body in receiver.received}) == 1


def test_what_is_given_up_lies_on_the_dead_list_until_it_is_sent_again(
    desk: Desk, receiver: Receiver, sessions: sessionmaker[Session]
) -> None:
    webhook = desk.register(receiver)
    receiver.statuses = [500] * 3
    desk.add("plums")
    for _ in range(3):
        desk.send_all()
        make_due(sessions)

    (dead,) = desk.deliveries(webhook, status="dead")
    assert (dead["attempts"], dead["reason"]) == (3, "the server answered 500")
    assert desk.send_all() == 0
    again = desk.call("POST", f"/{webhook['id']}/deliveries/{dead['id']}/retry")

    assert (again.status_code, again.json["status"]) == (200, "pending")
    desk.send_all()
    assert desk.deliveries(webhook, status="dead") == []
    assert receiver.received[-1][1] == receiver.received[0][1]


def test_a_receiver_that_answers_410_is_switched_off(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.register(receiver)
    receiver.statuses = [410]
    desk.add("plums")
    desk.send_all()
    desk.add("figs")

    assert desk.send_all() == 0

    off = desk.call("GET", f"/{webhook['id']}").json
    assert (off["is_active"], "410" in off["off_reason"], off["version"]) == (False, True, 2)
    (dead,) = desk.deliveries(webhook)
    refused = desk.call("POST", f"/{webhook['id']}/deliveries/{dead['id']}/retry")
    assert refused.status_code == 409


def test_one_that_is_switched_on_again_is_told_what_comes_from_then_on(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.register(receiver, is_active=False)
    desk.add("plums")
    desk.call("PATCH", f"/{webhook['id']}", {"is_active": True}, If_Match='"1"')
    desk.add("figs")

    desk.send_all()

    assert [message["data"]["revision"] for message in told(receiver)] == [2]


def test_a_receiver_that_is_dead_for_long_is_switched_off_with_the_reason(
    desk: Desk, receiver: Receiver, sessions: sessionmaker[Session]
) -> None:
    webhook = desk.register(receiver)
    receiver.statuses = [500, 500]
    desk.add("plums")
    desk.send_all()
    with sessions.begin() as session:
        session.scalars(select(Webhook)).one().failing_since = now() - timedelta(days=3.1)
    make_due(sessions)

    desk.send_all()

    off = desk.call("GET", f"/{webhook['id']}").json
    assert not off["is_active"]
    assert "received nothing since" in off["off_reason"]
    assert [delivery["status"] for delivery in desk.deliveries(webhook)] == ["dead"]


def test_a_receiver_that_hangs_is_let_go_and_holds_up_nobody_else(
    desk: Desk, receiver: Receiver, sessions: sessionmaker[Session], settings: Settings
) -> None:
    hanging = desk.register(receiver)
    with receiving() as other:
        desk.register(other)
        desk.add("plums")
        receiver.delay_s = 3.0
        outbox = Deliveries(webhook_limits(settings))
        with sessions.begin() as session:
            held = outbox.claim(session, 30)

        assert held.url == receiver.url
        desk.send_all()

        assert len(other.received) == 1
        assert receiver.received == []
    with sessions.begin() as session:
        session.scalars(select(Webhook).where(Webhook.id == hanging["id"])).one().busy_until = now()
    desk.send_all()
    assert "no whole answer within" in desk.deliveries(hanging)[0]["reason"]


def test_both_secrets_sign_after_a_rotation_until_the_old_one_ends(
    desk: Desk, receiver: Receiver, sessions: sessionmaker[Session]
) -> None:
    old = desk.register(receiver)
    rotated = desk.call("POST", f"/{old['id']}/secret", If_Match='"1"')
    desk.add("plums")
    desk.send_all()

    ((headers, body),) = receiver.received
    new = rotated.json["secret"]
    assert new != old["secret"]
    assert is_genuine(old["secret"], headers, body)
    assert is_genuine(new, headers, body)
    with sessions.begin() as session:
        session.scalars(select(Webhook)).one().old_secret_until = now()
    desk.add("figs")
    desk.send_all()
    assert is_genuine(new, *receiver.received[1])
    assert not is_genuine(old["secret"], *receiver.received[1])


@pytest.mark.parametrize(("status", "is_received"), [(200, True), (500, False), (302, False)])
def test_a_ping_tells_what_came_back(desk: Desk, receiver: Receiver, status: int, is_received: bool) -> None:
    webhook = desk.register(receiver, is_active=False)
    receiver.statuses = [status]

    ping = desk.call("POST", f"/{webhook['id']}/test").json

    assert (ping["is_received"], ping["response_status"]) == (is_received, status)
    assert receiver.paths == ["/hook"]  # a redirect is not followed
    assert is_genuine(webhook["secret"], *receiver.received[0])
    assert told(receiver)[0]["type"] == "webhook.test"


def test_a_ping_tells_that_nobody_is_there(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.register(receiver, url="http://127.0.0.1:1/hook")

    ping = desk.call("POST", f"/{webhook['id']}/test").json

    assert (ping["is_received"], ping["response_status"]) == (False, None)
    assert ping["reason"]


class TestOfPublicReceivers:
    """Where private addresses are not allowed, as by default."""

    @pytest.fixture
    def settings(self, database_url: str) -> Settings:
        return Settings(database_url=database_url, webhook_limit=1)

    def test_a_private_address_is_refused_when_it_is_connected_to(self, desk: Desk, receiver: Receiver) -> None:
        webhook = desk.register(receiver)

        ping = desk.call("POST", f"/{webhook['id']}/test").json

        assert "not a public address" in ping["reason"]
        assert receiver.received == []

    def test_webhooks_are_bounded(self, desk: Desk, receiver: Receiver) -> None:
        desk.register(receiver)

        assert desk.call("POST", "", {"url": receiver.url}).status_code == 409


def test_an_edit_names_the_version_that_it_is_based_on(desk: Desk, receiver: Receiver) -> None:
    path = f"/{desk.register(receiver)['id']}"

    assert desk.call("PATCH", path, {"description": "x"}).status_code == 428
    assert desk.call("PATCH", path, {"description": "x"}, If_Match='"1"').headers["ETag"] == '"2"'
    for method, of in (("PATCH", path), ("DELETE", path), ("POST", f"{path}/secret")):
        assert desk.call(method, of, {} if method == "PATCH" else None, If_Match='"1"').status_code == 412


def test_what_is_removed_goes_with_its_messages(
    desk: Desk, receiver: Receiver, sessions: sessionmaker[Session]
) -> None:
    webhook = desk.register(receiver)
    desk.add("plums")
    desk.send_all()

    assert desk.call("DELETE", f"/{webhook['id']}", If_Match='"1"').status_code == 204

    assert desk.call("GET", f"/{webhook['id']}").status_code == 404
    audit = desk.client.get(f"/api/v1/audit?subject=webhook:{webhook['id']}", headers=desk._headers).json["items"]
    assert [entry["action"] for entry in audit] == ["delete", "add"]
    with sessions() as session:
        assert session.scalars(select(WebhookDelivery)).all() == []


def test_of_settled_messages_the_newest_are_kept(desk: Desk, receiver: Receiver) -> None:
    webhook = desk.register(receiver)
    for number in range(5):
        desk.add(f"plum-{number}")

    desk.send_all()

    assert len(receiver.received) == 5
    assert [delivery["revision"] for delivery in desk.deliveries(webhook)] == [5, 4, 3]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "ftp://example.org"},
        {"url": "https://example.org/\x00"},
        {"url": "https://example.org", "types": []},
        {"url": "https://example.org", "types": ["demo"]},
        {"url": "https://example.org", "secret": "whsec_mine"},
        {"url": "https://example.org", "description": "\ud800"},
    ],
)
def test_what_cannot_be_registered_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert desk.call("POST", "", body).status_code == 422


def test_several_senders_tell_each_change_once_while_others_write(
    desk: Desk, receiver: Receiver, database_url: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    webhook, count = desk.register(receiver, types=["resource"]), 12
    is_over = threading.Event()
    options = WorkerOptions(database_url, RunLimits(), webhooks=webhook_limits(settings))
    process = threading.Thread(target=tell, args=(options, is_over.is_set))
    process.start()

    for number in range(count):
        desk.add(f"plum-{number}")
    patience = time.monotonic() + 20
    while len(receiver.received) < count and time.monotonic() < patience:
        time.sleep(0.05)
    is_over.set()
    process.join()

    changes = [change["id"] for message in told(receiver) for change in message["data"]["changes"]]
    assert len(changes) == len(set(changes)) == count
    assert webhook["secret"] not in caplog.text
