"""The feed of changes: what became of each thing last, in the order in which writes were committed.

Writers line up (see `revisions.lock`), so revisions are committed in their order, and what changes again moves to the
end. So nobody who goes on after a cursor misses anything, or is told the same twice.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.models import AuditEntry, LatestChange
from service.catalog.standing import READERS
from service.errors import CursorExpired, Fault, InvalidInput

TYPES = tuple(READERS)
CHANGES = ("created", "updated", "restored", "hidden", "deleted", "merged")
API = "/api/v1"
_END = 2**31 - 1  # a position behind all others of a revision
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHANGES = select(
    LatestChange.revision,
    LatestChange.position,
    LatestChange.at,
    LatestChange.type,
    LatestChange.id,
    LatestChange.change,
    LatestChange.version,
    LatestChange.merged_into,
).order_by(LatestChange.revision, LatestChange.position)
# An expression: by the bare column, SQLite would read and sort all that there is of a type.
_TYPE = LatestChange.type.concat("")


@dataclass(frozen=True)
class Readership:
    """What somebody is told of."""

    types: Sequence[str] = TYPES
    with_hidden: bool = False  # otherwise what is hidden looks as if it were deleted


@dataclass(frozen=True)
class Stretch:
    """Some changes, as JSON holds them, and the cursor to go on after."""

    items: Sequence[dict[str, Any]]
    next: str
    has_more: bool


def changes(session: Session, readership: Readership, since: str | None, limit: int) -> Stretch:
    """The changes after a cursor; from the beginning when there is none.

    CursorExpired when this catalog never was where the cursor says: another one's, or of what a restored backup lacks.
    """
    end = now(session)  # before the changes: what is committed meanwhile comes after it
    after = _place(session, since) if since is not None else (0, _END)
    rows = _rows(session, readership, tuple_(LatestChange.revision, LatestChange.position) > after, limit)
    return _stretch(rows, readership, limit, end)


def changes_of(session: Session, readership: Readership, revision: int, limit: int) -> Stretch:
    """The changes of one revision."""
    rows = _rows(session, readership, LatestChange.revision == revision, limit)
    return _stretch(rows, readership, limit, _cursor(revision, _END, _made_at(session, revision)))


def next_revision(session: Session, readership: Readership, revision: int) -> int | None:
    """The first revision after this one that holds changes."""
    later = _CHANGES.where(LatestChange.revision > revision, *_conditions(readership))
    first = session.execute(later.limit(1)).first()
    return None if first is None else first.revision


def now(session: Session) -> str:
    """The cursor after which all that is still to come is told."""
    revision = revisions.current(session)
    return _cursor(revision, _END, _made_at(session, revision))


def _rows(session: Session, readership: Readership, place: ColumnElement[bool], limit: int) -> Sequence[Any]:
    """One more than the limit, to see whether there is more."""
    return session.execute(_CHANGES.where(place, *_conditions(readership)).limit(limit + 1)).all()


def _conditions(readership: Readership) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if set(readership.types) != set(TYPES):
        conditions.append(_TYPE.in_(readership.types))
    if not readership.with_hidden:
        conditions.append(LatestChange.was_shown.is_(True))
    return conditions


def _stretch(rows: Sequence[Any], readership: Readership, limit: int, end: str) -> Stretch:
    items = [_item(row, readership) for row in rows[:limit]]
    has_more = len(rows) > limit
    return Stretch(items, items[-1]["cursor"] if has_more else end, has_more)


def _item(row: Any, readership: Readership) -> dict[str, Any]:
    is_secret = row.change == "hidden" and not readership.with_hidden
    told = {name: getattr(row, name) for name in ("type", "id", "change", "version", "merged_into", "revision", "at")}
    if is_secret:
        told["change"] = "deleted"
    return told | {"url": _url(row.type, row.id), "cursor": _cursor(row.revision, row.position, row.at)}


def _url(type: str, id: str) -> str:
    """Where a thing is read; a prerequisite among those of its dependent, in any status."""
    if type == "prerequisite":
        dependent = quote(id.partition(">")[2], safe="")
        statuses = "accepted,proposed,rejected"
        return f"{API}/topics/{dependent}/prerequisites?depth=1&status={statuses}&transitive=true"
    return f"{API}/{type}s/{quote(id, safe='')}"


def _cursor(revision: int, position: int, made_at: datetime | None) -> str:
    content = [revision, position, _microseconds(made_at)]
    return urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")


def _place(session: Session, cursor: str) -> tuple[int, int]:
    """(revision, position) of a cursor whose revision this catalog has, made at the same moment."""
    try:
        revision, position, made_at = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        is_ours = all(type(number) is int and 0 <= number < 2**63 for number in (revision, position, made_at))
    except (ValueError, TypeError):
        is_ours = False
    if not is_ours or max(revision, position) > _END:
        fault = Fault("/query/since", "not a cursor of this feed")
        raise InvalidInput("The cursor is not one that this service gave out.", [fault])
    if _microseconds(_made_at(session, revision)) != made_at:
        raise CursorExpired
    return revision, position


def _made_at(session: Session, revision: int) -> datetime | None:
    """When a revision was made: told by its first entry in the audit. None for the empty catalog's."""
    first = select(AuditEntry.at).where(AuditEntry.revision == revision).order_by(AuditEntry.id).limit(1)
    return session.scalar(first) if revision else None


def _microseconds(moment: datetime | None) -> int:
    return 0 if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)
