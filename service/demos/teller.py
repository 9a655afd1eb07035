"""Tells those who asked for it that a run has ended, in a process of its own: receivers may be slow, or gone.

Like a worker it is a door: it owns its sessions and commits.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import orjson
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import run_webhooks
from service.catalog.database import open_database, open_sessions
from service.catalog.models import now
from service.catalog.run_webhooks import Message
from service.demos.limits import WorkerOptions
from service.errors import FetchError
from service.outbound import FetchLimits, open_client, post
from service.webhooks import signed_headers

POLL_S = 0.5  # how long a message waits for a sender, at most
TIMEOUT_S = 10.0  # how long a receiver may take
SENDERS = 4  # so that slow receivers do not hold up the others
LEASE_S = 3 * TIMEOUT_S
# From one attempt to the next; after the last the message is given up.
RETRY_DELAYS_S = (5.0, 30.0, 300.0, 1800.0, 7200.0)

_log = logging.getLogger(__name__)


def tell(options: WorkerOptions, should_stop: Callable[[], bool]) -> None:
    """Send what is due, until `should_stop`."""
    limits = FetchLimits(timeout_s=TIMEOUT_S, max_redirects=0, private_addresses=options.private_webhooks)
    engine = open_database(options.database_url)
    senders: list[Future[None]] = []

    def is_over() -> bool:
        return should_stop() or any(sender.done() for sender in senders)

    with open_client(limits) as client, ThreadPoolExecutor(SENDERS) as pool:
        teller = Teller(open_sessions(engine), client, limits)
        senders.extend(pool.submit(teller.send, is_over) for _ in range(SENDERS))
    engine.dispose()
    for sender in senders:
        sender.result()  # raises what ended it: another process follows


class Teller:
    """Sends messages; several threads may share one."""

    def __init__(self, sessions: sessionmaker[Session], client: httpx.Client, limits: FetchLimits) -> None:
        self._sessions = sessions
        self._client = client
        self._limits = limits

    def send(self, is_over: Callable[[], bool]) -> None:
        """Send one message after another, until `is_over`."""
        while not is_over():
            if not self.send_one():
                time.sleep(POLL_S)

    def send_one(self) -> bool:
        """Send a message that is due, and decide what becomes of it; False when there is none."""
        with self._sessions() as session:  # a read: on SQLite a claim takes the lock for writing, even in vain
            if not run_webhooks.is_due(session):
                return False
        with self._sessions.begin() as session:
            message = run_webhooks.claim(session, LEASE_S)
        if message is not None:
            self._settle(message, self._failure(message))
        return message is not None

    def _settle(self, message: Message, failure: str | None) -> None:
        with self._sessions.begin() as session:
            if failure is None:
                run_webhooks.settle(session, message)
            elif message.attempts > len(RETRY_DELAYS_S):
                _log.warning("webhook %s is given up after %d attempts: %s", message.id, message.attempts, failure)
                run_webhooks.settle(session, message)
            else:
                delay = timedelta(seconds=RETRY_DELAYS_S[message.attempts - 1])
                run_webhooks.postpone(session, message, now() + delay)

    def _failure(self, message: Message) -> str | None:
        """Why the message was not received; None when it was."""
        body = orjson.dumps(payload(message.run))
        headers = signed_headers(message.secret, message.id, now(), body)
        try:
            post(self._client, message.url, body, headers, self._limits)
        except FetchError as error:
            return error.reason
        except Exception as error:  # a URL that trips a library must not end the sender of all others
            _log.exception("webhook %s cannot be sent", message.id)
            return type(error).__name__
        return None


def payload(run: dict[str, Any]) -> dict[str, Any]:
    """What a message says: how the run ended, and where it is; its output may be large and is asked for there."""
    data = {name: run[name] for name in ("id", "demo", "status", "error")}
    told = {**data, "location": f"/api/v1/runs/{run['id']}"}
    return {"type": f"run.{run['status']}", "timestamp": run["finished_at"], "data": told}
