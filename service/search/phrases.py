"""All phrases that can be understood, and the question cut into them: the longest first, in linear time.

Where no phrase stands as it is written, names are tried that are written apart or together ("tsne", "eigen vectors"),
and names in another order ("descent gradient").
"""

from collections import deque
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from service.catalog.names import fold
from service.catalog.plurals import singular
from service.catalog.topics import NameRow
from service.catalog.vocabulary import Vocabulary
from service.graph import KnowledgeGraph
from service.search.apart import taken_apart
from service.search.intents import Cues
from service.search.meaning import Meaning
from service.search.parts import Part, bare, platforms, vocabulary_parts

LONGEST_PHRASE = 12  # words; bounds the work for each word of a question
SHORTEST_CORRECTED = 5  # letters: every word of four has a dozen neighbours
SHORTEST_JOINED = 4  # letters of a name without its spaces: "tsne"
LONGEST_SHUFFLED = 5  # words
MOST_RESPELLED = 100  # words of a question that are tried so
KEPT_GRAPHS = 2  # the revision in use, and the one that readers may still hold


@dataclass(frozen=True)
class Phrases:
    """The phrases of one revision: topics' names from the graph, all other words from the vocabulary."""

    graph: KnowledgeGraph
    vocabulary: Vocabulary
    cues: Cues
    singular_names: Mapping[str, str]  # "activation function" -> "activation functions", as it is named
    joined_names: Mapping[str, str] = field(repr=False)  # "tsne" -> "t sne"
    shuffled_names: Mapping[str, str] = field(repr=False)  # words in singular and alphabetical order -> the name
    words: Mapping[str, Part]
    singular_words: Mapping[str, Part]
    known: Mapping[str, Part] = field(repr=False)  # what all of these mean as they stand, but for fillers
    platforms: Mapping[str, str]  # folded publisher -> host
    longest: Mapping[str, int] = field(repr=False)  # first word, in singular -> words of the longest phrase with it
    forms: dict[Hashable, Meaning] = field(default_factory=dict, repr=False)  # see `forms`: what was understood before

    def words_of(self, question: str) -> list[str]:
        """The question's words, folded; where a script writes small words together with others, each by itself."""
        words = fold(question).split()
        if question.isascii():
            return words
        return taken_apart(words, self.vocabulary.question_words.prefixes, self._words_not_ascii)

    @cached_property
    def _words_not_ascii(self) -> frozenset[str]:
        known = self.vocabulary.question_words
        patterns = (fold(pattern) for cue in known.cues for pattern in cue.patterns)
        pointing = (known.ordinals, known.items, known.steps)
        phrases = chain(self.graph.names, self.words, known.subjects, *pointing, patterns)
        return frozenset(word for phrase in phrases if not phrase.isascii() for word in phrase.split())

    def cut(self, words: Sequence[str], quiet: Set[int] = frozenset(), fillers_name_topics: bool = False) -> list[Part]:
        """The question's parts, in order, by its folded words; those at `quiet` places in no list say nothing."""
        stems = [singular(word) for word in words]
        parts: list[Part] = []
        at = 0
        while at < len(words):
            part, length = self._part_at(words, stems, at, fillers_name_topics)
            is_quiet = part.kind == "word" and at in quiet
            parts.append(Part("role", part.text, ("filler",)) if is_quiet else part)
            at += length
        return parts

    @cached_property
    def known_words(self) -> frozenset[str]:
        """The words that a misspelled one is corrected to."""
        names = [*self.graph.names, *(text for text, part in self.words.items() if part.kind == "media_type")]
        return frozenset(word for name in names for word in name.split() if len(word) >= SHORTEST_CORRECTED)

    @cached_property
    def known_in_order(self) -> tuple[str, ...]:
        """The same words, sorted."""
        return tuple(sorted(self.known_words))

    @cached_property
    def confusable(self) -> frozenset[str]:
        """Words that say nothing by themselves, but may be slips: "gradient decent"."""
        return self.vocabulary.question_words.confusable

    @cached_property
    def plurals(self) -> frozenset[str]:
        """What media types are called where several are asked for: "videos", not "explainer"."""
        return frozenset(fold(media_type.plural) for media_type in self.vocabulary.media_types.values())

    @cached_property
    def telling_topic(self) -> str | None:
        """A topic that there is much to ask about: the one with most prerequisites."""
        into = self.graph.accepted_into
        return max(into, key=lambda id: len(into[id]), default=next(iter(self.graph.topics), None))

    def _part_at(self, words: Sequence[str], stems: list[str], at: int, fillers_name_topics: bool) -> tuple[Part, int]:
        longest = min(self.longest.get(stems[at], 1), len(words) - at)
        for length in range(longest, 0, -1):
            text = " ".join(words[at : at + length])
            part = None if fillers_name_topics else self.known.get(text)
            part = part or self._part(text, " ".join(stems[at : at + length]), fillers_name_topics)
            if part:
                return part, length
        return self._respelled_at(words, stems, at) or (bare(words[at]), 1)

    def _respelled_at(self, words: Sequence[str], stems: list[str], at: int) -> tuple[Part, int] | None:
        """A topic whose name is written apart, together or in another order."""
        if at >= MOST_RESPELLED:
            return None
        for length in (2, 1):
            text = " ".join(words[at : at + length])
            joined = text.replace(" ", "")
            name = self.joined_names.get(joined, joined if length == 2 else "")
            if len(joined) >= SHORTEST_JOINED and (rows := self.graph.names.get(name)):
                return Part("topic", text, names=_meant(self.graph, rows)), length
        for length in range(min(LONGEST_SHUFFLED, len(words) - at), 1, -1):
            name = self.shuffled_names.get(" ".join(sorted(stems[at : at + length])), "")
            if name:
                rows = self.graph.names[name]
                return Part("topic", " ".join(words[at : at + length]), names=_meant(self.graph, rows)), length
        return None

    def _part(self, text: str, stem: str, fillers_name_topics: bool) -> Part | None:
        """What a phrase means: as it stands, else in singular; among equals a word of the vocabulary."""
        names = self.graph.names
        word = self.words.get(text) or self.singular_words.get(stem)
        rows = names.get(text) or names.get(self.singular_names.get(stem, ""))
        if rows and (word is None or (fillers_name_topics and word.kind in ("role", "level"))):
            return Part("topic", text, names=_meant(self.graph, rows))
        return word


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
    words = vocabulary_parts(vocabulary)
    singular_words = {_singular(name): part for name, part in words.items() if part.kind == "media_type"}
    subjects = vocabulary.question_words.subjects
    several = [name for name in reversed(tuple(graph.names)) if " " in name]
    return Phrases(
        graph=graph,
        vocabulary=vocabulary,
        cues=Cues(vocabulary.question_words.cues),
        singular_names={**subjects, **{_singular(name): name for name in reversed(tuple(graph.names))}},
        joined_names={name.replace(" ", ""): name for name in several},
        shuffled_names={" ".join(sorted(_singular(name).split())): name for name in several},
        words=words,
        singular_words=singular_words,
        known=dict(_topics(graph, without=singular_words)) | words,
        platforms=platforms(vocabulary),
        longest=_longest([*graph.names, *words, *subjects]),
    )


def _topics(graph: KnowledgeGraph, without: Container[str]) -> Iterator[tuple[str, Part]]:
    """Topics by their names, but for those whose singular is another word's."""
    for name, rows in graph.names.items():
        if _singular(name) not in without:
            yield name, Part("topic", name, names=_meant(graph, rows))


def _meant(graph: KnowledgeGraph, rows: tuple[NameRow, ...]) -> tuple[NameRow, ...]:
    """The rows of the best kind; of topics that share a name, the one that the others are nested in."""
    best = tuple(row for row in rows if row.kind == rows[0].kind)
    if len(best) == 1:
        return best
    ids = {row.topic_id for row in best}
    top = [row for row in best if ids <= set(graph.with_narrower([row.topic_id]))]
    return tuple(top[:1]) or best


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
