"""Reading the resources that meet all that a question asks: short indexed statements, cards as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.catalog import match_statements as statements
from service.catalog.columns import Apart, Column
from service.catalog.plurals import singular
from service.catalog.snapshots import remember
from service.catalog.wanted import Wanted, shape, values
from service.catalog.words import FIELDS


class Match(NamedTuple):
    """A resource that meets a `Wanted`, and one of the topics that it meets it by ("" when it names none)."""

    number: int
    topic_id: str
    card: str


@dataclass(frozen=True)
class Matches(Apart[Match]):
    """Matches in columns."""

    numbers: Column
    topic_ids: Column
    cards: Column

    def without_last(self) -> "Matches":
        """All but the last."""
        return Matches(self.numbers.without_last(), self.topic_ids.without_last(), self.cards.without_last())

    def members(self) -> list[Match]:
        """The matches, one by one."""
        return list(map(Match, map(int, self.numbers), self.topic_ids, self.cards))

    def __len__(self) -> int:
        return len(self.numbers)


def matching(session: Session, wanted: Wanted, after: int, limit: int) -> Matches:
    """The resources that meet it, in order of first appearance, after the resource numbered `after`."""
    return Matches(*statements.stretch(shape(wanted)).columns(session, after=after, limit=limit, **values(wanted)))


def matching_numbers(session: Session, wanted: Wanted, limit: int) -> list[int]:
    """The numbers of the first resources that meet it."""
    rows = statements.numbers(shape(wanted)).rows(session, after=0, limit=limit, **values(wanted))
    return [int(number) for number, _ in rows]


def among(session: Session, wanted: Wanted, numbers: Sequence[int]) -> dict[int, Match]:
    """Those of these resources that meet it, by number; of many numbers, the first `statements.AMONG` are looked at."""
    if not numbers:
        return {}
    padded = [*numbers, *[numbers[0]] * statements.AMONG][: statements.AMONG]
    asked = {f"number_{i}": number for i, number in enumerate(padded)}
    rows = statements.among(shape(wanted)).rows(session, **asked, **values(wanted))
    return {int(number): Match(int(number), topic_id, card) for number, topic_id, card in rows}


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
    return int(statements.count(shape(wanted)).rows(session, **values(wanted))[0][0])
