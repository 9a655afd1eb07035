"""What an index of resources reads: all that is active, in stretches; and what has changed since a moment."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.models import AuditEntry, Resource, ResourceTopic, Topic
from service.catalog.refresh import batches


class StoredResource(NamedTuple):
    """A resource as it is stored: its number, its status and its card."""

    number: int
    status: str
    card: str


_STORED = select(Resource.number, Resource.status, Resource.card)


def active_after(session: Session, number: int, limit: int) -> Sequence[StoredResource]:
    """The next active resources after `number`, in order."""
    query = _STORED.where(Resource.status == "active", Resource.number > number).order_by(Resource.number).limit(limit)
    return [StoredResource(*row) for row in session.execute(query)]


def stored(session: Session, numbers: Collection[int]) -> Iterator[StoredResource]:
    """These resources, in whatever status."""
    for batch in batches(sorted(numbers)):
        yield from (StoredResource(*row) for row in session.execute(_STORED.where(Resource.number.in_(batch))))


def last_change(session: Session) -> datetime | None:
    """When a resource or a topic changed last; None while there is none."""
    moments = [session.scalar(select(func.max(table.updated_at))) for table in (Resource, Topic)]
    return max((moment for moment in moments if moment is not None), default=None)


def first_write_after(session: Session, revision: int) -> datetime | None:
    """The earliest moment at which a later revision was written: not the oldest of them, where a clock was set back."""
    return session.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.revision > revision))


def resources_changed_since(session: Session, moment: datetime) -> Sequence[int]:
    """The numbers of the resources that changed at this moment or later, in whatever status they are."""
    return session.scalars(select(Resource.number).where(Resource.updated_at >= moment)).all()


def topics_changed_since(session: Session, moment: datetime) -> Sequence[str]:
    """The ids of the active topics that changed at this moment or later: their names, their nesting or their notes."""
    return session.scalars(select(Topic.id).where(Topic.updated_at >= moment, Topic.status == "active")).all()


def numbers_under(session: Session, topic_ids: Collection[str]) -> Iterator[int]:
    """The numbers of the active resources filed under these topics; some come twice."""
    for batch in batches(sorted(topic_ids)):
        yield from session.scalars(
            select(ResourceTopic.resource_number).where(ResourceTopic.topic_id.in_(batch)).distinct()
        )
