"""What became of each thing last: noted whenever records are flushed, written down when a write is closed.

Every writer flushes records and closes with `revisions.advance`, so that none can forget to tell.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import PassiveFlag, Session, SessionTransaction, sessionmaker
from sqlalchemy.orm.attributes import History, get_history

from service.catalog.models import Heading, LatestChange, Mention, Page, Prerequisite, Resource, Topic
from service.catalog.refresh import batches
from service.catalog.standing import GONE, READERS, SHOWN, Standing, edge_id, edges_of

_LEFT = {"hidden": "hidden", GONE: "deleted", "merged": "merged"}
_NOTED = "noted"
# Whatever readers see of a thing, one of these differs with it; a page is told with how much is on it.
_WATCHED: Mapping[type[Any], tuple[str, ...]] = {
    Topic: ("card", "merged_into"),
    Resource: ("card", "merged_into"),
    Prerequisite: ("version", "prerequisite_id", "dependent_id"),
    Page: ("version",),
    Heading: ("topic_id",),
    Mention: ("resource_number",),
}
_VERSIONED = ("topic", "resource")  # whose version grows with all that is seen of them, but for `merged_into`


class _Told(NamedTuple):
    """What was told of a thing before."""

    change: str
    version: int
    merged_into: str | None
    was_shown: bool

    @property
    def is_shown(self) -> bool:
        return self.change not in _LEFT.values()


def watch(sessions: sessionmaker[Session]) -> None:
    """Note what these sessions flush, until it is written or their transaction ends."""
    event.listen(sessions, "after_flush", _note)
    event.listen(sessions, "after_transaction_end", _forget)


def write(session: Session, revision: int, at: datetime) -> None:
    """Write down what this transaction changed; it makes this revision."""
    session.flush()
    noted = _noted(session)
    rows: list[dict[str, Any]] = []
    for type, read in READERS.items():
        told, states = _told(session, type, noted[type]), read(session, noted[type])
        if type == "topic":
            noted["prerequisite"] |= edges_of(session, _turned(told, states))
        new = [row for row in _rows(noted[type], told, states) if type not in _VERSIONED or _is_news(row, told)]
        _drop(session, type, [row["id"] for row in new if row["id"] in told])
        rows += [row | {"type": type} for row in new]
    if rows:
        placed = [row | {"revision": revision, "at": at, "position": place} for place, row in enumerate(rows)]
        session.execute(insert(LatestChange), placed)
    noted.clear()


def _drop(session: Session, type: str, ids: Sequence[str]) -> None:
    for batch in batches(ids):
        session.execute(delete(LatestChange).where(LatestChange.type == type, LatestChange.id.in_(batch)))


def _noted(session: Session) -> defaultdict[str, set[str]]:
    """The ids of what was flushed, by type."""
    found: defaultdict[str, set[str]] = session.info.setdefault(_NOTED, defaultdict(set))
    return found


def _note(session: Session, _flush: object) -> None:
    noted = _noted(session)
    changed = [record for record in (*session.new, *session.dirty) if _is_seen_otherwise(record)]
    for record in (*changed, *session.deleted):
        for type, id in _things(record):
            noted[type].add(id)


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_NOTED, None)


def _is_seen_otherwise(record: Any) -> bool:
    return any(_history(record, name).has_changes() for name in _WATCHED.get(type(record), ()))


def _history(record: Any, name: str) -> History:
    """What was loaded or set; nothing is read for it."""
    return get_history(record, name, PassiveFlag.PASSIVE_NO_INITIALIZE)


def _things(record: Any) -> Iterator[tuple[str, str]]:
    """The things that are seen otherwise where this record is another, new or gone."""
    if isinstance(record, Resource | Topic | Page):
        yield record.__tablename__, record.id
    elif isinstance(record, Heading | Mention):
        yield "page", record.page_id
    elif isinstance(record, Prerequisite):
        for one in _now_and_before(record, "prerequisite_id"):
            yield from (("prerequisite", edge_id(one, other)) for other in _now_and_before(record, "dependent_id"))


def _now_and_before(record: Prerequisite, name: str) -> set[str]:
    return {getattr(record, name), *_history(record, name).deleted} - {None}


def _told(session: Session, type: str, ids: Collection[str]) -> dict[str, _Told]:
    columns = [LatestChange.id, *(getattr(LatestChange, name) for name in _Told._fields)]
    found: dict[str, _Told] = {}
    for batch in batches(sorted(ids)):
        rows = session.execute(select(*columns).where(LatestChange.type == type, LatestChange.id.in_(batch)))
        found.update((row.id, _Told(*row[1:])) for row in rows)
    return found


def _rows(ids: Collection[str], told: Mapping[str, _Told], states: Mapping[str, Standing]) -> Iterator[dict[str, Any]]:
    """What is told of these now; nothing of what came and went within the transaction."""
    for id in sorted(ids):
        before = told.get(id)
        state = states.get(id) or Standing(GONE, before.version if before else 0)
        if before is None and state.status == GONE:
            continue
        was_shown = before is not None and before.was_shown
        yield {
            "id": id,
            "change": _LEFT.get(state.status) or _arrival(before),
            "version": state.version,
            "merged_into": state.merged_into,
            "was_shown": was_shown or state.status in SHOWN,
        }


def _is_news(row: Mapping[str, Any], told: Mapping[str, _Told]) -> bool:
    """Whether the thing differs from what was told; what was flushed may have been rolled back to a savepoint."""
    before = told.get(row["id"])
    return before is None or (before.version, before.merged_into) != (row["version"], row["merged_into"])


def _arrival(before: _Told | None) -> str:
    """What happened to a thing that readers see."""
    if before is None or not before.was_shown:
        return "created"
    return "updated" if before.is_shown else "restored"


def _turned(told: Mapping[str, _Told], states: Mapping[str, Standing]) -> set[str]:
    """The topics that readers saw and do not see, or the other way round."""
    return {id for id, state in states.items() if (state.status in SHOWN) != (id in told and told[id].is_shown)}
