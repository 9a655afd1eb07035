"""A question that is the title of a resource is about that very resource, whatever its words mean besides."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.names import fold
from service.catalog.titles import bearers
from service.catalog.words import whole_title
from service.graph import KnowledgeGraph
from service.search.findings import Findings
from service.search.meaning import OF_ONE, Meaning
from service.search.phrases import Phrases
from service.search.query import Query
from service.search.titled import Titled, titled
from service.search.understand import understand

MOST_READ = 40  # words of a question that may be a title
MOST_SEARCHED = 16  # words of a question that may have a title among them
SHORTEST_WITHIN = 3  # words of a title that nothing introduces: two are often a subject ("deep learning")
_ASKS_OF_ONE = ("unknown", "find_resources", "define")  # what can be asked about one resource
_WHETHER = ("is", "are", "was", "were")  # "is the CNN Explainer free?": what is asked need not be so
_QUOTED = re.compile('["“”„«]([^"“”„«»]+)["“”»]')


def by_title(
    session: Session, graph: KnowledgeGraph, phrases: Phrases, query: Query, findings: Findings
) -> Findings | None:
    """What bears the question's words as its title, where what is said besides holds of it; None where nothing does."""
    question = _Question(phrases, query.q, _words(query, findings.meaning))
    places = {whole_title(question.said(place)): place for place in question.places()}
    found = bearers(session, places) if places else {}
    for title in sorted(found, key=len, reverse=True):
        place = places[title]
        around = query._replace(q=question.besides(place), correct=False, before=None)
        besides = understand(session, graph, phrases, around)
        if _asks_of_one(besides):
            is_asked_whether = question.words[0] in _WHETHER
            required = understand(session, graph, phrases, around._replace(q="")) if is_asked_whether else besides
            numbers = sorted(matches.among(session, required.wanted, found[title]))
            if numbers:
                return titled(session, graph, query, findings, Titled(numbers, besides))
    return None


def _words(query: Query, meaning: Meaning) -> Sequence[str]:
    """The words of the question, corrected as they were understood."""
    read_as = {correction.written: correction.read_as for correction in meaning.interpretation.corrections}
    return " ".join(read_as.get(word, word) for word in fold(query.q).split()).split()


@dataclass(frozen=True)
class _Question:
    """A question, and where in it a title may stand."""

    phrases: Phrases
    text: str
    words: Sequence[str]

    def said(self, place: slice) -> str:
        """The words at a place."""
        return " ".join(self.words[place])

    def besides(self, place: slice) -> str:
        """The words around a place."""
        return " ".join([*self.words[: place.start], *self.words[place.stop :]])

    def places(self) -> Iterator[slice]:
        """The whole question; in it, what is quoted or called a title, or is too long to be a subject by chance."""
        count = len(self.words)
        if 0 < count <= MOST_READ:
            yield slice(0, count)
        introducing = {*self.phrases.vocabulary.question_words.naming, *_WHETHER}
        quoted = {fold(text) for text in _QUOTED.findall(self.text)}
        for start in range(min(count, MOST_SEARCHED)):
            is_called = start > 0 and self.words[start - 1] in introducing
            for end in range(start + 1, min(count, MOST_SEARCHED) + 1):
                is_long = end - start >= SHORTEST_WITHIN and not self._is_topic(slice(start, end))
                if end - start < count and (is_called or is_long or self.said(slice(start, end)) in quoted):
                    yield slice(start, end)

    def _is_topic(self, place: slice) -> bool:
        return self.said(place) in self.phrases.graph.names


def _asks_of_one(besides: Meaning) -> bool:
    """Whether what is said besides a title can be said of one resource, and is understood."""
    asked = besides.interpretation
    is_understood = not (asked.unknown_words or besides.is_contradictory)
    return is_understood and asked.intent in _ASKS_OF_ONE and besides.variant in ("", *OF_ONE)
