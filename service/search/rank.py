"""Scores, 0..1: how well a resource fits the question; and the order of near misses."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from service.catalog.columns import ALL, Apart
from service.catalog.matches import NO_MATCHES, Match, Matches
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


@dataclass(frozen=True)
class NearMisses(Apart[NearMiss]):
    """Near misses in columns: most are only counted."""

    relations: Sequence[str]
    matches: Matches
    scores: Sequence[float]

    def members(self, place: slice = ALL) -> list[NearMiss]:
        """The near misses, one by one."""
        return list(map(NearMiss, self.relations[place], self.matches[place], self.scores[place]))

    def __len__(self) -> int:
        return len(self.relations)


def score(meaning: Meaning, found: Found) -> float:
    """The score of an exact resource: how sure it is that the question was understood."""
    place = BY_TEXT if found.by_text else BY_TITLE if found.by_title else 1.0
    return round(meaning.confidence * place, 2)


def rank(meaning: Meaning, found: Sequence[tuple[str, Sequence[Match]]], exact: Collection[int]) -> NearMisses:
    """Each resource once, under its nearest relation; in order of relations, then of first appearance.

    `found` holds what was found for each relation, the nearest first; `exact` are the numbers of what misses nothing.
    """
    confidence = meaning.confidence
    seen = set(exact)
    rows: list[tuple[int, str, bytes]] = []
    relations: list[str] = []
    scores: list[float] = []
    for relation, matches in found:
        rows += [row for row in _rows(matches) if row[0] not in seen]
        new = len(rows) - len(relations)
        seen.update([row[0] for row in rows[len(relations) :]])
        relations += [relation] * new
        scores += [round(WEIGHTS[relation] * confidence, 2)] * new
    return NearMisses(relations, Matches(*zip(*rows, strict=True)) if rows else NO_MATCHES, scores)


def _rows(matches: Sequence[Match]) -> Iterable[tuple[int, str, bytes]]:
    if isinstance(matches, Matches):  # its members need not be made
        return zip(matches.numbers, matches.topic_ids, matches.cards, strict=True)
    return matches


def counts(ranked: Sequence[NearMiss]) -> Mapping[str, int]:
    """How many near misses there are of each relation."""
    if not ranked:
        return {}
    return Counter(ranked.relations if isinstance(ranked, NearMisses) else [near.relation for near in ranked])
