"""Which topics could come next, and whether a learner is ready for them."""

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from heapq import nlargest
from itertools import islice

from service.graph import KnowledgeGraph
from service.recommend.order import topics_from

MOST_TOPICS = 60  # that are looked at for one answer
MOST_OPENING = 100  # topics that are learnt, the furthest on first: what they open is in reach
MOST_AIMS = 5  # of the topics looked at last, that one may want to come to
MOST_LOOKED_THROUGH = 2_000  # topics in teaching order, for places to begin


def topics_in_reach(
    graph: KnowledgeGraph, learnt: Set[str], goals: Sequence[str], touched: Sequence[str]
) -> tuple[str, ...]:
    """What leads to the goals; without goals what the learnt opens, what stands beside it, and where to begin.

    `touched` are topics that the learner has looked at, the latest first: what these still need is in reach too.
    """
    missing = topics_from(graph, goals, learnt)
    if missing:
        return missing[:MOST_TOPICS]
    aims = list(islice((topic for topic in touched if topic not in learnt), MOST_AIMS))
    near = {*topics_from(graph, aims, learnt), *_opened(graph, learnt), *_beside(graph, touched)} - learnt
    if not any(graph.is_ready(topic, learnt) for topic in near):
        near.update(islice(_places_to_begin(graph, learnt), MOST_TOPICS))
    ordered = sorted(near, key=lambda id: (not graph.is_ready(id, learnt), graph.order[id]))
    return tuple(ordered[:MOST_TOPICS])


def lacking(graph: KnowledgeGraph, topic: str, learnt: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """What is needed directly before a topic and not learnt: each as the alternatives of which one will do."""
    required = [(id,) for id in graph.required_into.get(topic, ()) if id not in learnt]
    return tuple(sorted((*required, *graph.open_choices(topic, learnt)), key=lambda group: graph.order[group[0]]))


def _opened(graph: KnowledgeGraph, learnt: Iterable[str]) -> Iterator[str]:
    for topic in nlargest(MOST_OPENING, learnt, key=graph.order.__getitem__):
        yield from graph.accepted.succ[topic]


def _beside(graph: KnowledgeGraph, topics: Iterable[str]) -> Iterator[str]:
    """What is nested in the same topics."""
    for topic in topics:
        for whole in graph.nesting.pred[topic]:
            yield from graph.nesting.succ[whole]


def _places_to_begin(graph: KnowledgeGraph, learnt: Set[str]) -> Iterator[str]:
    for topic in islice(graph.topics, MOST_LOOKED_THROUGH):
        if topic not in learnt and graph.is_ready(topic, learnt):
            yield topic
