"""API keys: made once, shown once, kept as a hash.

A key is 256 random bits, so a plain SHA-256 keeps it: there is nothing to guess that a slow hash would slow down.
"""

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import ApiKey
from service.errors import Fault, InvalidInput, KeyRefused

PREFIX = "cg_"
SCOPES = ("read", "curate", "admin")  # each opens what the ones before it open


def create(session: Session, scope: str, name: str) -> str:
    """Make a key and return it; this is the only time that it can be seen."""
    if scope not in SCOPES:
        raise InvalidInput(f"There is no scope {scope!r}; use {', '.join(SCOPES)}.", [Fault("/scope", "unknown")])
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(ApiKey(name=name, scope=scope, sha256=_hash(key)))
    return key


def check(session: Session, key: str, scope: str) -> str:
    """Raise KeyRefused unless `key` opens `scope`; return the key's name, for the audit.

    Looked up by its hash: timing can tell nothing about a key that one does not have.
    """
    found = session.execute(select(ApiKey).where(ApiKey.sha256 == _hash(key))).scalar_one_or_none()
    if found is None:
        raise KeyRefused("This key is not known.")
    if SCOPES.index(found.scope) < SCOPES.index(scope):
        raise KeyRefused(f"This key has the scope {found.scope!r}; this call needs {scope!r}.", scope)
    return found.name


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
