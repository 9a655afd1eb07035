"""Why each resource is in an answer."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from service.catalog.vocabulary import Vocabulary
from service.graph import KnowledgeGraph
from service.search import wording
from service.search.meaning import Meaning
from service.search.retrieve import Found

CLOSE = "close in meaning to the question"


class Explainer(NamedTuple):
    """Gives reasons for the resources that answer one question."""

    graph: KnowledgeGraph
    vocabulary: Vocabulary
    meaning: Meaning

    def why(self, topic_id: str, found: Found) -> str:
        """Why a resource meets the question: "filed under GD for NN, which is part of Training"."""
        if title := self.meaning.interpretation.filters.get("title"):
            return f"its title is “{title}”"
        if found.by_text:
            return f"its text has {wording.all_of(wording.quoted(found.by_text))}"
        in_title = f"its title has {wording.all_of(wording.quoted(found.by_title))}" if found.by_title else ""
        reasons = (self._filed(topic_id), in_title, self._words())
        return "; ".join(filter(None, reasons)) or self._of_the_kind()

    def why_near(self, relation: str, topic_id: str) -> str:
        """How a resource nearly meets it: "filed under GD for NN, which builds on Backpropagation"."""
        place = f"filed under {self.graph.label(topic_id)}" if topic_id else self._words() or self._kind() or CLOSE
        return f"{place}, {self.miss(relation)}"

    def miss(self, relation: str) -> str:
        """What a relation says that is missed: "but of another media type"."""
        return _MISSES[relation](self)

    @property
    def topic(self) -> str:
        """The topics asked for, in words: "CNN and Conv2D", "both “Regularization” and “CNN and Conv2D”"."""
        groups = self.meaning.topics
        if len(groups) < 2:
            return self._either(groups[0]) if groups else ""
        several = wording.all_of(f"“{self._either(group)}”" for group in groups)
        return f"both {several}" if len(groups) == 2 else several

    def _filed(self, topic_id: str) -> str:
        if not topic_id:
            return ""
        first, *others = self.meaning.topics
        filed = f"filed under {self.graph.label(topic_id)}"
        if topic_id not in first:
            filed += f", which is part of {self._either(first)}"
        return filed + "".join([f" and under {self._either(group)}" for group in others])

    def _either(self, topics: Iterable[str]) -> str:
        return wording.either(map(self.graph.label, topics))

    def _words(self) -> str:
        return wording.words_phrase(self.meaning)

    def _kind(self) -> str:
        """One of what is asked for, where nothing but a kind of resource is, and some condition on it."""
        is_kind = not (self.meaning.has_subject or self.meaning.interpretation.unknown_words)
        return f"one of the {wording.noun(self.vocabulary, self.meaning.wanted.media_types, 2)}" if is_kind else ""

    def _of_the_kind(self) -> str:
        return f"one of the {wording.described(self.vocabulary, self.meaning, 2)}"


def _unknown(explainer: Explainer) -> str:
    words = explainer.meaning.interpretation.unknown_words
    return f"but {wording.listed(words)} {wording.is_are(len(words))} not known here"


def _fewer_topics(explainer: Explainer) -> str:
    return f"but not under {explainer.topic}"


def _other_year(explainer: Explainer) -> str:
    wanted = explainer.meaning.wanted
    return f"but not known to be {wording.years_phrase(wanted.year_min, wanted.year_max)}"


def _other_length(explainer: Explainer) -> str:
    wanted = explainer.meaning.wanted
    return f"but not known to take {wording.minutes_phrase(wanted.minutes_min, wanted.minutes_max)}"


def _other_language(explainer: Explainer) -> str:
    language = wording.language_name(explainer.vocabulary, explainer.meaning.wanted.language or "")
    return f"but not known to be in {language}"


_MISSES: Mapping[str, Callable[[Explainer], str]] = {
    "unknown_words": _unknown,
    "topic_requires": lambda explainer: f"which builds on {explainer.topic}",
    "topic_required_by": lambda explainer: f"which {explainer.topic} builds on",
    "broader_topic": lambda explainer: f"which {explainer.topic} is part of",
    "sibling_topic": lambda explainer: f"which stands beside {explainer.topic}",
    "other_media_type": lambda _: "but of another media type",
    "one_topic_fewer": _fewer_topics,
    "other_year": _other_year,
    "other_length": _other_length,
    "not_known_free": lambda _: "but not stated to be free",
    "other_language": _other_language,
    "other_words": lambda explainer: f"but not {wording.words_phrase(explainer.meaning)}",
}
