"""Reading resources: by id, by filter, by topic. The reads return cards: JSON text, ready to be joined."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, bindparam, func, literal, select, union
from sqlalchemy.orm import Session

from service.catalog.models import Mention, Resource, ResourceAuthor, ResourceTopic, ResourceWord, Topic
from service.catalog.names import fold
from service.catalog.numbered_cards import cards
from service.catalog.snapshots import Gathered, Prepared, remember
from service.errors import Gone, Merged, NotFound

IDS_PER_QUERY = 500  # SQLite's and psycopg's bound on parameters is far above; long lists plan slowly


class ResourceFilter(NamedTuple):
    """What a list of resources is narrowed to. Fields left alone do not narrow; fields given all hold."""

    topics: tuple[str, ...] = ()  # any of these
    media_types: tuple[str, ...] = ()  # any of these
    language: str | None = None
    author: str | None = None  # "Simon Prince" or "Prince" for "Simon J.D. Prince": words in order, the last one last
    host: str | None = None
    year_min: int | None = None
    year_max: int | None = None
    is_free: bool | None = None
    page: str | None = None
    status: str = "active"

    @property
    def is_of_topics_alone(self) -> bool:
        """Whether it asks for topics and media types, and nothing else."""
        return self[2:] == EVERYTHING[2:]


EVERYTHING = ResourceFilter()


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
    values = _values(wanted)
    total = remember(session, ("resources", *values.items()), partial(_total, session, values))
    (found,) = _stretch(tuple(values)).columns(session, after=after, limit=limit + 1, **values)
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


FACETS = ("media_type", "topic", "language", "year", "host")


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
    total: int = _count(tuple(values)).rows(session, **values)[0][0]
    return total


_ACTIVE = Gathered(select(Resource.number).where(Resource.status == "active").order_by(Resource.number))


def _active(session: Session) -> Sequence[int]:
    (found,) = _ACTIVE.columns(session)
    return array("Q", map(int, found))


def _facet(session: Session, wanted: ResourceFilter, name: str) -> dict[str, int]:
    values = _values(wanted)
    numbers = _numbers(tuple(values))
    if name == "topic":
        column: Any = ResourceTopic.topic_id
        query = select(column, func.count()).join(Topic, Topic.id == column)
        query = query.where(ResourceTopic.resource_number.in_(numbers), Topic.status == "active")
    else:
        column = {f: getattr(Resource, f) for f in FACETS if f != "topic"}[name]
        query = select(column, func.count()).where(Resource.number.in_(numbers), column.is_not(None))
    rows = session.execute(query.group_by(column).order_by(func.count().desc(), column), values)
    return {str(value): count for value, count in rows}


def _values(wanted: ResourceFilter) -> dict[str, Any]:
    """The filter's values by the names of their parameters; which names there are decides the statement."""
    plain = {name: getattr(wanted, name) for name in _CONDITIONS}
    values = {name: value for name, value in plain.items() if value is not None}
    if _is_of_one_topic(wanted) and wanted.status == "active":
        del values["status"]  # what is filed under a topic is active
    values.update((f"topic_{i}", topic) for i, topic in enumerate(wanted.topics))
    values.update((f"media_type_{i}", media_type) for i, media_type in enumerate(wanted.media_types))
    if wanted.author is not None:
        values.update(_author_values(fold(wanted.author)))
    return values


def _author_values(folded: str) -> dict[str, str]:
    """A whole name; its last word, which is indexed; and the pattern that it meets with two spaces between words."""
    words = folded.split()
    pattern = "%" + "%".join(f" {word} " for word in words)  # folding leaves no % and no _
    return {"author": folded, "author_last": words[-1] if words else "", "author_words": pattern}


def _is_of_one_topic(wanted: ResourceFilter) -> bool:
    return len(wanted.topics) == 1


@lru_cache(maxsize=512)
def _stretch(names: tuple[str, ...]) -> Gathered:
    """The statement of the numbers in a list narrowed by these parameters."""
    number = _number(names)
    listed = _narrowed(select(number), names)
    return Gathered(listed.where(number > bindparam("after")).order_by(number).limit(bindparam("limit")))


@lru_cache(maxsize=512)
def _count(names: tuple[str, ...]) -> Prepared:
    """The statement of its length."""
    return Prepared(_narrowed(select(func.count()), names))


def _numbers(names: tuple[str, ...]) -> Select[Any]:
    """The statement of its members."""
    return _narrowed(select(_number(names)), names)


def _number(names: tuple[str, ...]) -> Any:
    """The column that a list is ordered by: one topic's index has its resources in order already."""
    return ResourceTopic.resource_number if _topics(names) == 1 else Resource.number


def _topics(names: tuple[str, ...]) -> int:
    return sum(name.startswith("topic_") for name in names)


def _narrowed(statement: Select[Any], names: tuple[str, ...]) -> Select[Any]:
    topics: list[Any] = [bindparam(name) for name in names if name.startswith("topic_")]
    media_types: list[Any] = [bindparam(name) for name in names if name.startswith("media_type_")]
    conditions = [_CONDITIONS[name] for name in names if name in _CONDITIONS]
    media_type: Any = Resource.media_type
    if len(topics) == 1:
        media_type = ResourceTopic.media_type
        statement = statement.select_from(ResourceTopic)
        if conditions:
            statement = statement.join(Resource, Resource.number == ResourceTopic.resource_number)
        conditions.append(ResourceTopic.topic_id == topics[0])
    else:
        statement = statement.select_from(Resource)
    if len(topics) > 1:
        under = select(ResourceTopic.resource_number).where(ResourceTopic.topic_id.in_(topics))
        conditions.append(Resource.number.in_(under))
    if media_types:
        conditions.append(media_type == media_types[0] if len(media_types) == 1 else media_type.in_(media_types))
    return statement.where(*conditions)


# By the index of words, which holds the first MOST_WORDS of all authors of a resource: others by their whole names.
_SPACED = literal(" ").concat(func.replace(ResourceAuthor.folded, " ", "  ", type_=String)).concat(" ")
_AUTHORED = union(
    select(ResourceAuthor.resource_number).where(ResourceAuthor.folded == bindparam("author")),
    select(ResourceAuthor.resource_number)
    .join(ResourceWord, ResourceWord.resource_number == ResourceAuthor.resource_number)
    .where(ResourceWord.word == bindparam("author_last"), ResourceWord.field == "author")
    .where(_SPACED.like(bindparam("author_words"))),
)
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "status": Resource.status == bindparam("status"),
    "language": Resource.language == bindparam("language"),
    "host": Resource.host == bindparam("host"),
    "is_free": Resource.is_free == bindparam("is_free"),
    "year_min": Resource.year >= bindparam("year_min"),
    "year_max": Resource.year <= bindparam("year_max"),
    "page": Resource.number.in_(select(Mention.resource_number).where(Mention.page_id == bindparam("page"))),
    "author": Resource.number.in_(_AUTHORED),
}
