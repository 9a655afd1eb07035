"""Who names whom on a page, and how telling that is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.catalog.names import NAME_KINDS, fold
from service.catalog.vocabulary import Vocabulary
from service.ingest.course_outline import CourseOutline
from service.ingest.name_finder import Found, Phrases, Wording
from service.ingest.teaching import TaughtTopic

USED_AFTER = 0.4  # how much being named after it was taught counts against a name; before it, 1
FEWEST_LETTERS = 2  # of a name to be looked for; "C" is also a note, a vitamin and a choice
FEWEST_TOPICS = 10  # on a smaller page, that others name a topic too says little about the name

Stems = frozenset[str]


@dataclass(frozen=True)
class Named:
    """The topic that a phrase stands for, and the name as the topic bears it."""

    topic: TaughtTopic
    name: str
    kind: str


@dataclass(frozen=True)
class Naming:
    """One topic's line, or its own name, names another topic."""

    speaker: TaughtTopic
    named: Named
    line: int
    text: str
    printed: str  # the name as it stands in the text
    start: int  # the place of that in the text, in characters


@dataclass(frozen=True)
class Usage:
    """Which topics name one, and how many of them before and after it, not counting what is nested with it."""

    speakers: frozenset[str]
    before: int
    after: int


NEVER = Usage(frozenset(), 0, 0)


