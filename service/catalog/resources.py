"""Reading resources: by id, by filter, by topic. The reads return cards: JSON text, ready to be joined."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from service.catalog.models import Resource, ResourceTopic, Topic
from service.catalog.numbered_cards import cards
from service.catalog.prepared import Gathered, Prepared
from service.catalog.resource_filter import EVERYTHING, ResourceFilter, length_of, members_of, parameters, stretch_of
from service.catalog.snapshots import remember
from service.errors import Gone, Merged, NotFound

FACETS = ("media_type", "topic", "language", "year", "host")
IDS_PER_QUERY = 500  # SQLite's and psycopg's bound on parameters is far above; long lists plan slowly


class Found(NamedTuple):
    """A stretch of a list: the cards, how many there are in all, and where the next stretch begins."""

    cards: Sequence[bytes]
    total: int
    next_after: int | None  # the number of the last resource shown, when more follow


def find(session: Session, wanted: ResourceFilter, after: int = 0, limit: int = 20) -> Found:
    """Resources that meet the filter, in order of first appearance, after the resource numbered `after`.

    They are counted once per revision.
    """
    if wanted == EVERYTHING:
        return stretch(session, remember(session, "active", partial(_active, session)), after, limit)
    values = parameters(wanted)
    total = remember(session, ("resources", *values.items()), partial(_total, session, values))
    (found,) = stretch_of(tuple(values)).columns(session, after=after, limit=limit + 1, **values)
    numbers = list(map(int, found[:limit]))
    return Found(cards(session, numbers), total, numbers[-1] if len(found) > limit else None)


def stretch(session: Session, numbers: Sequence[int], after: int, limit: int) -> Found:
    """A stretch of the resources with these numbers, which are ascending."""
    shown, next_after = first_after(numbers, after, limit)
    return Found(cards(session, shown), len(numbers), next_after)


def first_after(numbers: Sequence[int], after: int, limit: int) -> tuple[Sequence[int], int | None]:
    """The first that come after a number; and, if still more follow, the last of these."""
    start = bisect_right(numbers, after) if after else 0
    shown = numbers[start : start + limit]
    return shown, shown[-1] if start + limit < len(numbers) else None


def facets(session: Session, wanted: ResourceFilter, names: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many of the filtered resources have each value, per facet: media_type, topic, language, year, host."""
    return {name: remember(session, (name, wanted), partial(_facet, session, wanted, name)) for name in names}


_CARD = Prepared(
    select(Resource.card, Resource.version, Resource.status, Resource.merged_into).where(
        Resource.id == bindparam("resource_id")
    )
)


def card(session: Session, resource_id: str, with_hidden: bool = True) -> tuple[str, int]:
    """The card and version of one resource; NotFound, Gone or Merged when it has none to show."""
    rows = _CARD.rows(session, resource_id=resource_id)
    if not rows or (rows[0][2] == "hidden" and not with_hidden):
        raise NotFound("resource", resource_id)
    card, version, status, merged_into = rows[0]
    if merged_into:
        raise Merged("resource", resource_id, merged_into)
    if status == "gone":
        raise Gone("resource", resource_id)
    return card, version


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


def _total(session: Session, values: dict[str, Any]) -> int:
    total: int = length_of(tuple(values)).rows(session, **values)[0][0]
    return total


_ACTIVE = Gathered(select(Resource.number).where(Resource.status == "active").order_by(Resource.number))


def _active(session: Session) -> Sequence[int]:
    (found,) = _ACTIVE.columns(session)
    return array("Q", map(int, found))


def _facet(session: Session, wanted: ResourceFilter, name: str) -> dict[str, int]:
    values = parameters(wanted)
    numbers = members_of(tuple(values))
    if name == "topic":
        column: Any = ResourceTopic.topic_id
        query = select(column, func.count()).join(Topic, Topic.id == column)
        query = query.where(ResourceTopic.resource_number.in_(numbers), Topic.status == "active")
    else:
        column = {f: getattr(Resource, f) for f in FACETS if f != "topic"}[name]
        query = select(column, func.count()).where(Resource.number.in_(numbers), column.is_not(None))
    rows = session.execute(query.group_by(column).order_by(func.count().desc(), column), values)
    return {str(value): count for value, count in rows}
