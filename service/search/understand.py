"""Understanding a question: cut it, read it, look the rest up, correct slips, and say what it means."""

from collections.abc import Mapping, Sequence

from service.catalog.names import fold
from service.errors import NotFound
from service.graph import KnowledgeGraph
from service.search.answer import Correction
from service.search.correct import correct
from service.search.interpret import Reread, interpret
from service.search.leftovers import FieldsWith, settle
from service.search.meaning import Meaning
from service.search.phrases import Part, Phrases
from service.search.query import Query
from service.search.reading import Reading, read


def understand(graph: KnowledgeGraph, phrases: Phrases, query: Query, fields_with: FieldsWith) -> Meaning:
    """What the question means, and what its caller narrows it to; NotFound for a topic that does not exist."""
    reading = _read(phrases, query.q)
    settled = settle(reading.leftovers, fields_with)
    corrections = _correct(phrases, query.q, settled.unknown)
    if corrections:
        reading = _read(phrases, _replace(query.q, {c.written: c.read_as for c in corrections}))
        settled = settle(reading.leftovers, fields_with)
    if query.topic is not None:
        reading.topics.insert(0, [_named_by_caller(graph, query.topic)])
    return interpret(graph, query, Reread(reading, settled, tuple(corrections)))


def _read(phrases: Phrases, question: str) -> Reading:
    """Words that say nothing ("learning") may be a topic's whole name: they are, where nothing else is asked for."""
    reading = read(phrases.cut(question), phrases.platforms)
    if reading.topics or reading.leftovers:
        return reading
    return read(phrases.cut(question, fillers_name_topics=True), phrases.platforms)


def _correct(phrases: Phrases, question: str, unknown: Sequence[str]) -> list[Correction]:
    def names_something(wrong: str, right: str) -> bool:
        parts = phrases.cut(_replace(question, {wrong: right}))
        return any(right in part.text.split() and part.kind in ("topic", "media_type") for part in parts)

    return correct(unknown, phrases.known_words, names_something) if unknown else []


def _replace(question: str, words: Mapping[str, str]) -> str:
    return " ".join(words.get(word, word) for word in fold(question).split())


def _named_by_caller(graph: KnowledgeGraph, topic: str) -> Part:
    found = graph.resolve(topic)
    if found is None:
        raise NotFound("topic", topic)
    return Part("parameter", topic, names=graph.names_of[found][:1])
