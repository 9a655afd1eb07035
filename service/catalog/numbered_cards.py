"""Cards of resources by their numbers: from memory, what was read in this revision, else from the database."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from service.catalog.kept_cards import KeptCards
from service.catalog.models import Resource
from service.catalog.prepared import Gathered

MOST_CARDS = 200  # that are read at once
_NUMBERED = tuple(f"number_{i}" for i in range(MOST_CARDS))


def cards(session: Session, numbers: Sequence[int]) -> list[bytes]:
    """The cards of the resources with these numbers: from memory, those that were read in this revision."""
    kept: KeptCards = session.info.get("cards") or KeptCards(0)
    found = kept.find(numbers)
    if None in found:
        read = _read(session, [number for number, card in zip(numbers, found, strict=True) if card is None])
        kept.keep(read)
        found = [read[number] if card is None else card for number, card in zip(numbers, found, strict=True)]
    return cast(list[bytes], found)


def _read(session: Session, numbers: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(numbers), MOST_CARDS):
        asked = sorted(numbers[start : start + MOST_CARDS])
        (read,) = _cards(len(asked)).columns(session, **dict(zip(_NUMBERED, asked, strict=False)))
        found.update(zip(asked, map(str.encode, read), strict=True))
    return found


@lru_cache(maxsize=MOST_CARDS)
def _cards(size: int) -> Gathered:
    """The statement of the cards of so many resources, in the order of their numbers."""
    named: list[Any] = [bindparam(name) for name in _NUMBERED[:size]]
    return Gathered(select(Resource.card).where(Resource.number.in_(named)).order_by(Resource.number))
