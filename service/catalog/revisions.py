"""The catalog's revision: the name of every read model, and the lock that lines writers up."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.catalog.models import AuditEntry, Revision

_CURRENT = select(Revision.number)


def current(session: Session) -> int:
    """The revision that this session sees."""
    return session.execute(_CURRENT).scalar_one()


def lock(session: Session) -> None:
    """Make this the only writing transaction. Call it before the first read of a transaction that will write.

    A write as the first statement takes SQLite's write lock at once, so that the transaction never has to
    upgrade a stale read; on PostgreSQL it takes the row's lock.
    """
    session.execute(update(Revision).values(number=Revision.number))


def advance(session: Session, actor: str, action: str, subject: str, detail: dict[str, object]) -> int:
    """Close a write: one step of the revision, one audit entry. Returns the new revision."""
    session.execute(update(Revision).values(number=Revision.number + 1))
    number = current(session)
    session.add(AuditEntry(actor=actor, action=action, subject=subject, detail=detail, revision=number))
    return number
