"""Reading the resources that meet all that a question asks: short indexed statements, cards as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

from service.catalog import match_statements as statements
from service.catalog.columns import ALL, Apart
from service.catalog.numbered_cards import cards
from service.catalog.plurals import singular
from service.catalog.snapshots import remember
from service.catalog.wanted import Wanted, shape, values
from service.catalog.words import FIELDS


class Match(NamedTuple):
    """A resource that meets a `Wanted`, and one of the topics that it meets it by ("" when it names none)."""

    number: int
    topic_id: str
    card: bytes


@dataclass(frozen=True)
class Matches(Apart[Match]):
    """Matches in columns."""

    numbers: Sequence[int]
    topic_ids: Sequence[str]
    cards: Sequence[bytes]

    def members(self, place: slice = ALL) -> list[Match]:
        """The matches, one by one."""
        return list(map(Match, self.numbers[place], self.topic_ids[place], self.cards[place]))

    def __len__(self) -> int:
        return len(self.numbers)


NO_MATCHES = Matches((), (), ())


def matching(session: Session, wanted: Wanted, after: int, limit: int) -> Matches:
    """The resources that meet it, in order of first appearance, after the resource numbered `after`."""
    found, topic_ids = statements.stretch(shape(wanted)).columns(session, after=after, limit=limit, **values(wanted))
    return with_cards(session, list(map(int, found)), topic_ids)


def with_cards(session: Session, numbers: Sequence[int], topic_ids: Sequence[str]) -> Matches:
    """Resources that are known to match, each by its topic, with their cards."""
    return Matches(numbers, topic_ids, cards(session, numbers))


def matching_numbers(session: Session, wanted: Wanted, limit: int) -> list[int]:
    """The numbers of the first resources that meet it."""
    found, _ = statements.stretch(shape(wanted)).columns(session, after=0, limit=limit, **values(wanted))
    return list(map(int, found))


def among(session: Session, wanted: Wanted, numbers: Sequence[int]) -> dict[int, Match]:
    """Those of these resources that meet it, by number; of many numbers, the first `statements.AMONG` are looked at."""
    if not numbers:
        return {}
    padded = [*numbers, *[numbers[0]] * statements.AMONG][: statements.AMONG]
    asked = {f"number_{i}": number for i, number in enumerate(padded)}
    found, topic_ids = statements.among(shape(wanted)).columns(session, **asked, **values(wanted))
    met = with_cards(session, list(map(int, found)), topic_ids)
    return {match.number: match for match in met}


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
