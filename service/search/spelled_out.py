"""Abbreviations and other names of the field, spelled out for a model that reads: "resnet" -> "residual network"."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary
from service.search.reading import Said

LONGEST_TERM = 4  # words
MOST_READ = 40  # words


def spelled_out(vocabulary: Vocabulary, words: Sequence[str], open_words: Set[str]) -> tuple[str, ...]:
    """Other names of the subjects that words name which no topic here bears; the first of each ring."""
    return tuple(dict.fromkeys(_names(vocabulary, words[:MOST_READ], open_words)))


def _names(vocabulary: Vocabulary, words: Sequence[str], open_words: Set[str]) -> Iterator[str]:
    for at in range(len(words)):
        for length in range(min(LONGEST_TERM, len(words) - at), 0, -1):
            term = words[at : at + length]
            if not open_words.isdisjoint(term) and (ring := vocabulary.ring_of(" ".join(term))):
                yield from (name for name in ring[:2] if fold(name) != " ".join(term))


def with_whole_terms(vocabulary: Vocabulary, said: Sequence[Said]) -> list[Said]:
    """A word that says nothing by itself belongs to a term that has it: "learning" to "reinforcement learning"."""
    whole = list(said)
    for at, (one, next_) in enumerate(pairwise(said[:MOST_READ])):
        if one.is_filler != next_.is_filler and vocabulary.ring_of(f"{one.text} {next_.text}"):
            whole[at : at + 2] = replace(one, is_filler=False), replace(next_, is_filler=False)
    return whole
