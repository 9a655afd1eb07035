"""Scores, 0..1: how well a resource fits the question; and the order of near misses."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from service.catalog.matches import Match
from service.search.meaning import Meaning
from service.search.relax import WEIGHTS
from service.search.retrieve import Found

BY_TITLE = 0.9  # of what is filed under the topic: the name in its title, filed elsewhere
BY_TEXT = 0.8  # and all words of the question somewhere in what the page says of it


class NearMiss(NamedTuple):
    """A resource that meets all constraints but one, and how it misses that one."""

    relation: str
    match: Match
    score: float
    why: str = ""  # where it is the resource's own; else it is that of its relation and topic


def score(meaning: Meaning, found: Found) -> float:
    """The score of an exact resource: how sure it is that the question was understood."""
    place = BY_TEXT if found.by_text else BY_TITLE if found.by_title else 1.0
    return round(meaning.confidence * place, 2)


def rank(meaning: Meaning, found: Sequence[tuple[str, Sequence[Match]]], exact: Collection[int]) -> list[NearMiss]:
    """Each resource once, under its nearest relation; in order of relations, then of first appearance.

    `found` holds what was found for each relation, the nearest first; `exact` are the numbers of what misses nothing.
    """
    confidence = meaning.confidence
    nearest: dict[int, NearMiss] = {}
    for relation, matches in found:
        sure = round(WEIGHTS[relation] * confidence, 2)
        for match in matches:
            if match.number not in exact and match.number not in nearest:
                nearest[match.number] = NearMiss(relation, match, sure)
    return list(nearest.values())


def counts(ranked: Sequence[NearMiss]) -> Mapping[str, int]:
    """How many near misses there are of each relation."""
    return Counter(near.relation for near in ranked) if ranked else {}
