"""API keys: made once, shown once, kept as a hash; they expire, are revoked, and tell when they were used last.

A key is 256 random bits, so a plain SHA-256 keeps it: there is nothing to guess that a slow hash would slow down. It
is looked up by that hash, so timing tells at most how much of another key's hash was met, from which no key follows;
what is found is compared in constant time all the same.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.catalog.database import not_waiting
from service.catalog.models import ApiKey, now
from service.errors import Fault, InvalidInput, KeyInvalid, NotFound

PREFIX = "cg_"
SCOPES = ("read", "curate", "admin")  # each opens what the ones before it open
LONGEST_LIFE_DAYS = 3650
USE_NOTED_EVERY = timedelta(minutes=1)
# No "#", which sets an actor's name apart from its number, and nothing that could fool a reader of a log.
LONGEST_NAME = 100
_NAME = re.compile(r"[\w.@+-]([\w .@+-]{0,98}[\w.@+-])?")
NAME_TOLD = f"1 to {LONGEST_NAME} letters, digits, spaces or any of . @ + - _"


@dataclass(frozen=True)
class Holder:
    """Who sent a good key."""

    id: int
    name: str
    scope: str
    last_used_at: datetime | None

    @property
    def actor(self) -> str:
        """What the audit calls the key."""
        return actor(self)


def actor(key: Holder | ApiKey) -> str:
    """What the audit calls a key: names of keys may be equal, these are not."""
    return f"{key.name}#{key.id}"


def create(session: Session, scope: str, name: str, expires_in_days: float | None = None) -> str:
    """Make a key and return it; this is the only time that it can be seen."""
    if scope not in SCOPES:
        raise InvalidInput(f"There is no scope {scope!r}; use {', '.join(SCOPES)}.", [Fault("/scope", "unknown")])
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"A key's name has {NAME_TOLD}.", [Fault("/name", NAME_TOLD)])
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(ApiKey(name=name, scope=scope, sha256=_hash(key), expires_at=_end(expires_in_days)))
    return key


def _end(expires_in_days: float | None) -> datetime | None:
    if expires_in_days is None:
        return None
    if not 0 < expires_in_days <= LONGEST_LIFE_DAYS:
        told = f"more than 0, at most {LONGEST_LIFE_DAYS}"
        raise InvalidInput(f"The days until a key expires must be {told}.", [Fault("/expires_in_days", told)])
    return now() + timedelta(days=expires_in_days)


def check(session: Session, key: str) -> Holder:
    """Whose key it is; KeyInvalid unless it is known, and neither revoked nor expired."""
    sha256 = _hash(key)
    found = session.execute(_BY_HASH, {"sha256": sha256}).one_or_none()
    if found is None or not hmac.compare_digest(found.sha256, sha256):
        raise KeyInvalid("This key is not known.")
    if found.revoked_at is not None:
        raise KeyInvalid("This key was revoked.")
    if found.expires_at is not None and found.expires_at <= now():
        raise KeyInvalid(f"This key expired on {found.expires_at:%Y-%m-%d} at {found.expires_at:%H:%M} UTC.")
    return Holder(found.id, found.name, found.scope, found.last_used_at)


def note_use(engine: Engine, holder: Holder) -> None:
    """Write down that a key was used, at most once a minute; where that would have to wait, the next use does."""
    moment = now()
    if holder.last_used_at is not None and moment - holder.last_used_at < USE_NOTED_EVERY:
        return
    try:
        with not_waiting(engine) as connection:
            connection.execute(update(ApiKey).where(ApiKey.id == holder.id).values(last_used_at=moment))
    except OperationalError:  # another writer is at work, or the disk is full: no reason to refuse a read
        return


def find(session: Session, id: int) -> ApiKey:
    """One key's record, or NotFound."""
    record = session.get(ApiKey, id)
    if record is None:
        raise NotFound("key", str(id))
    return record


def of(session: Session, key: str) -> ApiKey:
    """The record of a key that is known, in whatever state."""
    return session.scalars(select(ApiKey).where(ApiKey.sha256 == _hash(key))).one()


def listed(session: Session, before: int | None, limit: int) -> tuple[Sequence[ApiKey], int, int | None]:
    """Keys, the newest first: (those older than the one numbered `before`, how many in all, where to go on)."""
    total = session.execute(select(func.count()).select_from(ApiKey)).scalar_one()
    older = select(ApiKey) if before is None else select(ApiKey).where(ApiKey.id < before)
    found = session.scalars(older.order_by(ApiKey.id.desc()).limit(limit + 1)).all()
    return found[:limit], total, found[limit - 1].id if len(found) > limit else None


def status(record: ApiKey) -> str:
    """active, expired or revoked."""
    if record.revoked_at is not None:
        return "revoked"
    return "expired" if record.expires_at is not None and record.expires_at <= now() else "active"


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


_COLUMNS = (ApiKey.id, ApiKey.name, ApiKey.scope, ApiKey.sha256)
_MOMENTS = (ApiKey.expires_at, ApiKey.revoked_at, ApiKey.last_used_at)
_BY_HASH = select(*_COLUMNS, *_MOMENTS).where(ApiKey.sha256 == bindparam("sha256"))
