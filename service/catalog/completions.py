"""Reading what completes the beginning of a word: titles and authors."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, exists, literal_column, select
from sqlalchemy.orm import Session

from service.catalog.models import Resource, ResourceAuthor, ResourceWord
from service.catalog.prepared import Prepared

MOST_WORDS = 6  # of what was typed: statements differ in how many there are
LOOKED_THROUGH = 400  # look-up rows of the first word: bounds the time; what is behind them is not suggested

_LAST = chr(0x10FFFF)  # sorts behind every continuation of a word


def titles(session: Session, words: Sequence[str], limit: int) -> list[tuple[str, str, str]]:
    """(id, title, media type) of resources whose titles have the words; the last may be only the beginning of one."""
    return [tuple(row)[:3] for row in _ask(session, "title", words, limit)]


def authors(session: Session, words: Sequence[str], limit: int) -> list[str]:
    """Authors whose names have the words; the last may be only the beginning of one. May repeat itself."""
    return [name for name, _ in _ask(session, "author", words, limit)]


def _ask(session: Session, field: str, words: Sequence[str], limit: int) -> list[Any]:
    *whole, beginning = words[-MOST_WORDS:]
    values = {f"word_{i}": word for i, word in enumerate(whole)}
    statement = _statement(field, len(whole))
    return statement.rows(session, beginning=beginning, end=beginning + _LAST, limit=limit, **values)


@lru_cache(maxsize=2 * MOST_WORDS)
def _statement(field: str, whole: int) -> Prepared:
    """Look-up rows of one word, not too many; those whose resources have the other words too; what they show."""
    here = ResourceWord.field == literal_column(f"'{field}'")
    begins = (ResourceWord.word >= bindparam("beginning"), ResourceWord.word < bindparam("end"))
    first = (ResourceWord.word == bindparam("word_0"),) if whole else begins
    start = select(ResourceWord.resource_number.label("number")).where(here, *first)
    found = start.limit(literal_column(str(LOOKED_THROUGH))).subquery("found")
    others = [_has(found.c.number, field, ResourceWord.word == bindparam(f"word_{i}")) for i in range(1, whole)]
    if whole:
        others.append(_has(found.c.number, field, *begins))
    shown: Any = _TITLES if field == "title" else _AUTHORS
    joined = shown.join(found, found.c.number == _NUMBER[field]).where(*others)
    return Prepared(joined.order_by(_NUMBER[field]).limit(bindparam("limit")))


# With the number that they are ordered by: else each database would have an order of its own.
_TITLES = select(Resource.id, Resource.title, Resource.media_type, Resource.number).distinct()
_AUTHORS = select(ResourceAuthor.name, ResourceAuthor.resource_number).distinct()
_NUMBER: dict[str, Any] = {"title": Resource.number, "author": ResourceAuthor.resource_number}


def _has(number: Any, field: str, *conditions: Any) -> Any:
    same = (ResourceWord.resource_number == number, ResourceWord.field == literal_column(f"'{field}'"))
    return exists().where(*same, *conditions)
