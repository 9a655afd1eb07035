"""The catalog's revision: the name of every read model, and the lock that lines writers up."""

from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.catalog import latest_changes
from service.catalog.models import AuditEntry, Revision, now

# What one may do to the catalog, as the audit names it.
Action = Literal[
    "edit",
    "add",
    "delete",
    "restore",
    "merge",
    "split",
    "accepted",
    "rejected",
    "decide",
    "undo",
    "ingest",
    "enrich",
    "check_links",
    "issue",
    "revoke",
    "rotate",
    "retry",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
WRITTEN = "written"  # in `session.info`: the revision that this session led to
_CURRENT = select(Revision.number)
_FIRST_WRITE = select(AuditEntry.at).order_by(AuditEntry.id).limit(1)
_GLANCE_SQLITE = "SELECT number FROM revision"
_GLANCE_POSTGRESQL = "SELECT number, pg_current_xact_id_if_assigned() IS NOT NULL FROM revision"


@dataclass(frozen=True)
class Glance:
    """The revision a session sees; `is_open` when its own transaction has written and may still roll back."""

    number: int
    is_open: bool


def current(session: Session) -> int:
    """The revision that this session sees."""
    return session.execute(_CURRENT).scalar_one()


def glance(session: Session) -> Glance:
    """What `current` says, quick enough for every request; a snapshot (see `snapshots`) knows it already.

    A session of `snapshots` knows its revision. On SQLite it asks the driver itself: 2 µs instead of the 40 that
    the statement costs on its way through SQLAlchemy. It sees what other processes committed, as any read does.
    """
    if "revision" in session.info:
        return Glance(session.info["revision"], is_open=False)
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        number, is_open = connection.exec_driver_sql(_GLANCE_POSTGRESQL).one()
        return Glance(number, is_open)
    driver = connection.connection.dbapi_connection
    if driver is None:
        raise RuntimeError("The session's connection was taken from it.")
    return Glance(driver.execute(_GLANCE_SQLITE).fetchone()[0], driver.in_transaction)


def origin(session: Session) -> str:
    """When this catalog was first written: two catalogs may be at the same revision, and hold different things."""
    first = session.execute(_FIRST_WRITE).scalar_one_or_none()
    return first.isoformat() if first else ""


def lock(session: Session) -> None:
    """Make this the only writing transaction. Call it before the first read of a transaction that will write.

    A write as the first statement takes SQLite's write lock at once, so that the transaction never has to
    upgrade a stale read; on PostgreSQL it takes the row's lock.
    """
    session.execute(update(Revision).values(number=Revision.number))


def note(session: Session, actor: str, action: Action, subject: str, detail: dict[str, object]) -> int:
    """Write an act down in the audit, at the revision as it is; alone, for acts that no reader sees."""
    return _entry(session, actor, action, subject, detail).revision


def advance(session: Session, actor: str, action: Action, subject: str, detail: dict[str, object]) -> int:
    """Close a write: one step of the revision, one audit entry, what became of each thing. Returns the new revision."""
    session.execute(update(Revision).values(number=Revision.number + 1))
    entry = _entry(session, actor, action, subject, detail)
    latest_changes.write(session, entry.revision, entry.at)
    session.info[WRITTEN] = entry.revision
    return entry.revision


def _entry(session: Session, actor: str, action: Action, subject: str, detail: dict[str, object]) -> AuditEntry:
    entry = AuditEntry(at=now(), actor=actor, action=action, subject=subject, detail=detail, revision=current(session))
    session.add(entry)
    return entry
