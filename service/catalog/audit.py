"""What was written, by whom and when: the audit, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import AuditEntry
from service.errors import NotFound


@dataclass(frozen=True)
class AuditFilter:
    """What a list of entries is narrowed to."""

    actor: str | None = None  # "ada#3", or "ada" for all keys of that name
    action: str | None = None
    subject: str | None = None  # "topic:cnn-and-conv2d"


def entries(
    session: Session, wanted: AuditFilter, before: int | None, limit: int
) -> tuple[Sequence[AuditEntry], int, int | None]:
    """Entries older than the one numbered `before`: (entries, how many in all, the number to go on before)."""
    conditions = [
        getattr(AuditEntry, name) == value
        for name, value in (("action", wanted.action), ("subject", wanted.subject))
        if value is not None
    ]
    if wanted.actor is not None:
        all_of_that_name = AuditEntry.actor.startswith(f"{wanted.actor}#", autoescape=True)
        conditions.append(or_(AuditEntry.actor == wanted.actor, all_of_that_name))
    total = session.execute(select(func.count()).select_from(AuditEntry).where(*conditions)).scalar_one()
    if before is not None:
        conditions.append(AuditEntry.id < before)
    listed = select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc()).limit(limit + 1)
    found = session.scalars(listed).all()
    shown = found[:limit]
    return shown, total, shown[-1].id if len(found) > limit else None


def entry(session: Session, number: int) -> AuditEntry:
    """One entry, or NotFound."""
    found = session.get(AuditEntry, number)
    if found is None:
        raise NotFound("audit entry", str(number))
    return found


def newest(session: Session) -> AuditEntry | None:
    """The last entry."""
    return session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
