"""Scores, 0..1: how well a resource fits the question; and the order of near misses."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.search.meaning import Meaning
from service.search.relax import WEIGHTS

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


def rank(
    meaning: Meaning, found: Iterable[tuple[str, Sequence[tuple[int, str]]]], exact: Collection[int]
) -> list[NearMiss]:
    """Each resource once, under its nearest relation; in order of relations, then of first appearance.

    `found` holds (number, topic) by relation, the nearest relation first; `exact` are those that miss nothing.
    """
    confidence = meaning.confidence
    nearest: dict[int, NearMiss] = {}
    for relation, matches in found:
        sure = round(WEIGHTS[relation] * confidence, 2)
        for number, topic_id in matches:
            if number not in exact and number not in nearest:
                nearest[number] = NearMiss(relation, number, topic_id, sure)
    return list(nearest.values())


def counts(ranked: Sequence[NearMiss]) -> Mapping[str, int]:
    """How many near misses there are of each relation."""
    return Counter(near.relation for near in ranked)
