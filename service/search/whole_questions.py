"""Whole questions that complete what was typed: "what is ba" -> "what is batch normalization?"."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from service.catalog.names import fold
from service.search.phrases import Phrases

TOPIC = "{topic}"
LONGEST_NAME = 5  # words at the end of what was typed that may begin a topic's name
SHORTEST_TYPED = 2  # letters: one begins too many questions
OF_ONE_TOPIC = 2  # questions on a topic whose name is being typed

TopicsFrom = Callable[[str], Iterator[tuple[str, str]]]  # (topic, name) of topics whose names begin so


def questions(phrases: Phrases, typed: str, topics_from: TopicsFrom) -> Iterator[str]:
    """What was typed, with the topic that it ends in completed; else the questions that begin so."""
    words = typed.split()
    for at in range(max(1, len(words) - LONGEST_NAME), len(words)):
        if not _asks(phrases, words[:at]):
            continue
        names = dict(topics_from(" ".join(words[at:])))
        if names:
            yield from (_shown(phrases, words[:at], name) for name in names.values())
            return
    yield from _beginning(phrases, typed)


def questions_on(phrases: Phrases, topic_id: str) -> Iterator[str]:
    """The first questions that can be asked about a topic."""
    label = phrases.graph.label(topic_id)
    templates = phrases.vocabulary.question_words.templates
    return (template.replace(TOPIC, label) for template in islice(templates, OF_ONE_TOPIC))


def _asks(phrases: Phrases, words: Sequence[str]) -> bool:
    """Whether these words make a question that only lacks its subject."""
    asked = phrases.cues.read(words)
    parts = phrases.cut(words, asked.quiet)
    says = bool(asked.intent) or any(part.kind != "role" for part in parts)
    return says and all(part.kind != "word" for part in parts)


def _shown(phrases: Phrases, words: Sequence[str], name: str) -> str:
    """In the words of a template, where one begins so: they have their punctuation."""
    begun = " ".join(words)
    for template in phrases.vocabulary.question_words.templates:
        if fold(template.partition(TOPIC)[0]) == begun:
            return template.replace(TOPIC, name)
    return f"{begun} {name}"


def _beginning(phrases: Phrases, typed: str) -> Iterator[str]:
    """Templates that begin so, each about the topic that most leads to."""
    topic = phrases.telling_topic
    if topic is None or len(typed) < SHORTEST_TYPED:
        return
    label = phrases.graph.label(topic)
    for template in phrases.vocabulary.question_words.templates:
        if fold(template).startswith(typed):
            yield template.replace(TOPIC, label)
