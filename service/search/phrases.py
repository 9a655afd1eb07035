"""All phrases that can be understood, and the question cut into them: the longest first, in linear time."""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from service.catalog.names import fold
from service.catalog.plurals import singular
from service.catalog.topics import NameRow
from service.catalog.vocabulary import Vocabulary
from service.graph import KnowledgeGraph

LONGEST_PHRASE = 12  # words; bounds the work for each word of a question
SHORTEST_CORRECTED = 5  # letters: every word of four has a dozen neighbours
KEPT_GRAPHS = 2  # the revision in use, and the one that readers may still hold

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Part:
    """A stretch of the question. `kind`: topic, media_type, language, role, year, or word: not in any list."""

    kind: str
    text: str  # folded
    values: tuple[str, ...] = ()  # media types, the language's tag, the role
    names: tuple[NameRow, ...] = ()  # of the topics that `text` means: all equally well


@dataclass(frozen=True)
class Phrases:
    """The phrases of one revision: topics' names from the graph, all other words from the vocabulary."""

    graph: KnowledgeGraph
    singular_names: Mapping[str, str]  # "activation function" -> "activation functions", as it is named
    words: Mapping[str, Part]
    singular_words: Mapping[str, Part]
    platforms: Mapping[str, str]  # folded publisher -> host
    longest: Mapping[str, int] = field(repr=False)  # first word, in singular -> words of the longest phrase with it

    def cut(self, question: str, fillers_name_topics: bool = False) -> list[Part]:
        """The question's parts, in order."""
        words = fold(question).split()
        stems = [singular(word) for word in words]
        parts: list[Part] = []
        at = 0
        while at < len(words):
            part, length = self._part_at(words, stems, at, fillers_name_topics)
            parts.append(part)
            at += length
        return parts

    @cached_property
    def known_words(self) -> frozenset[str]:
        """The words that a misspelled one is corrected to."""
        names = [*self.graph.names, *(text for text, part in self.words.items() if part.kind == "media_type")]
        return frozenset(word for name in names for word in name.split() if len(word) >= SHORTEST_CORRECTED)

    def _part_at(self, words: list[str], stems: list[str], at: int, fillers_name_topics: bool) -> tuple[Part, int]:
        longest = min(self.longest.get(stems[at], 1), len(words) - at)
        for length in range(longest, 0, -1):
            text, stem = " ".join(words[at : at + length]), " ".join(stems[at : at + length])
            part = self._part(text, stem, fillers_name_topics)
            if part:
                return part, length
        word = words[at]
        return Part("year" if _YEAR.fullmatch(word) else "word", word), 1

    def _part(self, text: str, stem: str, fillers_name_topics: bool) -> Part | None:
        """What a phrase means: as it stands, else in singular; among equals a word of the vocabulary."""
        names = self.graph.names
        word = self.words.get(text) or self.singular_words.get(stem)
        rows = names.get(text) or names.get(self.singular_names.get(stem, ""))
        if rows and (word is None or (fillers_name_topics and word.kind == "role")):
            return Part("topic", text, names=self._meant(rows))
        return word

    def _meant(self, rows: tuple[NameRow, ...]) -> tuple[NameRow, ...]:
        """The rows of the best kind; of topics that share a name, the one that the others are nested in."""
        best = tuple(row for row in rows if row.kind == rows[0].kind)
        if len(best) == 1:
            return best
        ids = {row.topic_id for row in best}
        top = [row for row in best if ids <= set(self.graph.with_narrower([row.topic_id]))]
        return tuple(top[:1]) or best


def phrases_of(graph: KnowledgeGraph, vocabulary: Vocabulary) -> Phrases:
    """The phrases of the graph's revision; made once for each graph."""
    for known_graph, known_vocabulary, phrases in _kept:
        if known_graph is graph and known_vocabulary is vocabulary:
            return phrases
    phrases = make_phrases(graph, vocabulary)
    _kept.append((graph, vocabulary, phrases))
    return phrases


_kept: deque[tuple[KnowledgeGraph, Vocabulary, Phrases]] = deque(maxlen=KEPT_GRAPHS)


def make_phrases(graph: KnowledgeGraph, vocabulary: Vocabulary) -> Phrases:
    """Lay the look-up tables out."""
    words = _vocabulary_parts(vocabulary)
    platforms = {fold(rule.name): rule.host for rule in reversed(vocabulary.page_words.hosts) if rule.name}
    return Phrases(
        graph=graph,
        singular_names={_singular(name): name for name in reversed(tuple(graph.names))},
        words=words,
        singular_words={_singular(name): part for name, part in words.items() if part.kind == "media_type"},
        platforms=platforms,
        longest=_longest([*graph.names, *words]),
    )


def _vocabulary_parts(vocabulary: Vocabulary) -> dict[str, Part]:
    """Where two lists share a phrase, the later one here wins."""
    questions = vocabulary.question_words
    platforms = {fold(rule.name): rule.host for rule in vocabulary.page_words.hosts if rule.name}
    parts = {name: Part("platform", name, (host,)) for name, host in platforms.items()}
    parts |= {name: Part("role", name, (role,)) for name, role in questions.roles.items()}
    parts |= {name: Part("language", name, (tag,)) for name, tag in vocabulary.page_words.languages.items()}
    parts |= {name: Part("media_type", name, types) for name, types in questions.media_groups.items()}
    return parts | {name: Part("media_type", name, (type_,)) for name, type_ in vocabulary.media_type_names.items()}


def _longest(phrases: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        words = phrase.split()
        if words:
            first = singular(words[0])
            longest[first] = max(longest.get(first, 0), min(len(words), LONGEST_PHRASE))
    return longest


def _singular(phrase: str) -> str:
    return " ".join(map(singular, phrase.split()))
