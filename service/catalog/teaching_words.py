"""The words by which the order of a page is understood: what opens a subject, what nobody needs first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.catalog.names import fold

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TeachingWords:
    """Folded words and phrases of headings and titles."""

    openings: frozenset[str] = NOTHING  # "definition": what stands beside it builds on it
    never_required: frozenset[str] = NOTHING  # "motivation": no condition for anything
    courses: frozenset[str] = NOTHING  # "lectures": the page teaches in the order it prints
    grammar: frozenset[str] = NOTHING  # "for": no subject of its own


def teaching_words(entries: Mapping[str, Iterable[str]]) -> TeachingWords:
    """Put the lists of `teaching_words.yaml` together."""
    return TeachingWords(**{name: frozenset(map(fold, words)) for name, words in entries.items()})
