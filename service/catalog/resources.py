"""Reading resources: by id, by filter, by topic. The reads return cards: JSON text, ready to be joined."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import Mention, Resource, ResourceAuthor, ResourceTopic
from service.catalog.names import fold
from service.errors import Gone, Merged, NotFound

IDS_PER_QUERY = 500  # SQLite's and psycopg's bound on parameters is far above; long lists plan slowly


@dataclass(frozen=True)
class ResourceFilter:
    """What a list of resources is narrowed to. Fields left alone do not narrow; fields given all hold."""

    topics: tuple[str, ...] = ()  # any of these
    media_types: tuple[str, ...] = ()  # any of these
    language: str | None = None
    author: str | None = None  # a whole name, or its last words
    host: str | None = None
    year_min: int | None = None
    year_max: int | None = None
    is_free: bool | None = None
    page: str | None = None
    status: str = "active"


@dataclass(frozen=True)
class Found:
    """A stretch of a list: the cards, how many there are in all, and where the next stretch begins."""

    cards: Sequence[str]
    total: int
    next_after: int | None  # the number of the last resource shown, when more follow


def find(session: Session, wanted: ResourceFilter, after: int = 0, limit: int = 20) -> Found:
    """Resources that meet the filter, in order of first appearance, after the resource numbered `after`."""
    numbers = _numbers(wanted)
    total = session.execute(select(func.count()).select_from(numbers.subquery())).scalar_one()
    stretch = numbers.where(Resource.number > after).order_by(Resource.number).limit(limit + 1)
    rows = session.execute(stretch.add_columns(Resource.card)).all()
    shown = rows[:limit]
    return Found([row.card for row in shown], total, shown[-1].number if len(rows) > limit else None)


def facets(session: Session, wanted: ResourceFilter, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many of the filtered resources have each value, per facet: media_type, topic, language, year, host."""
    numbers = _numbers(wanted).subquery()
    return {name: _facet(session, numbers.c.number, name) for name in names}


FACETS = ("media_type", "topic", "language", "year", "host")


def card(session: Session, resource_id: str) -> tuple[str, int]:
    """The card and version of one resource; NotFound, Gone or Merged when it has none to show."""
    row = session.execute(
        select(Resource.card, Resource.version, Resource.status, Resource.merged_into).where(Resource.id == resource_id)
    ).one_or_none()
    if row is None:
        raise NotFound("resource", resource_id)
    if row.merged_into:
        raise Merged("resource", resource_id, row.merged_into)
    if row.status == "gone":
        raise Gone("resource", resource_id)
    return row.card, row.version


def cards_by_number(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """The cards of resources, by number."""
    rows = session.execute(select(Resource.number, Resource.card).where(Resource.number.in_(numbers)))
    return {row.number: row.card for row in rows}


def records(session: Session, ids: Iterable[str]) -> dict[str, Resource]:
    """The records of resources, by id: for writers."""
    found: dict[str, Resource] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), IDS_PER_QUERY):
        batch = select(Resource).where(Resource.id.in_(wanted[start : start + IDS_PER_QUERY]))
        found.update((resource.id, resource) for resource in session.scalars(batch))
    return found


def counts_by_media_type(session: Session) -> dict[str, int]:
    """How many active resources there are of each media type."""
    rows = session.execute(
        select(Resource.media_type, func.count()).where(Resource.status == "active").group_by(Resource.media_type)
    )
    return {row.media_type: row[1] for row in rows}


def _numbers(wanted: ResourceFilter) -> Select[Any]:
    return select(Resource.number).where(*_conditions(wanted))


def _conditions(wanted: ResourceFilter) -> list[ColumnElement[bool]]:
    conditions = [Resource.status == wanted.status]
    if wanted.topics:
        under = select(ResourceTopic.resource_number).where(ResourceTopic.topic_id.in_(wanted.topics))
        conditions.append(Resource.number.in_(under))
    if wanted.media_types:
        conditions.append(Resource.media_type.in_(wanted.media_types))
    if wanted.author:
        conditions.append(Resource.number.in_(_written_by(wanted.author)))
    if wanted.page:
        conditions.append(Resource.number.in_(select(Mention.resource_number).where(Mention.page_id == wanted.page)))
    return conditions + _plain_conditions(wanted)


def _plain_conditions(wanted: ResourceFilter) -> list[ColumnElement[bool]]:
    equal: Mapping[Any, Any] = {
        Resource.language: wanted.language,
        Resource.host: wanted.host,
        Resource.is_free: wanted.is_free,
    }
    conditions = [column == value for column, value in equal.items() if value is not None]
    if wanted.year_min is not None:
        conditions.append(Resource.year >= wanted.year_min)
    if wanted.year_max is not None:
        conditions.append(Resource.year <= wanted.year_max)
    return conditions


def _written_by(author: str) -> Select[Any]:
    folded = fold(author)
    is_author = or_(ResourceAuthor.folded == folded, ResourceAuthor.folded.endswith(f" {folded}", autoescape=True))
    return select(ResourceAuthor.resource_number).where(is_author)


def _facet(session: Session, numbers: Any, name: str) -> dict[str, int]:
    if name == "topic":
        column: Any = ResourceTopic.topic_id
        query = select(column, func.count()).where(ResourceTopic.resource_number.in_(select(numbers)))
    else:
        column = {f: getattr(Resource, f) for f in FACETS if f != "topic"}[name]
        query = select(column, func.count()).where(Resource.number.in_(select(numbers)), column.is_not(None))
    rows = session.execute(query.group_by(column).order_by(func.count().desc(), column))
    return {str(value): count for value, count in rows}
