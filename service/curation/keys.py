"""Acts on API keys. Each is written down, without the key; none is a new revision, for no reader sees any of it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import keys, revisions
from service.catalog.models import ApiKey, now


@dataclass(frozen=True)
class Issued:
    """A new key: what is kept of it, and the key itself, which is kept nowhere."""

    record: ApiKey
    key: str


def issue(session: Session, actor: str, scope: str, name: str, expires_in_days: float | None = None) -> Issued:
    """Make a key."""
    revisions.lock(session)
    key = keys.create(session, scope, name, expires_in_days)
    record = keys.of(session, key)
    revisions.note(session, actor, "issue", f"key:{record.id}", {"name": name, "scope": scope})
    return Issued(record, key)


def revoke(session: Session, actor: str, id: int) -> ApiKey:
    """End a key for good; one that was revoked before stays as it is. Raises NotFound."""
    revisions.lock(session)
    record = keys.find(session, id)
    if record.revoked_at is None:
        record.revoked_at = now()
        revisions.note(session, actor, "revoke", f"key:{id}", {"name": record.name, "scope": record.scope})
    return record
