"""Reading the resources that meet all that a question asks: short indexed statements, cards as they are stored."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from service.catalog import match_statements as statements
from service.catalog.plurals import singular
from service.catalog.snapshots import remember
from service.catalog.wanted import Wanted, shape, values
from service.catalog.words import FIELDS


class Match(NamedTuple):
    """A resource that meets a `Wanted`, and one of the topics that it meets it by ("" when it names none)."""

    number: int
    topic_id: str
    card: str


class NumberMatch(NamedTuple):
    """The same without the card, and with the place of the `Wanted` among several."""

    place: int
    number: int
    topic_id: str


def matching(session: Session, wanted: Wanted, after: int, limit: int) -> list[Match]:
    """The resources that meet it, in order of first appearance, after the resource numbered `after`."""
    asked = values(wanted, "q0_")
    rows = statements.stretch(shape(wanted)).rows(session, after=after, limit=limit, **asked)
    return [Match(*row) for row in rows]


def matching_each(session: Session, wanted: Sequence[Wanted], limit: int) -> list[NumberMatch]:
    """The first `limit` resources that meet each of several, in one statement."""
    if not wanted:
        return []
    asked: dict[str, Any] = {}
    for place, want in enumerate(wanted):
        asked |= values(want, f"q{place}_")
    rows = statements.stretches(tuple(map(shape, wanted))).rows(session, after=0, limit=limit, **asked)
    return [NumberMatch(*row) for row in rows]


def cards(session: Session, numbers: Sequence[int]) -> Mapping[int, str]:
    """The cards of a few resources, by number."""
    if not numbers:
        return {}
    asked = {f"number_{i}": number for i, number in enumerate(numbers)}
    return dict(statements.cards(len(numbers)).rows(session, **asked))


def total(session: Session, wanted: Wanted) -> int:
    """How many resources meet it; counted once per revision."""
    return int(remember(session, ("matching", wanted), lambda: _count(session, wanted)))


def fields_with(session: Session, words: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Where each word stands in active resources: in a title, an author's or publisher's name, a host."""
    if not words:
        return {}
    asked = {f"word_{i}": word for i, word in enumerate(words)}
    asked |= {f"stem_{i}": singular(word) for i, word in enumerate(words)}
    row = iter(statements.fields(len(words)).rows(session, **asked)[0])
    return {word: frozenset(field for field in FIELDS if next(row)) for word in words}


def _count(session: Session, wanted: Wanted) -> int:
    return int(statements.count(shape(wanted)).rows(session, **values(wanted, "q0_"))[0][0])
