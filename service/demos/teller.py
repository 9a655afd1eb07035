"""Tells those who asked for it what happened, in a process of its own: receivers may be slow, or gone.

Like a worker it is a door: it owns its sessions and commits.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

import httpx
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import run_webhooks
from service.catalog.database import open_database, open_sessions
from service.catalog.deliveries import Deliveries
from service.catalog.models import now
from service.demos.limits import WorkerOptions
from service.outbound import open_client
from service.webhooks.limits import WebhookLimits
from service.webhooks.message import Message, Outcome
from service.webhooks.sending import TIMEOUT_S, fetch_limits, send

POLL_S = 0.5  # how long a message waits for a sender, at most
SENDERS = 4  # so that slow receivers do not hold up the others
LEASE_S = 3 * TIMEOUT_S
# From one attempt to the next, and to every one after these.
RETRY_DELAYS_S = (5.0, 30.0, 300.0, 1800.0, 7200.0)


class Outbox(Protocol):
    """Where messages lie until they are received or given up."""

    def is_due(self, session: Session) -> bool:
        """Whether some message is to be sent now."""

    def claim(self, session: Session, lease_s: float) -> Message | None:
        """Take a message, for so long."""

    def settle(self, session: Session, message: Message, outcome: Outcome, retry_at: datetime | None) -> None:
        """Write down what became of it; `retry_at` is None where it is not tried again."""


def tell(options: WorkerOptions, should_stop: Callable[[], bool]) -> None:
    """Send what is due, until `should_stop`."""
    engine = open_database(options.database_url)
    senders: list[Future[None]] = []

    def is_over() -> bool:
        return should_stop() or any(sender.done() for sender in senders)

    with open_client(fetch_limits(options.webhooks)) as client, ThreadPoolExecutor(SENDERS) as pool:
        teller = Teller(open_sessions(engine), client, options.webhooks)
        senders.extend(pool.submit(teller.send, is_over) for _ in range(SENDERS))
    engine.dispose()
    for sender in senders:
        sender.result()  # raises what ended it: another process follows


class Teller:
    """Sends the messages of runs and of changes; several threads may share one."""

    def __init__(self, sessions: sessionmaker[Session], client: httpx.Client, limits: WebhookLimits) -> None:
        self._sessions = sessions
        self._client = client
        self._attempts = limits.attempts
        self._limits = fetch_limits(limits)
        self._outboxes: Sequence[Outbox] = (run_webhooks, Deliveries(limits))

    def send(self, is_over: Callable[[], bool]) -> None:
        """Send one message after another, until `is_over`."""
        while not is_over():
            if not self.send_some():
                time.sleep(POLL_S)

    def send_some(self) -> bool:
        """Send a message of each outbox that has one due; False when none has."""
        sent = [self._send_one(outbox) for outbox in self._outboxes]
        return any(sent)

    def _send_one(self, outbox: Outbox) -> bool:
        with self._sessions() as session:  # a read: on SQLite a claim takes the lock for writing, even in vain
            if not outbox.is_due(session):
                return False
        with self._sessions.begin() as session:
            message = outbox.claim(session, LEASE_S)
        if message is not None:
            outcome = send(self._client, message, self._limits)
            with self._sessions.begin() as session:
                outbox.settle(session, message, outcome, self._retry_at(message))
        return message is not None

    def _retry_at(self, message: Message) -> datetime | None:
        if message.attempts >= self._attempts:
            return None
        return now() + timedelta(seconds=RETRY_DELAYS_S[min(message.attempts, len(RETRY_DELAYS_S)) - 1])
