"""Tells those who asked for it what happened, in a process of its own: receivers may be slow, or gone.

Like a worker it is a door: it owns its sessions and commits.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

import httpx
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog import run_webhooks
from service.catalog.database import open_database, open_sessions
from service.catalog.deliveries import Deliveries
from service.catalog.models import now
from service.catalog.snapshots import Snapshots
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
        """Whether some message is to be sent now; cheap while there are none at all."""

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
        teller = Teller(engine, client, options.webhooks)
        senders.extend(pool.submit(teller.send, is_over) for _ in range(SENDERS))
    teller.close()
    engine.dispose()
    for sender in senders:
        sender.result()  # raises what ended it: another process follows


class Teller:
    """Sends the messages of runs and of changes; several threads may share one.

    One of them looks for what is due. The others are sending, or wait for their turn to look.
    """

    def __init__(self, engine: Engine, client: httpx.Client, limits: WebhookLimits) -> None:
        self._sessions = open_sessions(engine)
        self._snapshots = Snapshots(engine)
        self._turn = threading.Lock()
        self._client = client
        self._attempts = limits.attempts
        self._limits = fetch_limits(limits)
        self._outboxes: deque[Outbox] = deque((run_webhooks, Deliveries(limits)))  # the next to look into first

    def send(self, is_over: Callable[[], bool]) -> None:
        """Send one message after another, until `is_over`."""
        while not is_over():
            self.send_next(lambda: not is_over())

    def send_next(self, should_wait: Callable[[], bool] = lambda: False) -> bool:
        """Send the message that is due next, and wait for one while `should_wait`; False when none is."""
        with self._turn:
            claimed = self._claim()
            while claimed is None and should_wait():
                time.sleep(POLL_S)
                claimed = self._claim()
        if claimed is None:
            return False
        outbox, message = claimed
        outcome = send(self._client, message, self._limits)
        with self._sessions.begin() as session:
            outbox.settle(session, message, outcome, self._retry_at(message))
        return True

    def close(self) -> None:
        """Leave the database."""
        self._snapshots.close()

    def _claim(self) -> tuple[Outbox, Message] | None:
        for outbox in list(self._outboxes):
            self._outboxes.rotate(-1)  # the other one has the first say next time
            with self._snapshots.open() as reading:  # on SQLite a claim takes the lock for writing, even in vain
                is_due = outbox.is_due(reading)
            if is_due:
                with self._sessions.begin() as session:
                    message = outbox.claim(session, LEASE_S)
                if message is not None:
                    return outbox, message
        return None

    def _retry_at(self, message: Message) -> datetime | None:
        if message.attempts >= self._attempts:
            return None
        return now() + timedelta(seconds=RETRY_DELAYS_S[min(message.attempts, len(RETRY_DELAYS_S)) - 1])
