"""Near misses: what to look for when one constraint of the question is relaxed, the best relaxation first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from service.catalog.wanted import Wanted
from service.graph import KnowledgeGraph
from service.search.meaning import Meaning

# How near each relation is to what was asked, 0..1. A neighbour in the order of learning comes before the same topic
# in another medium: who asks for a video wants to watch. Siblings share only a heading.
WEIGHTS = {
    "unknown_words": 0.9,
    "topic_requires": 0.83,
    "topic_required_by": 0.8,
    "other_media_type": 0.75,
    "one_topic_fewer": 0.7,
    "broader_topic": 0.65,
    "other_year": 0.6,
    "other_length": 0.6,
    "not_known_free": 0.6,
    "other_language": 0.55,
    "other_words": 0.5,
    "sibling_topic": 0.45,
}
NEAR_TOPICS = ("topic_requires", "topic_required_by", "broader_topic", "sibling_topic")
MOST_NEAR = 32  # of one relation
ENOUGH = 5  # with so many exact resources near misses are only in the way
COUNTED = 10  # near misses of one relation; more are "at least" so many
LOOKED_UP = COUNTED + ENOUGH  # of each relation: the first of them may be exact


Neighbours = Callable[[KnowledgeGraph, str], Iterable[str]]


@dataclass(frozen=True)
class Relaxation:
    """The question with one constraint relaxed."""

    relation: str
    wanted: Wanted


def relaxations(graph: KnowledgeGraph, meaning: Meaning) -> Iterator[Relaxation]:
    """What may find something, the nearest first; made one by one, as far as they are asked for.

    A question that names nothing to learn has few: those that leave a kind of resource to look for.
    """
    if meaning.is_contradictory or meaning.asks_of_catalogue:
        return
    if not meaning.has_subject:
        names_kind = meaning.wanted.media_types and not meaning.interpretation.unknown_words
        yield from _without_filters(meaning.wanted) if names_kind else ()
        return
    near = _Neighbours(graph, meaning)
    if meaning.interpretation.unknown_words:
        yield Relaxation("unknown_words", meaning.wanted)
    if meaning.asks_around:
        yield from near.under(*(_AFTER if meaning.variant in ("after", "skip") else _BEFORE))
        if not near.are_none:
            return
    yield from near.under(*_AFTER)
    yield from near.under(*_BEFORE)
    yield from _other_media_types(graph, meaning.wanted)
    yield from _fewer_topics(meaning.wanted)
    yield from near.under("broader_topic", KnowledgeGraph.broader)
    yield from _without_filters(meaning.wanted)
    if near.are_none:
        yield from near.under("sibling_topic", _siblings)


def constraints_relaxed(graph: KnowledgeGraph, wanted: Wanted) -> Iterator[Relaxation]:
    """What to look for when one of the constraints beside the subject is relaxed."""
    yield from _other_media_types(graph, wanted)
    yield from _without_filters(wanted)


class _Neighbours:
    """The neighbours of the one topic asked for, each once; of none, where several are asked for together."""

    def __init__(self, graph: KnowledgeGraph, meaning: Meaning) -> None:
        self._graph = graph
        self._wanted = meaning.wanted
        self._asked = meaning.topics[0] if len(meaning.topics) == 1 else ()
        self._seen = set(self._wanted.topics[0]) if self._asked else set()
        self.are_none = True

    def under(self, relation: str, neighbours: Neighbours) -> Iterator[Relaxation]:
        """What is filed under these neighbours and meets the rest, if there are any that hold something."""
        found = dict.fromkeys(near for topic in self._asked for near in neighbours(self._graph, topic))
        near = [topic for topic in found if topic not in self._seen and _holds(self._graph, topic, self._wanted)]
        if near:
            self.are_none = False
            self._seen.update(near)
            wanted = self._wanted
            without = wanted.without_topics + wanted.topics[0]
            yield Relaxation(relation, wanted._replace(topics=(tuple(near[:MOST_NEAR]),), without_topics=without))


def _requiring(graph: KnowledgeGraph, topic: str) -> Iterable[str]:
    return (edge.dependent_id for edge, _ in graph.dependents(topic, depth=1))


def _required(graph: KnowledgeGraph, topic: str) -> Iterable[str]:
    return (edge.prerequisite_id for edge, _ in graph.prerequisites(topic, depth=1))


_AFTER = ("topic_requires", _requiring)
_BEFORE = ("topic_required_by", _required)


def _siblings(graph: KnowledgeGraph, topic: str) -> Iterable[str]:
    return (sibling for broader in graph.broader(topic) for sibling in graph.narrower(broader))


def _holds(graph: KnowledgeGraph, topic: str, wanted: Wanted) -> bool:
    """Whether resources of the wanted types are filed under the topic itself; asks no database."""
    if not wanted.media_types:
        return graph.resource_count(topic) > 0
    return any(graph.resource_count(topic, media_type) for media_type in wanted.media_types)


def _other_media_types(graph: KnowledgeGraph, wanted: Wanted) -> Iterator[Relaxation]:
    if not wanted.media_types:
        return
    others = tuple(dict.fromkeys(wanted.media_types + wanted.without_media_types))
    if not wanted.topics or any(_holds_others(graph, topic, others) for topic in wanted.topics[0]):
        yield Relaxation("other_media_type", wanted._replace(media_types=(), without_media_types=others))


def _holds_others(graph: KnowledgeGraph, topic: str, media_types: Iterable[str]) -> bool:
    return graph.resource_count(topic) > sum(graph.resource_count(topic, media_type) for media_type in media_types)


def _fewer_topics(wanted: Wanted) -> Iterator[Relaxation]:
    if len(wanted.topics) < 2:
        return
    for i, dropped in enumerate(wanted.topics):
        rest = wanted.topics[:i] + wanted.topics[i + 1 :]
        without = wanted.without_topics + dropped
        yield Relaxation("one_topic_fewer", wanted._replace(topics=rest, without_topics=without))


def _without_filters(wanted: Wanted) -> Iterator[Relaxation]:
    """Without the year, the length, "free" or the language; without the words, where a topic is left to look under."""
    if wanted.year_min is not None or wanted.year_max is not None:
        yield Relaxation("other_year", wanted._replace(year_min=None, year_max=None))
    if wanted.minutes_min is not None or wanted.minutes_max is not None:
        yield Relaxation("other_length", wanted._replace(minutes_min=None, minutes_max=None))
    if wanted.is_free:
        yield Relaxation("not_known_free", wanted._replace(is_free=False))
    if wanted.language:
        yield Relaxation("other_language", wanted._replace(language=None))
    if (wanted.words or wanted.any_words) and wanted.topics:
        yield Relaxation("other_words", wanted._replace(words=(), any_words=()))
