"""Reading what meets a question by its year or its length, where that is what is asked for."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from service.catalog import match_statements as statements
from service.catalog.match_statements import STATEMENTS
from service.catalog.matches import Matches, with_cards
from service.catalog.models import Resource
from service.catalog.prepared import Gathered, Prepared
from service.catalog.snapshots import remember
from service.catalog.wanted import Shape, Wanted, shape, values

MOST_ORDERED = 20_000  # resources that are put in order: bounds the time; what is named behind these is left out


class Order(NamedTuple):
    """What is to come first. `column`: of the resource; what states none comes last."""

    column: Any
    is_descending: bool


ORDERS: Mapping[str, Order] = {
    "newest": Order(Resource.year, True),
    "oldest": Order(Resource.year, False),
    "shortest": Order(Resource.duration_minutes, False),
    "added": Order(Resource.created_at, True),
    "longest": Order(Resource.duration_minutes, True),
}


def in_order(session: Session, wanted: Wanted, order: str, offset: int, limit: int) -> Matches:
    """The resources that meet it, so ordered, behind the first `offset` of them; equals as they first appear."""
    asked = {**values(wanted), "offset": offset, "limit": limit}
    found, topic_ids = _ordered(shape(wanted), order).columns(session, **asked)
    return with_cards(session, list(map(int, found)), topic_ids)


def stating(session: Session, wanted: Wanted, order: str) -> int:
    """How many of them state what they are ordered by."""

    def count() -> int:
        return int(_stating(shape(wanted), order).rows(session, **values(wanted))[0][0])

    return remember(session, ("stating", order, wanted), count)


@lru_cache(maxsize=STATEMENTS)
def _ordered(shape: Shape, order: str) -> Gathered:
    found, (column, is_descending) = _found(shape), ORDERS[order]
    by_value = column.desc() if is_descending else column.asc()
    rows = select(found.c.number, found.c.topic_id).join(Resource, Resource.number == found.c.number)
    in_order = rows.order_by(column.is_(None), by_value, found.c.number)
    return Gathered(in_order.limit(bindparam("limit")).offset(bindparam("offset")))


@lru_cache(maxsize=STATEMENTS)
def _stating(shape: Shape, order: str) -> Prepared:
    found = _found(shape)
    states: Select[Any] = select(func.count()).select_from(found).join(Resource, Resource.number == found.c.number)
    return Prepared(states.where(ORDERS[order].column.is_not(None)))


def _found(shape: Shape) -> Any:
    numbers = statements.numbers(shape)
    first = numbers.order_by(numbers.selected_columns.number).limit(literal_column(str(MOST_ORDERED)))
    return first.subquery("found")
