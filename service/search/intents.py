"""What a question asks for, by the words it says it with: "difference between … and …", "how many …"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from service.catalog.names import fold
from service.catalog.question_words import Cue

MOST_READ = 60  # words of a question in which cues are looked for
_ANY = "*"  # a piece of a pattern: some words or none
MOST_SKIPPED = 6  # words that `*` stands for at most


class Asked(NamedTuple):
    """What is asked for; `quiet` are the places of the words that said so, and so name no subject."""

    intent: str = ""  # "" where no cue stands
    variant: str = ""
    quiet: frozenset[int] = frozenset()


NOTHING = Asked()


@dataclass(frozen=True)
class _Pattern:
    order: int  # of its cue: the first that fits wins
    cue: Cue
    pieces: tuple[str, ...]
    is_at_start: bool
    is_at_end: bool


class Cues:
    """All patterns, by their first word and the next one where that is told: a question is held against few of them."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        found: dict[str, dict[str, list[_Pattern]]] = {}
        for order, cue in enumerate(cues):
            for text in cue.patterns:
                pattern = _pattern(order, cue, text)
                first, next_ = (*pattern.pieces, _ANY)[:2]
                found.setdefault(first, {}).setdefault(next_, []).append(pattern)
        self._by_words: Mapping[str, Mapping[str, Sequence[_Pattern]]] = found

    def read(self, words: Sequence[str]) -> Asked:
        """The first intent, in the vocabulary's order, that one of its patterns gives; all its patterns are quiet."""
        words = words[:MOST_READ]
        fits = [(pattern, places) for at, pattern in self._begun(words) if (places := _fit(pattern, words, at))]
        if not fits:
            return NOTHING
        best = min(pattern.order for pattern, _ in fits)
        cue = next(pattern.cue for pattern, _ in fits if pattern.order == best)
        quiet = (place for pattern, places in fits if pattern.cue.intent == cue.intent for place in places)
        return Asked(cue.intent, cue.variant, frozenset(quiet))

    def _begun(self, words: Sequence[str]) -> Iterator[tuple[int, _Pattern]]:
        """The patterns that begin somewhere as the words do, and where."""
        for at, word in enumerate(words):
            by_next = self._by_words.get(word)
            if by_next:
                for next_ in (_ANY, *words[at + 1 : at + 2]):
                    for pattern in by_next.get(next_, ()):
                        yield at, pattern


def _pattern(order: int, cue: Cue, text: str) -> _Pattern:
    pieces = tuple(piece for part in text.split() for piece in ([part] if part == _ANY else fold(part).split()))
    return _Pattern(order, cue, pieces, text.startswith("^"), text.endswith("$"))


def _fit(pattern: _Pattern, words: Sequence[str], at: int) -> list[int]:
    """The places of the pattern's words from `at` on; none where it does not fit."""
    if pattern.is_at_start and at > 0:
        return []
    places: list[int] = []
    skipped = 0
    for piece in pattern.pieces:
        if piece == _ANY:
            skipped = MOST_SKIPPED
            continue
        at = next((place for place in range(at, min(at + skipped + 1, len(words))) if words[place] == piece), -1)
        if at < 0:
            return []
        places.append(at)
        at, skipped = at + 1, 0
    return [] if pattern.is_at_end and at < len(words) else places
