"""What an act changed, field by field, in the rows that are true in themselves: enough to show it, and to undo it.

Cards, look-up rows and merged facts follow from these rows, and are folded anew after every act. A column that holds
an object (what a curator decided of a topic) counts as one field for each of its members.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Mention, Prerequisite, Proposal, Resource, Topic

Fields = dict[str, Any]

TABLES: Mapping[str, type[Any]] = {
    "resource": Resource,
    "topic": Topic,
    "prerequisite": Prerequisite,
    "mention": Mention,
    "heading": Heading,
    "proposal": Proposal,
}
_FIELDS: Mapping[type[Any], tuple[str, ...]] = {
    Resource: ("curated", "merged_into", "broken_url"),
    Topic: ("curated", "merged_into", "label"),  # one that no page names keeps the label that it had last
    Prerequisite: ("prerequisite_id", "dependent_id", "kind", "status", "confidence", "evidence", "any_of"),
    Mention: ("resource_number", "topic_id"),
    Heading: ("topic_id", "broader_id"),
    Proposal: ("key", "subject", "suggestion", "status"),
}
_SPREAD = "curated"


@dataclass(frozen=True)
class RowChange:
    """One row's changed fields; a field that is not there on one side did not exist then.

    Without any field on one side there was no such row: so with prerequisites alone, whose ids nobody outside knows.
    """

    table: str
    key: str | int
    before: Fields
    after: Fields


@contextmanager
def recording(session: Session) -> Iterator[list[RowChange]]:
    """Fills the list, when the block ends well, with what the block changed.

    A topic or a resource is never dropped; a new one counts from when it was flushed. Nor is a question: a new one
    counts as one that was closed before.
    """
    session.flush()
    before: dict[Any, Fields] = {}
    dropped: list[RowChange] = []

    def note(session: Session, *_: Any) -> None:
        for record in session.dirty:
            if type(record) in _FIELDS:
                before.setdefault(record, _fields_before(record))
        before.update((record, {}) for record in session.new if isinstance(record, Prerequisite))
        before.update(
            (record, fields_of(record) | {"status": "closed"}) for record in session.new if isinstance(record, Proposal)
        )
        for record in session.deleted:
            if isinstance(record, Prerequisite):
                dropped.append(RowChange("prerequisite", record.id, before.pop(record, {}) or fields_of(record), {}))

    event.listen(session, "before_flush", note)
    changes: list[RowChange] = []
    try:
        yield changes
        session.flush()
    finally:
        event.remove(session, "before_flush", note)
    changes += dropped
    found = [change for record, fields in before.items() if (change := _change(record, fields))]
    changes += sorted(found, key=lambda change: (change.table, change.key))  # a session's are in no order


def combined(found: Iterable[RowChange]) -> list[RowChange]:
    """What several acts changed, as one: each field as it was before the first of them, and as the last left it."""
    whole: dict[tuple[str, str | int], RowChange] = {}
    for change in found:
        place = change.table, change.key
        whole[place] = _joined(whole[place], change) if place in whole else change
    return [change for change in whole.values() if change.before or change.after]


def restore(session: Session, changes: Iterable[RowChange]) -> None:
    """Put every changed field back to what it was before; see `conflicts` first."""
    for change in changes:
        record = session.get(TABLES[change.table], change.key)
        if record is None:
            session.add(Prerequisite(id=change.key, **change.before))
        elif isinstance(record, Prerequisite) and not change.before:
            session.delete(record)
        else:
            _put(record, change.before, set(change.after) - set(change.before))
    session.flush()


def conflicts(session: Session, changes: Iterable[RowChange]) -> list[RowChange]:
    """Fields that are not as the changes left them: `before` is what these left, `after` what stands there now."""
    found = []
    for change in changes:
        now = _whole(session, change)
        names = [name for name in {**change.before, **change.after} if not _same(name, now, change.after)]
        if names:
            found.append(RowChange(change.table, change.key, _only(change.after, names), _only(now, names)))
    return found


def fields_of(record: Any) -> Fields:
    """The fields of a row that are true in themselves."""
    return _spread({name: getattr(record, name) for name in _FIELDS[type(record)]})


def touched(session: Session, changes: Iterable[RowChange]) -> tuple[set[str], set[int]]:
    """The ids of topics and the numbers of resources that these changes bear on, before and after."""
    topics: set[Any] = set()
    numbers: set[Any] = set()
    for change in changes:
        now = _whole(session, change)
        topics.add(change.key if change.table == "topic" else None)
        numbers.add(change.key if change.table == "resource" else None)
        for side in (change.before, change.after, now):
            topics |= {side.get("topic_id"), side.get("broader_id"), *(side.get("curated.broader") or ())}
            numbers.add(side.get("resource_number"))
    return topics - {None}, numbers - {None}


def _whole(session: Session, change: RowChange) -> Fields:
    """All fields of the changed row as they are now; none where it is no more."""
    record = session.get(TABLES[change.table], change.key)
    return fields_of(record) if record is not None else {}


def to_json(changes: Iterable[RowChange]) -> list[dict[str, Any]]:
    """A form that a JSON column keeps."""
    return [asdict(change) for change in changes]


def from_json(stored: Iterable[Mapping[str, Any]]) -> list[RowChange]:
    """Undo `to_json`."""
    return [RowChange(**change) for change in stored]


def _fields_before(record: Any) -> Fields:
    state = inspect(record)
    old = {}
    for name in _FIELDS[type(record)]:
        history = state.attrs[name].history
        old[name] = history.deleted[0] if history.deleted else getattr(record, name)
    return _spread(old)


def _change(record: Any, before: Fields) -> RowChange | None:
    after = fields_of(record)
    names = [name for name in {**before, **after} if not _same(name, before, after)]
    if not names:
        return None
    (key,) = inspect(record).identity
    return RowChange(record.__tablename__, key, _only(before, names), _only(after, names))


def _joined(first: RowChange, then: RowChange) -> RowChange:
    known, changed = {**first.before, **first.after}, {**then.before, **then.after}
    before = first.before | {name: value for name, value in then.before.items() if name not in known}
    after = {name: value for name, value in first.after.items() if name not in changed} | then.after
    names = [name for name in {**before, **after} if not _same(name, before, after)]
    return RowChange(first.table, first.key, _only(before, names), _only(after, names))


def _same(name: str, one: Fields, other: Fields) -> bool:
    return (name in one) == (name in other) and one.get(name) == other.get(name)


def _only(fields: Fields, names: Iterable[str]) -> Fields:
    return {name: fields[name] for name in names if name in fields}


def _spread(fields: Fields) -> Fields:
    members = fields.pop(_SPREAD, {})
    return fields | {f"{_SPREAD}.{name}": value for name, value in members.items()}


def _put(record: Any, fields: Fields, gone: Iterable[str]) -> None:
    members = dict(getattr(record, _SPREAD, {}))
    for name in gone:
        members.pop(name.removeprefix(f"{_SPREAD}."), None)
    for name, value in fields.items():
        if name.startswith(f"{_SPREAD}."):
            members[name.removeprefix(f"{_SPREAD}.")] = value
        else:
            setattr(record, name, value)
    if hasattr(record, _SPREAD):
        setattr(record, _SPREAD, members)
    if isinstance(record, Prerequisite):
        record.version += 1
