"""What a learner stands on: what is known and wanted, said in the question or seen in earlier events."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy.orm import Session

from service.catalog import events
from service.catalog.best_resources import Preference, cards_of
from service.catalog.events import LIKED_FROM, Event

DISLIKED_TO = 2  # stars: shown no more
MOST_TASTED = 50  # of the latest resources that tell the learner's taste
COMPLETED_WEIGHT, SEEN_WEIGHT = 1.0, 0.3  # in the taste: who only looked may not have liked it

ANY = Preference()

Card = Mapping[str, Any]


@dataclass(frozen=True)
class Learner:
    """Topics and resources are ids, the latest first."""

    known: tuple[str, ...] = ()  # topics
    goals: tuple[str, ...] = ()  # topics
    completed: tuple[str, ...] = ()  # resources: their topics are known, their like is wanted
    seen: tuple[str, ...] = ()  # resources: not to be shown again
    disliked: tuple[str, ...] = ()  # resources
    id: str | None = None  # as the client calls the learner, whose events count too
    prefer: Preference = ANY

    @property
    def is_new(self) -> bool:
        """Whether nothing at all is known about the learner."""
        return not (self.known or self.goals or self.completed or self.seen)

    @property
    def hidden(self) -> frozenset[str]:
        """What is not to be shown again."""
        return frozenset((*self.completed, *self.seen, *self.disliked))

    @property
    def taste(self) -> Mapping[str, float]:
        """Weights of the latest resources that say what the learner likes."""
        weights = dict.fromkeys(self.seen[:MOST_TASTED], SEEN_WEIGHT)
        return weights | dict.fromkeys(self.completed[:MOST_TASTED], COMPLETED_WEIGHT)

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the learner finished, as events name it."""
        return (*(f"resource:{id}" for id in self.completed), *(f"topic:{id}" for id in self.known))


def with_events(session: Session, learner: Learner) -> Learner:
    """The learner with what the events of this id add."""
    if learner.id is None:
        return learner
    done = events.of_learner(session, learner.id)
    return replace(
        learner,
        known=(*learner.known, *_ids("topic:", (event for event in done if event.kind == "completed"))),
        completed=(*learner.completed, *_ids("resource:", filter(_is_good, done))),
        seen=(*learner.seen, *_ids("resource:", (event for event in done if event.kind == "viewed"))),
        disliked=(*learner.disliked, *_ids("resource:", filter(_is_bad, done))),
    )


def tasted(session: Session, learner: Learner) -> Mapping[str, Card]:
    """The resources that say what the learner likes, by id."""
    found = cards_of(session, learner.taste)
    return {id: orjson.loads(found[id]) for id in learner.taste if id in found}


def topics_of(cards: Iterable[Card]) -> list[str]:
    """The topics that resources are filed under."""
    return list(dict.fromkeys(topic["id"] for card in cards for topic in card["topics"]))


def _ids(kind: str, done: Iterable[Event]) -> Sequence[str]:
    return [event.subject.removeprefix(kind) for event in done if event.subject.startswith(kind)]


def _is_good(event: Event) -> bool:
    return event.kind == "completed" or (event.rating or 0) >= LIKED_FROM


def _is_bad(event: Event) -> bool:
    return event.rating is not None and event.rating <= DISLIKED_TO
