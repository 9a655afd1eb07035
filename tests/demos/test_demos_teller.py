"""Webhooks of runs, to a real receiver on loopback: signed, tried again, never to a private address unasked."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from webhook_receiver import Receiver, is_genuine, receiving

from service.catalog import run_webhooks, runs
from service.catalog.database import open_database, open_sessions
from service.catalog.models import Run, RunWebhook, now
from service.catalog.runs import RunRequest
from service.demos.limits import RunLimits, WorkerOptions
from service.demos.teller import RETRY_DELAYS_S, Teller, tell
from service.errors import QueueFull
from service.outbound import FetchLimits, open_client
from service.webhooks.limits import WebhookLimits
from service.webhooks.signing import signed_headers

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
LIMITS = FetchLimits(timeout_s=1.0, max_redirects=0, private_addresses=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    engine = open_database(database_url)
    yield open_sessions(engine)
    engine.dispose()


@pytest.fixture
def teller(engine: Engine) -> Iterator[Teller]:
    with open_client(LIMITS) as client:
        teller = Teller(engine, client, WebhookLimits())
        yield teller
        teller.close()


def ordered(sessions: sessionmaker[Session], url: str, status: str = "cancelled") -> str:
    """A run that somebody wants to be told of, and how it stands."""
    with sessions.begin() as session:
        run = runs.enqueue(session, RunRequest("echo", "1", {}, "0", "cpu"), 100)
        run_webhooks.order(session, run, url, SECRET, 10)
        if status == "cancelled":
            runs.cancel(session, run.id)
        return run.id


def waiting(sessions: sessionmaker[Session]) -> list[RunWebhook]:
    with sessions() as session:
        return list(session.scalars(select(RunWebhook)))


def make_due(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for webhook in session.scalars(select(RunWebhook)):
            webhook.due_at = now()


def test_a_signature_is_the_standards_example() -> None:
    # The example of the specification's own libraries.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    sent_at = datetime.fromtimestamp(1614265330, UTC)

    headers = signed_headers([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", sent_at, b'{"test": 2432232314}')

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_the_end_of_a_run_is_told_signed_and_then_forgotten(
    sessions: sessionmaker[Session], teller: Teller, receiver: Receiver
) -> None:
    id = ordered(sessions, receiver.url)

    assert teller.send_next()

    ((headers, body),) = receiver.received
    assert is_genuine(SECRET, headers, body)
    told = json.loads(body)
    assert told["type"] == "run.cancelled"
    assert told["data"] == {
        "id": id,
        "demo": "echo",
        "status": "cancelled",
        "error": None,
        "location": f"/api/v1/runs/{id}",
    }
    assert datetime.fromisoformat(told["timestamp"]).tzinfo is not None
    assert waiting(sessions) == []
    assert not teller.send_next()


def test_nothing_is_told_before_the_end(sessions: sessionmaker[Session], teller: Teller, receiver: Receiver) -> None:
    ordered(sessions, receiver.url, status="queued")

    assert not teller.send_next()
    assert receiver.received == []


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_message_that_is_not_received_is_sent_again_later_under_the_same_id(
    sessions: sessionmaker[Session], teller: Teller, receiver: Receiver, status: int
) -> None:
    ordered(sessions, receiver.url)
    receiver.statuses = [status]

    teller.send_next()

    (webhook,) = waiting(sessions)
    assert webhook.due_at - now() == pytest.approx(timedelta(seconds=RETRY_DELAYS_S[0]), abs=timedelta(seconds=2))
    assert not teller.send_next()
    make_due(sessions)
    assert teller.send_next()
    first, second = (headers["webhook-id"] for headers, _ in receiver.received)
    assert first == second
    assert waiting(sessions) == []


def test_a_message_is_given_up_after_the_last_attempt(
    sessions: sessionmaker[Session], teller: Teller, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    ordered(sessions, receiver.url)
    receiver.statuses = [500] * 100

    for _ in range(len(RETRY_DELAYS_S) + 1):
        make_due(sessions)
        teller.send_next()

    assert len(receiver.received) == len(RETRY_DELAYS_S) + 1
    assert waiting(sessions) == []
    assert "given up" in caplog.text
    assert SECRET not in caplog.text


def test_private_addresses_are_refused_at_connect_time_unless_they_are_allowed(
    sessions: sessionmaker[Session], engine: Engine, receiver: Receiver
) -> None:
    ordered(sessions, receiver.url)
    public = FetchLimits(timeout_s=1.0, max_redirects=0)

    with open_client(public) as client:
        teller = Teller(engine, client, WebhookLimits())
        teller.send_next()
        teller.close()

    assert receiver.received == []
    assert len(waiting(sessions)) == 1


@pytest.mark.parametrize("url", ["http://[", "http://a b/", "http://xn--/", "http://127.0.0.1:1/"])
def test_a_url_that_leads_nowhere_ends_nobody(sessions: sessionmaker[Session], teller: Teller, url: str) -> None:
    ordered(sessions, url)

    assert teller.send_next()
    assert len(waiting(sessions)) == 1


def test_messages_that_wait_are_bounded(sessions: sessionmaker[Session], receiver: Receiver) -> None:
    ordered(sessions, receiver.url, status="queued")

    with sessions.begin() as session, pytest.raises(QueueFull, match="1 webhooks wait"):
        run_webhooks.order(session, session.scalars(select(Run)).one(), receiver.url, SECRET, 1)


def test_a_message_goes_with_its_run(sessions: sessionmaker[Session], receiver: Receiver) -> None:
    ordered(sessions, receiver.url)

    with sessions.begin() as session:
        runs.expire(session, now() + timedelta(days=1), 0)

    assert waiting(sessions) == []


def test_the_process_that_tells_sends_to_several_at_once(
    sessions: sessionmaker[Session], database_url: str, receiver: Receiver
) -> None:
    for _ in range(6):
        ordered(sessions, receiver.url)
    patience = time.monotonic() + 10

    tell(
        WorkerOptions(database_url, RunLimits(), webhooks=WebhookLimits(private_addresses=True)),
        lambda: len(receiver.received) >= 6 or time.monotonic() > patience,
    )

    ids = {headers["webhook-id"] for headers, _ in receiver.received}
    assert len(ids) == len(receiver.received) == 6
