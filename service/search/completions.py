"""The names of topics by their beginnings: sorted once per revision, searched by halving."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.catalog.topics import NameRow
from service.graph import KnowledgeGraph

MOST_LOOKED_AT = 300  # names with the same beginning: bounds the time for "a"
KEPT_GRAPHS = 2


@dataclass(frozen=True)
class Completion:
    """A name that has the typed words; `at` is the word of it that they begin with, from 0."""

    row: NameRow
    at: int


@dataclass(frozen=True)
class Completions:
    """Every name from each of its words on: "batch normalization" and "normalization"."""

    beginnings: Sequence[str]  # sorted
    names: Sequence[Completion]  # beside them

    def of(self, typed: str) -> Iterator[Completion]:
        """The names that have `typed`, folded, at the beginning of a word; in alphabetical order."""
        first = bisect_left(self.beginnings, typed)
        for place in range(first, min(first + MOST_LOOKED_AT, len(self.beginnings))):
            if not self.beginnings[place].startswith(typed):
                return
            yield self.names[place]


def completions_of(graph: KnowledgeGraph) -> Completions:
    """The completions of the graph's revision; made when they are first asked for."""
    for known, completions in _kept:
        if known is graph:
            return completions
    completions = _make(graph)
    _kept.append((graph, completions))
    return completions


_kept: deque[tuple[KnowledgeGraph, Completions]] = deque(maxlen=KEPT_GRAPHS)


def _make(graph: KnowledgeGraph) -> Completions:
    shown = (row for rows in graph.names.values() for row in rows if row.kind != "hidden")
    pairs = [pair for row in shown for pair in _from_each_word(row)]
    pairs.sort(key=lambda pair: pair[0])
    return Completions([beginning for beginning, _ in pairs], [completion for _, completion in pairs])


def _from_each_word(row: NameRow) -> Iterator[tuple[str, Completion]]:
    words = row.folded.split()
    for at in range(len(words)):
        yield " ".join(words[at:]), Completion(row, at)
