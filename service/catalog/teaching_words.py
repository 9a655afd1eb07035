"""The words by which the order of a page is understood: what opens a subject, what nobody needs first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.catalog.names import fold

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TeachingWords:
    """Folded words and phrases of headings and titles."""

    openings: frozenset[str] = NOTHING  # "definition": what stands beside it builds on it
    never_required: frozenset[str] = NOTHING  # "motivation": no condition for anything
    motivating: frozenset[str] = NOTHING  # of these, what says why the rest is worth learning
    courses: frozenset[str] = NOTHING  # "lectures": the page teaches in the order it prints
    collections: frozenset[str] = NOTHING  # "awesome": it does not
    general: frozenset[str] = NOTHING  # "model": of many subjects
    grammar: frozenset[str] = NOTHING  # "for": no subject of its own
    plurals: Mapping[str, str] = field(default_factory=dict)  # irregular ones: "matrices" -> "matrix"

    def consists_of(self, kind: frozenset[str], heading: str) -> bool:
        """Whether a heading has no other words than these, but for grammar."""
        folded = fold(heading)
        words = [word for word in folded.split() if word not in self.grammar]
        return folded in kind or (bool(words) and all(word in kind for word in words))


def teaching_words(entries: Mapping[str, Any]) -> TeachingWords:
    """Put the lists of `teaching_words.yaml` together."""
    lists = {name: frozenset(map(fold, words)) for name, words in entries.items() if name != "plurals"}
    return TeachingWords(**lists, plurals={fold(many): fold(one) for many, one in entries["plurals"].items()})
