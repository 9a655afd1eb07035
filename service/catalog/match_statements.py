"""The statements that find what meets a `Wanted`: one for each shape, compiled once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal_column, or_, select

from service.catalog.language_ranges import in_range
from service.catalog.models import Resource, ResourceTopic, ResourceWord
from service.catalog.prepared import Gathered, Prepared
from service.catalog.wanted import Shape
from service.catalog.words import FIELDS

STATEMENTS = 512  # shapes that are remembered
AMONG = 128  # numbers that are asked about at once


@lru_cache(maxsize=STATEMENTS)
def stretch(shape: Shape) -> Gathered:
    """(number, topic) after `after`, `limit` of them."""
    return Gathered(_Conditions(shape).stretch())


@lru_cache(maxsize=STATEMENTS)
def among(shape: Shape) -> Gathered:
    """(number, topic) of those of AMONG numbers that meet it."""
    return Gathered(_Conditions(shape).among())


@lru_cache(maxsize=STATEMENTS)
def count(shape: Shape) -> Prepared:
    """How many meet it."""
    return Prepared(select(func.count()).select_from(_Conditions(shape).numbers().subquery("found")))


@lru_cache(maxsize=STATEMENTS)
def fields(words: int) -> Prepared:
    """One row: word by word, whether it stands in each field."""
    return Prepared(select(*(_stands(i, field) for i in range(words) for field in FIELDS)))


def numbers(shape: Shape) -> Select[Any]:
    """The plain select of (number, topic_id) of all that meets it, each once."""
    return _Conditions(shape).numbers()


def _stands(place: int, field: str) -> Any:
    here = _stands_in(ResourceWord, field, bindparam(f"word_{place}"), bindparam(f"stem_{place}"))
    return exists().where(here).label(f"{field}_{place}")


def _stands_in(columns: Any, field: str, word: Any, stem: Any) -> ColumnElement[bool]:
    """Whether a look-up row is this word's in a field, or in any (""): in titles singular and plural are one."""
    in_title = and_(columns.word == stem, columns.field == _quoted("title"))
    if field == "title":
        return in_title
    elsewhere = [_quoted(field)] if field else [_quoted("author"), _quoted("host")]
    in_others = and_(columns.word == word, _one_of(columns.field, elsewhere))
    return in_others if field else or_(in_title, in_others)


