"""Near misses: what to look for when one constraint of the question is relaxed, the best relaxation first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

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
    "not_known_free": 0.6,
    "other_language": 0.55,
    "other_words": 0.5,
    "sibling_topic": 0.45,
}
NEAR_TOPICS = ("topic_requires", "topic_required_by", "broader_topic", "sibling_topic")
MOST_NEAR_TOPICS = 32  # of one relation
ENOUGH = 5  # with so many exact resources near misses are only in the way
COUNTED = 10  # near misses of one relation; more are "at least" so many
LOOKED_UP = COUNTED + ENOUGH  # of each relation: the first of them may be exact


@dataclass(frozen=True)
class Relaxation:
    """The question with one constraint relaxed."""

    relation: str
    wanted: Wanted


def relaxations(graph: KnowledgeGraph, meaning: Meaning) -> list[Relaxation]:
    """All relaxations that may find something; none for a question that names nothing to learn."""
    if not meaning.has_subject or meaning.is_contradictory:
        return []
    found = [*_unknown_words(meaning), *_topics(graph, meaning), *_media_types(graph, meaning), *_filters(meaning)]
    return sorted(found, key=lambda relaxation: -WEIGHTS[relaxation.relation])


def _unknown_words(meaning: Meaning) -> Iterator[Relaxation]:
    if meaning.interpretation.unknown_words:
        yield Relaxation("unknown_words", meaning.wanted)


def _topics(graph: KnowledgeGraph, meaning: Meaning) -> Iterator[Relaxation]:
    wanted = meaning.wanted
    if len(wanted.topics) > 1:
        for i, dropped in enumerate(wanted.topics):
            rest = wanted.topics[:i] + wanted.topics[i + 1 :]
            yield Relaxation(
                "one_topic_fewer", replace(wanted, topics=rest, without_topics=wanted.without_topics + dropped)
            )
        return
    yield from _near_topics(graph, meaning)


def _near_topics(graph: KnowledgeGraph, meaning: Meaning) -> Iterator[Relaxation]:
    """The neighbours of the one topic asked for. Each under its nearest relation; siblings for want of others."""
    wanted = meaning.wanted
    if not wanted.topics:
        return
    seen = set(wanted.topics[0])
    without = wanted.without_topics + wanted.topics[0]
    for relation, neighbours in _NEIGHBOURS.items():
        near = dict.fromkeys(n for topic in meaning.topics[0] for n in neighbours(graph, topic) if n not in seen)
        holding = tuple(topic for topic in near if _has(graph, topic, wanted))[:MOST_NEAR_TOPICS]
        if holding and not (relation == "sibling_topic" and len(seen) > len(wanted.topics[0])):
            yield Relaxation(relation, replace(wanted, topics=(holding,), without_topics=without))
        seen.update(holding)


def _requiring(graph: KnowledgeGraph, topic: str) -> Iterable[str]:
    return (edge.dependent_id for edge, _ in graph.dependents(topic, depth=1))


def _required(graph: KnowledgeGraph, topic: str) -> Iterable[str]:
    return (edge.prerequisite_id for edge, _ in graph.prerequisites(topic, depth=1))


def _siblings(graph: KnowledgeGraph, topic: str) -> Iterable[str]:
    return (sibling for broader in graph.broader(topic) for sibling in graph.narrower(broader))


_NEIGHBOURS: dict[str, Callable[[KnowledgeGraph, str], Iterable[str]]] = {
    "topic_requires": _requiring,
    "topic_required_by": _required,
    "broader_topic": KnowledgeGraph.broader,
    "sibling_topic": _siblings,
}


def _has(graph: KnowledgeGraph, topic: str, wanted: Wanted) -> bool:
    """Whether resources of the wanted types are filed under the topic itself; asks no database."""
    if not wanted.media_types:
        return graph.resource_count(topic) > 0
    return any(graph.resource_count(topic, media_type) for media_type in wanted.media_types)


def _media_types(graph: KnowledgeGraph, meaning: Meaning) -> Iterator[Relaxation]:
    wanted = meaning.wanted
    if not wanted.media_types:
        return
    others = replace(
        wanted, media_types=(), without_media_types=tuple({*wanted.media_types, *wanted.without_media_types})
    )
    first_group = wanted.topics[0] if wanted.topics else None
    if first_group is None or any(_has_other(graph, topic, others) for topic in first_group):
        yield Relaxation("other_media_type", others)


def _has_other(graph: KnowledgeGraph, topic: str, others: Wanted) -> bool:
    excluded = sum(graph.resource_count(topic, media_type) for media_type in others.without_media_types)
    return graph.resource_count(topic) > excluded


def _filters(meaning: Meaning) -> Iterator[Relaxation]:
    """Without the year, "free" or the language; without the words, where a topic is left to look under."""
    wanted = meaning.wanted
    if wanted.year_min is not None or wanted.year_max is not None:
        yield Relaxation("other_year", replace(wanted, year_min=None, year_max=None))
    if wanted.is_free:
        yield Relaxation("not_known_free", replace(wanted, is_free=False))
    if wanted.language:
        yield Relaxation("other_language", replace(wanted, language=None))
    if wanted.words and wanted.topics:
        yield Relaxation("other_words", replace(wanted, words=()))
