"""What was written, by whom and when: the audit, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import SQLColumnExpression, String, cast, func, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import ApiKey, AuditEntry, LinkCheckRun, Page, Prerequisite, Resource, Topic, Webhook
from service.errors import NotFound

UNDOES = "undoes"  # in the detail of an undo: the number of the entry that it undoes
QUEUE, RESOURCES = "queue", "resources"  # subjects of acts on many things
_THINGS: Mapping[str, SQLColumnExpression[str]] = {  # whose ids stand in a subject, after the colon
    "topic": Topic.id,
    "resource": Resource.id,
    "prerequisite": Prerequisite.prerequisite_id + ">" + Prerequisite.dependent_id,
    "page": Page.id,
    "key": cast(ApiKey.id, String),
    "webhook": Webhook.id,
    "link_check": LinkCheckRun.id,
}
SUBJECTS = (*(f"{thing}:ID" for thing in _THINGS), QUEUE, RESOURCES)


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


def is_subject(session: Session, subject: str) -> bool:
    """Whether acts can be about this: it is there, or it was when somebody acted on it."""
    kind, _, id = subject.partition(":")
    if subject in (QUEUE, RESOURCES):
        return True
    if kind in _THINGS and session.scalar(select(_THINGS[kind]).where(_THINGS[kind] == id).limit(1)) is not None:
        return True
    return session.scalar(select(AuditEntry.id).where(AuditEntry.subject == subject).limit(1)) is not None


def entry(session: Session, number: int) -> AuditEntry:
    """One entry, or NotFound."""
    found = session.get(AuditEntry, number)
    if found is None:
        raise NotFound("audit entry", str(number))
    return found


def undone_by(session: Session, number: int) -> int | None:
    """The entry by which this one was undone, and that has not been undone in its turn."""
    undos = [number]
    while (last := _last_undo(session, undos[-1])) is not None:
        undos.append(last)
    return undos[1] if len(undos) % 2 == 0 else None  # an undo of an undo does the act again


def _last_undo(session: Session, number: int) -> int | None:
    undoes = AuditEntry.detail[UNDOES].as_integer() == number
    undos = select(AuditEntry.id).where(AuditEntry.action == "undo", AuditEntry.id > number, undoes)
    return session.scalar(undos.order_by(AuditEntry.id.desc()).limit(1))


def newest(session: Session) -> AuditEntry | None:
    """The last entry."""
    return session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