class _Conditions:
    """The select for one shape. It starts from the narrowest index: topics, else words, else all resources."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._number: Any = Resource.number
        if self._shape.topics:
            self._number = ResourceTopic.resource_number
        elif self._shape.word_fields or self._shape.any_word_fields:
            self._number = ResourceWord.resource_number

    @property
    def is_repeated(self) -> bool:
        """Whether a resource may be found twice: by two topics, or by a word in two places."""
        return self._shape.topics[0] > 1 if self._shape.topics else self._number is ResourceWord.resource_number

    def stretch(self) -> Select[Any]:
        """The numbers after `after`, `limit` of them, each with a topic that led to it."""
        statement = self.numbers().where(self._number > bindparam("after"))
        return statement.order_by(self._number).limit(bindparam("limit"))

    def among(self) -> Select[Any]:
        """Of AMONG numbers, those that meet it."""
        return self.numbers().where(self._number.in_([bindparam(f"number_{i}") for i in range(AMONG)]))

    def numbers(self) -> Select[Any]:
        """The numbers, each once."""
        topic: Any = literal_column("''")
        if self._shape.topics:
            topic = func.min(ResourceTopic.topic_id) if self.is_repeated else ResourceTopic.topic_id
        statement: Select[Any] = select(self._number.label("number"), topic.label("topic_id"))
        statement = statement.where(*self._conditions())
        if self._number is not Resource.number and self._needs_resource():
            statement = statement.join(Resource, Resource.number == self._number)
        return statement.group_by(self._number) if self.is_repeated else statement

    def _needs_resource(self) -> bool:
        by_type = bool(self._shape.media_types or self._shape.without_media_types) and not self._shape.topics
        return by_type or bool(self._shape.plain)

    def _conditions(self) -> Iterable[ColumnElement[bool]]:
        yield from self._topic_conditions()
        yield from self._type_conditions()
        yield from self._word_conditions()
        yield from (
            ~and_(*self._has_all(f"not{i}_", fields)) for i, fields in enumerate(self._shape.without_word_fields)
        )
        yield from (_PLAIN[name](bindparam(name)) for name in self._shape.plain)
        if self._number is Resource.number:  # the look-up tables hold active resources only
            yield Resource.status == _quoted("active")

    def _topic_conditions(self) -> Iterable[ColumnElement[bool]]:
        for i, size in enumerate(self._shape.topics):
            yield self._under(f"topic{i}", size, ResourceTopic) if i == 0 else self._exists_under(f"topic{i}", size)
        if self._shape.without_topics:
            yield ~self._exists_under("not_topic", self._shape.without_topics)

    def _type_conditions(self) -> Iterable[ColumnElement[bool]]:
        column: Any = ResourceTopic.media_type if self._shape.topics else Resource.media_type
        if self._shape.media_types:
            yield _one_of(column, self._bound_each("type", self._shape.media_types))
        if self._shape.without_media_types:
            yield column.not_in(self._bound_each("not_type", self._shape.without_media_types))

    def _word_conditions(self) -> Iterable[ColumnElement[bool]]:
        fields = self._shape.word_fields
        if fields and self._number is ResourceWord.resource_number:
            yield self._starts_with("", fields[0])
            yield from self._has_all("", fields, first=1)
        else:
            yield from self._has_all("", fields)
        if self._shape.any_word_fields:
            yield from self._any_word_conditions()

    def _any_word_conditions(self) -> Iterable[ColumnElement[bool]]:
        """All words of one of several; from one's first word the look-up starts, where nothing else is asked for."""
        several = [(f"any{i}_", fields) for i, fields in enumerate(self._shape.any_word_fields)]
        yield or_(*(and_(*self._has_all(name, fields)) for name, fields in several))
        if self._number is ResourceWord.resource_number and not self._shape.word_fields:
            yield or_(*(self._starts_with(name, fields[0]) for name, fields in several))

    def _starts_with(self, name: str, field: str) -> ColumnElement[bool]:
        return _stands_in(ResourceWord, field, bindparam(f"{name}word_0"), bindparam(f"{name}stem_0"))

    def _has_all(self, name: str, fields: Sequence[str], first: int = 0) -> Iterable[ColumnElement[bool]]:
        """The resource has each of the words with this name, from the `first` on."""
        for i, field in enumerate(fields[first:], first):
            table = ResourceWord.__table__.alias(f"{name}has_word_{i}")
            condition = _stands_in(table.c, field, bindparam(f"{name}word_{i}"), bindparam(f"{name}stem_{i}"))
            yield exists().where(condition, table.c.resource_number == self._number).select_from(table)

    def _under(self, name: str, size: int, columns: Any) -> ColumnElement[bool]:
        return _one_of(columns.topic_id, self._bound_each(name, size))

    def _exists_under(self, name: str, size: int) -> ColumnElement[bool]:
        other = ResourceTopic.__table__.alias(f"under_{name}")
        here = other.c.resource_number == self._number
        return exists().where(self._under(name, size, other.c), here).select_from(other)

    def _bound_each(self, name: str, size: int) -> list[Any]:
        return [bindparam(f"{name}_{i}") for i in range(size)]


def _one_of(column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column == values[0] if len(values) == 1 else column.in_(values)
    return condition


def _quoted(word: str) -> Any:
    """A word of our own inside the statement: statements that are prepared take all parameters by name."""
    return literal_column(f"'{word}'")


_PLAIN: Mapping[str, Any] = {
    "language": in_range,
    "without_language": lambda value: or_(Resource.language.is_(None), ~in_range(value)),
    "year_min": lambda value: Resource.year >= value,
    "year_max": lambda value: Resource.year <= value,
    "minutes_min": lambda value: Resource.duration_minutes >= value,
    "minutes_max": lambda value: Resource.duration_minutes <= value,
    "is_free": lambda _: Resource.is_free.is_(True),
}
