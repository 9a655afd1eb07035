"""Repeated requests: what a POST with an `Idempotency-Key` was answered, to answer its repetition alike.

The reply is kept in the transaction of the work itself: either both happened or neither.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.catalog.models import IdempotentReply
from service.errors import Fault, InvalidInput


@dataclass(frozen=True)
class KeyedRequest:
    """A request that may be repeated. `caller` and `path` keep people's keys apart."""

    caller: str
    path: str
    key: str
    body: bytes

    @property
    def id(self) -> str:
        """What the reply is kept under."""
        return _hash("\n".join((self.caller, self.path, self.key)).encode())

    @property
    def body_hash(self) -> str:
        """What shows that the same key came with another body."""
        return _hash(self.body)


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status: int
    body: str
    headers: dict[str, str]


def find(session: Session, request: KeyedRequest) -> Reply | None:
    """The reply to an earlier request with this key; InvalidInput when that one asked for something else."""
    kept = session.get(IdempotentReply, request.id)
    if kept is None:
        return None
    if kept.request_sha256 != request.body_hash:
        fault = Fault("/header/Idempotency-Key", "used before with another body")
        raise InvalidInput("This Idempotency-Key was used before with another body: use a new one.", [fault])
    return Reply(kept.status, kept.body, kept.headers)


def keep(session: Session, request: KeyedRequest, reply: Reply) -> None:
    """Keep a reply for the request's repetitions."""
    kept = {"status": reply.status, "headers": reply.headers, "body": reply.body}
    session.add(IdempotentReply(key=request.id, request_sha256=request.body_hash, **kept))


def forget(session: Session, before: datetime) -> None:
    """Drop the replies to requests that are older than this: nobody repeats those."""
    session.execute(delete(IdempotentReply).where(IdempotentReply.created_at < before))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
