"""The resources under topics that suit a learner best."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from service.catalog.language_ranges import in_range
from service.catalog.models import Resource, ResourceTopic
from service.catalog.refresh import batches


@dataclass(frozen=True)
class Preference:
    """What a learner likes best, the strongest wish first. A wish that nothing meets excludes nothing."""

    language: str | None = None  # BCP 47; a resource that states none comes before one in another language
    media_types: tuple[str, ...] = ()  # any of these
    is_free: bool = False  # stated to be free; then what states nothing
    max_minutes: float | None = None  # stated to take no longer; then what states nothing


def best_under(session: Session, topic_ids: Collection[str], prefer: Preference, limit: int) -> Mapping[str, list[str]]:
    """For each topic the cards of its best active resources, at most `limit`: by preference, then as listed."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    rank = func.row_number().over(partition_by=ResourceTopic.topic_id, order_by=_wishes(prefer)).label("rank")
    for batch in batches(sorted(topic_ids)):
        ranked = (
            select(ResourceTopic.topic_id, Resource.card, rank)
            .join(Resource, Resource.number == ResourceTopic.resource_number)
            .where(ResourceTopic.topic_id.in_(batch))
            .subquery()
        )
        best = select(ranked).where(ranked.c.rank <= limit).order_by(ranked.c.topic_id, ranked.c.rank)
        for topic_id, card, _ in session.execute(best):
            found[topic_id].append(card)
    return found


def _wishes(prefer: Preference) -> list[ColumnElement[int]]:
    wishes: list[ColumnElement[int]] = []
    if prefer.language:
        wishes.append(case((in_range(prefer.language), 0), (Resource.language.is_(None), 1), else_=2))
    if prefer.media_types:
        wishes.append(case((Resource.media_type.in_(prefer.media_types), 0), else_=1))
    if prefer.is_free:
        wishes.append(case((Resource.is_free.is_(True), 0), (Resource.is_free.is_(None), 1), else_=2))
    if prefer.max_minutes is not None:
        minutes = Resource.duration_minutes
        wishes.append(case((minutes <= prefer.max_minutes, 0), (minutes.is_(None), 1), else_=2))
    return [*wishes, Resource.number.asc()]


def cards_of(session: Session, resource_ids: Collection[str]) -> Mapping[str, str]:
    """The cards of active resources, by id; what is none is left out."""
    found: dict[str, str] = {}
    for batch in batches(sorted(resource_ids)):
        rows = session.execute(
            select(Resource.id, Resource.card).where(Resource.id.in_(batch), Resource.status == "active")
        )
        found.update((row.id, row.card) for row in rows)
    return found


def topics_with(session: Session, resource_ids: Collection[str]) -> set[str]:
    """The topics that any of these active resources is filed under."""
    found: set[str] = set()
    for batch in batches(sorted(resource_ids)):
        found.update(
            session.scalars(
                select(ResourceTopic.topic_id)
                .join(Resource, Resource.number == ResourceTopic.resource_number)
                .where(Resource.id.in_(batch))
            )
        )
    return found
