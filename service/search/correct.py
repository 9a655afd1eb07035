"""Misspelled words, corrected to words of topics' names and media types that are one slip away."""

from collections.abc import Callable, Iterator, Sequence, Set
from string import ascii_lowercase

from service.search.answer import Correction
from service.search.phrases import SHORTEST_CORRECTED

MOST_CORRECTED = 3  # words of one question
LONGEST_CORRECTED = 24  # letters: a word has about 54 neighbours for each


def correct(unknown: Sequence[str], known: Set[str], names_something: Callable[[str, str], bool]) -> list[Correction]:
    """A correction for each unknown word that names something once its known neighbour stands in its place.

    `names_something(word, neighbour)` tells whether it does.
    """
    tried = [word for word in unknown if _is_correctable(word)][:MOST_CORRECTED]
    found = ((word, neighbour) for word in tried for neighbour in _known_neighbours(word, known))
    corrections: dict[str, str] = {}
    for word, neighbour in found:
        if word not in corrections and names_something(word, neighbour):
            corrections[word] = neighbour
    return [Correction(word, read_as) for word, read_as in corrections.items()]


def _is_correctable(word: str) -> bool:
    return SHORTEST_CORRECTED <= len(word) <= LONGEST_CORRECTED and word.isascii() and word.isalpha()


def _known_neighbours(word: str, known: Set[str]) -> Iterator[str]:
    """Known words one slip away, the likeliest slip first. The first letter is hardly ever wrong, so it stays."""
    return (neighbour for neighbour in dict.fromkeys(_neighbours(word)) if neighbour in known)


def _neighbours(word: str) -> Iterator[str]:
    splits = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    yield from (left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1)
    yield from (left + letter + right for left, right in splits for letter in ascii_lowercase)
    yield from (left + right[1:] for left, right in splits if right)
    yield from (left + letter + right[1:] for left, right in splits if right for letter in ascii_lowercase)
