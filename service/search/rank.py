"""Scores, 0..1: how well a resource fits the question; and the order of near misses."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.catalog.matches import NumberMatch
from service.search.meaning import Meaning
from service.search.relax import EXACT, WEIGHTS, Relaxation

BY_TITLE = 0.9  # of what is filed under the topic: the name in its title, filed elsewhere


@dataclass(frozen=True)
class NearMiss:
    """A resource that meets all constraints but one, and how it misses that one."""

    relation: str
    number: int
    topic_id: str
    score: float


def score(meaning: Meaning, is_by_title: bool) -> float:
    """The score of an exact resource: how sure it is that the question was understood."""
    return round(meaning.confidence * (BY_TITLE if is_by_title else 1.0), 2)


def rank(meaning: Meaning, relaxed: Sequence[Relaxation], found: Sequence[NumberMatch]) -> list[NearMiss]:
    """Each resource once, under its nearest relation, the nearest first; then in order of first appearance.

    `relaxed` comes with the nearest first, and `found` in the order of `relaxed`. What is EXACT is left out.
    """
    nearest: dict[int, NearMiss] = {}
    for match in found:
        relation = relaxed[match.place].relation
        sure = round(WEIGHTS.get(relation, 1.0) * meaning.confidence, 2)
        nearest.setdefault(match.number, NearMiss(relation, match.number, match.topic_id, sure))
    return [near for near in nearest.values() if near.relation != EXACT]


def counts(ranked: Sequence[NearMiss]) -> Mapping[str, int]:
    """How many near misses there are of each relation."""
    return Counter(near.relation for near in ranked)
