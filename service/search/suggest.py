"""What completes the beginning of a question: topics, media types, whole questions, resources, authors."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice

from sqlalchemy.orm import Session

from service.catalog import completions as stored
from service.catalog.names import NAME_KINDS, fold
from service.catalog.vocabulary import Vocabulary
from service.graph import KnowledgeGraph
from service.search.completions import Completion, completions_of
from service.search.phrases import phrases_of
from service.search.whole_questions import questions, questions_on

SHORTEST_IN_TITLES = 2  # letters: one letter begins a word of nearly every title
LONGEST_TYPED = 200  # characters; nobody types a longer beginning by hand


@dataclass(frozen=True)
class Suggestion:
    """A completion. `kind`: topic, media_type, question, resource or author."""

    kind: str
    text: str  # what to show and to search for: the name that completes what was typed
    id: str | None  # of the topic, media type or resource
    label: str  # the topic's label, the media type's, the resource's title, the author's name
    detail: str  # "part of Regularization", "also called …", the resource's media type; "" when there is nothing to add


def suggest(
    session: Session, graph: KnowledgeGraph, vocabulary: Vocabulary, text: str, limit: int = 10
) -> tuple[Suggestion, ...]:
    """At most `limit` names that have `text` at the beginning of a word, and questions that begin with it.

    Topics come first, in half of the places; questions have a third of the rest for sure.
    """
    typed = fold(text[-LONGEST_TYPED:])
    if not typed:
        return ()
    topics = _topics(graph, typed)
    first = list(islice(topics, (limit + 1) // 2))
    phrases = phrases_of(graph, vocabulary)
    asked = map(_question, questions(phrases, typed, partial(_named, graph)))
    found = chain(
        first,
        _media_types(vocabulary, typed),
        islice(asked, (limit + 2) // 3),
        _resources(session, vocabulary, typed, limit),
        _authors(session, typed, limit),
        topics,  # the rest of them
        (_question(text) for topic in first[:1] if topic.id for text in questions_on(phrases, topic.id)),
    )
    return tuple(islice(found, limit))


def _question(text: str) -> Suggestion:
    return Suggestion("question", text, None, text, "question")


def _named(graph: KnowledgeGraph, typed: str) -> Iterator[tuple[str, str]]:
    return ((topic.id, topic.text) for topic in _topics(graph, typed) if topic.id)


def _topics(graph: KnowledgeGraph, typed: str) -> Iterator[Suggestion]:
    """Each topic once, by the best of its names that fit."""
    best: dict[str, Completion] = {}
    for completion in sorted(completions_of(graph).of(typed), key=lambda found: _order(graph, found)):
        best.setdefault(completion.row.topic_id, completion)
    for topic_id, completion in best.items():
        label = graph.label(topic_id)
        name = completion.row.name
        yield Suggestion("topic", name, topic_id, label, _DETAIL[completion.row.kind].format(label=label))


_DETAIL = {"label": "", "synonym": "another name of {label}", "part": "part of {label}"}


def _order(graph: KnowledgeGraph, completion: Completion) -> tuple[object, ...]:
    """Names that begin so before those with a later such word; better names, fuller topics, then as pages name them."""
    row = completion.row
    place = graph.names_of[row.topic_id].index(row)
    return (completion.at > 0, NAME_KINDS.index(row.kind), -graph.resource_count(row.topic_id), row.topic_id, place)


def _media_types(vocabulary: Vocabulary, typed: str) -> Iterator[Suggestion]:
    for media_type in vocabulary.media_types.values():
        name = next((name for name in media_type.names if f" {name}".find(f" {typed}") >= 0), None)
        if name:
            yield Suggestion("media_type", media_type.plural, media_type.id, media_type.label, "media type")


def _resources(session: Session, vocabulary: Vocabulary, typed: str, limit: int) -> Iterator[Suggestion]:
    if len(typed) >= SHORTEST_IN_TITLES:
        for id, title, media_type in stored.titles(session, typed.split(), limit):
            yield Suggestion("resource", title, id, title, vocabulary.media_types[media_type].label)


def _authors(session: Session, typed: str, limit: int) -> Iterable[Suggestion]:
    if len(typed) >= SHORTEST_IN_TITLES:
        for name in stored.authors(session, typed.split(), limit):
            if f" {typed}" in f" {fold(name)}":
                yield Suggestion("author", name, None, name, "author")
