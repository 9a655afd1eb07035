"""Abbreviations and other names of the field, spelled out for a model that reads: "resnet" -> "residual network"."""

from collections.abc import Iterator, Sequence, Set

from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary

LONGEST_TERM = 4  # words
MOST_READ = 40  # words


def spelled_out(vocabulary: Vocabulary, words: Sequence[str], open_words: Set[str]) -> tuple[str, ...]:
    """Other names of the subjects that words name which no topic here bears; the first of each ring."""
    return tuple(dict.fromkeys(_names(vocabulary, words[:MOST_READ], open_words)))


def _names(vocabulary: Vocabulary, words: Sequence[str], open_words: Set[str]) -> Iterator[str]:
    for at in range(len(words)):
        for length in range(min(LONGEST_TERM, len(words) - at), 0, -1):
            term = words[at : at + length]
            if open_words >= {*term} and (ring := vocabulary.ring_of(" ".join(term))):
                yield from (name for name in ring[:2] if fold(name) != " ".join(term))
