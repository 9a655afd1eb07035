"""The words of resources, for those that may be misspelled ones of them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.catalog.models import ResourceWord
from service.catalog.prepared import Prepared


class EachOf(FunctionElement[str]):
    """The texts in a JSON array: hundreds of them as one parameter."""

    inherit_cache = True


@compiles(EachOf, "sqlite")
def _on_sqlite(element: EachOf, compiler: SQLCompiler, **options: Any) -> str:
    parameter = compiler.process(element.clauses, **options)
    return f"(SELECT value FROM json_each({parameter}))"  # noqa: S608  # nosec B608  # its place in the statement, not its value


@compiles(EachOf, "postgresql")
def _on_postgresql(element: EachOf, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json)))"


_AMONG = Prepared(
    select(ResourceWord.word)
    .where(ResourceWord.word.bool_op("IN")(EachOf(bindparam("words"))), ResourceWord.field != "host")
    .distinct()
)


def words_among(session: Session, words: Sequence[str]) -> frozenset[str]:
    """Those of the words that stand in a title or in a maker's name of active resources."""
    return frozenset(word for (word,) in _AMONG.rows(session, words=orjson.dumps(words).decode()))


def words_beside(session: Session, words: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The words of active resources next to each in order, itself among them: of all, they begin most as it does."""
    row = _beside(len(words)).rows(session, **{f"word_{i}": word for i, word in enumerate(words)})[0]
    return {word: [one for one in row[2 * i : 2 * i + 2] if one] for i, word in enumerate(words)}


@lru_cache(maxsize=8)
def _beside(words: int) -> Prepared:
    return Prepared(select(*(column for i in range(words) for column in _around(f"word_{i}"))))


def _around(name: str) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    before = select(func.max(ResourceWord.word)).where(ResourceWord.word <= bindparam(name))
    behind = select(func.min(ResourceWord.word)).where(ResourceWord.word > bindparam(name))
    return before.scalar_subquery(), behind.scalar_subquery()
