"""Going on where the last answer ended: "more", "another one"."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import orjson

from service.search.answer import Answer
from service.search.before import Before

GOES_ON = ("more", "another")  # variants of what is asked
MOST_SEEN = 100  # resources of a conversation that are not shown again


@dataclass(frozen=True)
class Stretch:
    """What was found, save what earlier answers showed of it; `since` is where the search for it began."""

    found: Answer
    since: int = 0
    seen: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether all was shown."""
        return not (self.found.items or self.found.related)

    def before(self, shown: tuple[str, ...], told: tuple[str, ...]) -> Before:
        """What the next question may lean on, once resources were shown and topics told."""
        at = shown if len(shown) == 1 else ()
        return replace(self.found.meant, since=self.since, seen=self.seen, shown=shown, at=at, told=told)


def goes_on(found: Answer, before: Before | None) -> bool:
    """Whether more is wanted of what was shown before."""
    return found.meant.variant in GOES_ON and before is not None and bool(before.shown)


def next_stretch(ask_after: Callable[[int], Answer], found: Answer, before: Before) -> Stretch:
    """What was not shown yet, from where the last answer looked; behind that, where all of it was shown."""
    seen = (*before.seen, *before.shown)[-MOST_SEEN:]
    since = before.since if found.meant.asked == before.asked else 0
    stretch = Stretch(_unseen(ask_after(since) if since else found, seen), since, seen)
    end = stretch.found.next_after
    if stretch.found.items or end is None:
        return stretch
    return Stretch(_unseen(ask_after(end), seen), end, seen)


def ids_of(cards: Iterable[str | bytes]) -> tuple[str, ...]:
    """The ids of resources."""
    return tuple(orjson.loads(card)["id"] for card in cards)


def _unseen(found: Answer, seen: Collection[str]) -> Answer:
    items = [hit for hit in found.items if orjson.loads(hit.card)["id"] not in seen]
    related = [hit for hit in found.related if orjson.loads(hit.card)["id"] not in seen]
    return found._replace(items=items, related=related)
