"""What a list of resources is narrowed to, and the statements that find what meets it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, bindparam, func, literal, select, union

from service.catalog.language_ranges import in_range
from service.catalog.models import Mention, Resource, ResourceAuthor, ResourceTopic, ResourceWord
from service.catalog.names import fold
from service.catalog.prepared import Gathered, Prepared


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


def parameters(wanted: ResourceFilter) -> dict[str, Any]:
    """The filter's values by the names of their parameters; which names there are decides the statement."""
    plain = {name: getattr(wanted, name) for name in _CONDITIONS}
    values = {name: value for name, value in plain.items() if value is not None}
    if len(wanted.topics) == 1 and wanted.status == "active":
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


@lru_cache(maxsize=512)
def stretch_of(names: tuple[str, ...]) -> Gathered:
    """The statement of the numbers in a stretch of a list that is narrowed by these parameters."""
    number = _number(names)
    listed = _narrowed(select(number), names)
    return Gathered(listed.where(number > bindparam("after")).order_by(number).limit(bindparam("limit")))


@lru_cache(maxsize=512)
def length_of(names: tuple[str, ...]) -> Prepared:
    """The statement of the list's length."""
    return Prepared(_narrowed(select(func.count()), names))


def members_of(names: tuple[str, ...]) -> Select[Any]:
    """The statement of all numbers in the list."""
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
    "language": in_range(bindparam("language")),
    "host": Resource.host == bindparam("host"),
    "is_free": Resource.is_free == bindparam("is_free"),
    "year_min": Resource.year >= bindparam("year_min"),
    "year_max": Resource.year <= bindparam("year_max"),
    "page": Resource.number.in_(select(Mention.resource_number).where(Mention.page_id == bindparam("page"))),
    "author": Resource.number.in_(_AUTHORED),
}
