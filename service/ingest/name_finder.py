"""Finding topics' names in running text, however they are written there: plurals, hyphens, known synonyms."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.catalog.names import fold
from service.catalog.plurals import singular

T = TypeVar("T")

LONGEST_ACRONYM = 3  # letters: "GD" and "IT" are only themselves in capitals

_PRINTED_WORD = re.compile(r"[\w+#]+")


@dataclass(frozen=True)
class Word:
    """A word in the form in which words are compared, and where the text prints it: characters from start to end."""

    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Found(Generic[T]):
    """A phrase found in a text: what it stands for, and the words as printed."""

    value: T
    printed: str
    start: int
    end: int


class Phrases(Generic[T]):
    """A set of phrases, each standing for a value; the first value given for a phrase stays."""

    def __init__(self) -> None:
        self._phrases: dict[tuple[str, ...], tuple[T, bool]] = {}
        self._longest_from: defaultdict[str, int] = defaultdict(int)  # first stem -> words of the longest phrase

    def add(self, words: Sequence[Word], printed: str, value: T) -> None:
        """Let these words stand for `value`; `printed` tells an acronym by its capitals."""
        stems = tuple(word.stem for word in words)
        if stems:
            self._phrases.setdefault(stems, (value, _is_acronym(printed) and stems == (fold(printed),)))
            self._longest_from[stems[0]] = max(self._longest_from[stems[0]], len(stems))

    def find(self, words: Sequence[Word], text: str) -> Iterator[Found[T]]:
        """From left to right, the longest phrase that begins at each word; none inside another."""
        place = 0
        while place < len(words):
            length, found = self._longest(words, place, text)
            if found is not None:
                yield found
            place += max(length, 1)

    def _longest(self, words: Sequence[Word], place: int, text: str) -> tuple[int, Found[T] | None]:
        longest = min(self._longest_from.get(words[place].stem, 0), len(words) - place)
        for length in range(longest, 0, -1):
            here = words[place : place + length]
            value, is_acronym = self._phrases.get(tuple(word.stem for word in here), (None, False))
            printed = text[here[0].start : here[-1].end]
            if value is not None and (not is_acronym or printed.rstrip("s").isupper()):
                return length, Found(value, printed, here[0].start, here[-1].end)
        return 0, None


class Wording:
    """Brings texts into comparable words: stems, and each known synonym as its ring's preferred name."""

    def __init__(self, rings: Iterable[Sequence[str]], plurals: Mapping[str, str]) -> None:
        self._plurals = plurals
        self._rings: Phrases[tuple[str, ...]] = Phrases()
        for ring in rings:
            preferred = tuple(word.stem for word in self._plain_words(ring[0]))
            for name in ring:
                self._rings.add(self._plain_words(name), name, preferred)

    def words(self, text: str) -> list[Word]:
        """The words of a text: "GDs for NN" gives gradient, descent, for, neural, network."""
        plain = self._plain_words(text)
        starts = {found.start: found for found in self._rings.find(plain, text)}
        out: list[Word] = []
        until = -1
        for word in plain:
            if word.start in starts:
                found = starts[word.start]
                out += [Word(stem, found.start, found.end) for stem in found.value]
                until = found.end
            elif word.start >= until:
                out.append(word)
        return out

    def _plain_words(self, text: str) -> list[Word]:
        printed = _PRINTED_WORD.finditer(text.replace("_", " "))
        parts = ((part, m) for m in printed for part in fold(_singular_acronym(m[0])).split())
        return [Word(self._plurals.get(part) or singular(part), m.start(), m.end()) for part, m in parts]


def _singular_acronym(word: str) -> str:
    return word[:-1] if word.endswith("s") and word[:-1].isupper() else word


def _is_acronym(printed: str) -> bool:
    return printed.isupper() and len(printed) <= LONGEST_ACRONYM
