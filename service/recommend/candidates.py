"""The resources that could come next: the best of each topic in reach, with what stands before that topic."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import orjson
from sqlalchemy.orm import Session

from service.catalog.best_resources import Preference, best_under
from service.catalog.language_ranges import matches_range
from service.graph import KnowledgeGraph
from service.recommend.learner import Card, Learner
from service.recommend.reach import lacking

MOST_CANDIDATES = 300  # over all topics
FEWEST_OF_TOPIC, MOST_OF_TOPIC = 5, 50


@dataclass(frozen=True)
class Candidate:
    """A resource, and the topic in reach for which it could be learnt from."""

    text: str  # the card's JSON
    card: Card
    topic: str
    lacking: tuple[tuple[str, ...], ...]  # what the topic needs and is not learnt; empty: ready to learn

    @property
    def id(self) -> str:
        """The resource's id."""
        return str(self.card["id"])


def candidates(
    session: Session, graph: KnowledgeGraph, topics: Sequence[str], learner: Learner, learnt: Set[str]
) -> list[Candidate]:
    """Each resource once, for the first of the topics that it is filed under; one that is ready before others."""
    if not topics:
        return []
    hidden = learner.hidden
    share = min(max(MOST_CANDIDATES // len(topics), FEWEST_OF_TOPIC), MOST_OF_TOPIC)
    best = best_under(session, topics, learner.prefer, share + min(len(hidden), MOST_OF_TOPIC))
    needs = {topic: lacking(graph, topic, learnt) for topic in topics}
    found: dict[str, Candidate] = {}
    for topic in sorted(topics, key=lambda topic: bool(needs[topic])):  # stable: else in the order given
        for text in best.get(topic, ()):
            card = orjson.loads(text)
            if card["id"] not in hidden:
                found.setdefault(card["id"], Candidate(text, card, topic, needs[topic]))
    return list(found.values())


def wishes_met(card: Card, prefer: Preference) -> Mapping[str, bool]:
    """Of a learner's wishes, by the words that name them: whether the resource meets each."""
    wishes: dict[str, bool] = {}
    if prefer.media_types:
        wishes[str(card["media_type"])] = card["media_type"] in prefer.media_types
    if prefer.language:
        wishes["in your language"] = matches_range(card["language"], prefer.language)
    if prefer.is_free:
        wishes["free"] = card["is_free"] is True
    if prefer.max_minutes is not None:
        minutes = card["duration_minutes"]
        wishes["short enough"] = minutes is not None and minutes <= prefer.max_minutes
    return wishes