class CourseNames:
    """The names on one page, found in all its lines once."""

    def __init__(self, outline: CourseOutline, vocabulary: Vocabulary) -> None:
        self._outline = outline
        self._words = vocabulary.teaching_words
        self._wording = _wording(vocabulary)
        self._title = self.content(outline.page.title)
        self._telling = [named for topic in outline.page.topics for named in self._telling_names(topic)]
        self._phrases: Phrases[Named] = Phrases()
        for named in sorted(self._telling, key=lambda named: NAME_KINDS.index(named.kind)):
            self._phrases.add(self._wording.words(named.name), named.name, named)
        self.mentions: Sequence[Naming] = [n for topic in outline.page.topics for n in self._mentions(topic)]
        self._usage = self.usage(self.mentions)

    def content(self, text: str) -> Stems:
        """The words of a text that carry its subject, as stems."""
        return frozenset(word.stem for word in self._wording.words(text)) - self._words.grammar

    def find(self, text: str) -> Iterator[Found[Named]]:
        """The names of this page's topics in a text, the longest at each place."""
        return self._phrases.find(self._wording.words(text), text)

    def contained(self) -> Iterator[Naming]:
        """Topics whose own name is made of another's, "GD for NN" of "GD"; misprints are not looked into."""
        for topic in self._outline.page.topics:
            once: dict[str, Naming] = {}
            for name in _own_names(topic):
                words = self._wording.words(name)
                for found in (*self._phrases.find(words[1:], name), *self._phrases.find(words[:-1], name)):
                    once.setdefault(found.value.topic.id, _naming(topic, found, topic.line, name))
            yield from once.values()

    def leads(self) -> Sequence[Naming]:
        """Lines that treat a later topic: they name it, or hold all the words of its name, wherever they stand."""
        outline = self._outline
        by_phrase = [naming for naming in self.mentions if outline.is_before(naming.speaker, naming.named.topic)]
        known = {(naming.named.topic.id, naming.line) for naming in by_phrase}
        by_words = [n for n in self._scattered() if (n.named.topic.id, n.line) not in known]
        return [*by_phrase, *by_words]

    def specificity(self, naming: Naming, usage: Mapping[str, Usage] | None = None) -> float:
        """How telling it is, 0..1: a name that topics all over the page mention says little about any of them.

        Least of all one that is in use before its topic is taught: that is the page's general talk.
        """
        used = (usage or self._usage).get(naming.named.topic.id, NEVER)
        is_one = naming.speaker.id in used.speakers
        before = used.before - (is_one and self._outline.is_before(naming.speaker, naming.named.topic))
        after = used.after - (is_one and self._outline.is_before(naming.named.topic, naming.speaker))
        elsewhere = before + USED_AFTER * after
        return (1 - elsewhere / max(len(self._outline.page.topics), FEWEST_TOPICS)) ** 2  # squared: doubt grows fast

    def usage(self, namings: Iterable[Naming]) -> Mapping[str, Usage]:
        """By topic, who names it."""
        speakers: defaultdict[str, dict[str, TaughtTopic]] = defaultdict(dict)
        for naming in namings:
            speakers[naming.named.topic.id][naming.speaker.id] = naming.speaker
        return {id: self._usage_of(self._outline.by_id[id], found) for id, found in speakers.items()}

    def _usage_of(self, topic: TaughtTopic, speakers: Mapping[str, TaughtTopic]) -> Usage:
        before = sum(self._outline.is_before(speaker, topic) for speaker in speakers.values())
        after = sum(self._outline.is_before(topic, speaker) for speaker in speakers.values())
        return Usage(frozenset(speakers), before, after)

    def _telling_names(self, topic: TaughtTopic) -> Iterator[Named]:
        """The names by which a topic can be recognised: not the subject of the whole page, not "Basics"."""
        vague = self._words.openings | self._words.never_required
        for name, kind in topic.names:
            content = self.content(name)
            is_word = sum(map(str.isalpha, "".join(content))) >= FEWEST_LETTERS
            if is_word and not content <= self._title | self._words.general and fold(name) not in vague:
                yield Named(topic, name, kind)

    def _mentions(self, topic: TaughtTopic) -> Iterator[Naming]:
        for said in topic.texts:
            once: dict[str, Naming] = {}
            for found in self.find(said.text):
                line = said.line_of(found.printed)
                once.setdefault(found.value.topic.id, _naming(topic, found, line, said.text))
            yield from once.values()

    def _scattered(self) -> Iterator[Naming]:
        """Lines with all the words of a later topic's name, of two words or more, in any order."""
        texts = [(topic, said) for topic in self._outline.page.topics for said in topic.texts]
        stems_of = [self.content(said.text) for _, said in texts]
        by_rarest = self._by_rarest_word(Counter(stem for stems in stems_of for stem in stems))
        for (topic, said), stems in zip(texts, stems_of, strict=True):
            once: dict[str, Naming] = {}
            for named, content in (entry for stem in stems for entry in by_rarest.get(stem, ())):
                if content <= stems and self._outline.is_before(topic, named.topic):
                    once.setdefault(named.topic.id, Naming(topic, named, said.line, said.text, named.name, 0))
            yield from (once[id] for id in sorted(once))

    def _by_rarest_word(self, lines_with: Counter[str]) -> Mapping[str, list[tuple[Named, Stems]]]:
        """Names of two words or more by the one that the fewest lines have, so that few lines are held against each."""
        first: dict[Stems, Named] = {}
        for named in self._telling:
            first.setdefault(self.content(named.name), named)
        index: defaultdict[str, list[tuple[Named, Stems]]] = defaultdict(list)
        for content, named in first.items():
            if len(content) > 1 and named.kind != "hidden":
                index[min(content, key=lambda stem: (lines_with[stem], stem))].append((named, content))
        return index


@lru_cache(maxsize=1)
def _wording(vocabulary: Vocabulary) -> Wording:
    """Made once, not for each page: it takes a quarter of a small page's time."""
    return Wording(vocabulary.synonyms, vocabulary.teaching_words.plurals)


def _own_names(topic: TaughtTopic) -> Iterable[str]:
    """A bland topic's names are made of its parent's: only its heading is its own."""
    own = [name for name, kind in topic.names if kind != "hidden" and not topic.is_bland]
    return dict.fromkeys([topic.heading, *own])


def _naming(speaker: TaughtTopic, found: Found[Named], line: int, text: str) -> Naming:
    return Naming(speaker, found.value, line, text, found.printed, found.start)
