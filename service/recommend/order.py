"""Which topics lead from what is known to a goal, and in which order to learn them.

Direction: prerequisite -> dependent. Nesting is no prerequisite, but whoever wants to learn a topic with narrower ones
wants those too: they are on the path, in teaching order, before the topic that they make up. A topic on the way to
it that has narrower ones stands for itself.
"""

from collections.abc import Iterable, Set

from service.graph import KnowledgeGraph
from service.recommend.choices import needed


def topics_to_learn(graph: KnowledgeGraph, target: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The topics of the path, in order: prerequisites first, else as taught; the target last."""
    return _path(graph, target, mastered(graph, known))


def topics_to_reach(graph: KnowledgeGraph, goals: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """The topics that lead to all of the goals, in order; each goal uses what was learnt for those before it."""
    return topics_from(graph, goals, mastered(graph, known))


def topics_from(graph: KnowledgeGraph, goals: Iterable[str], learnt: Set[str]) -> tuple[str, ...]:
    """As `topics_to_reach`, where all that is mastered is known already."""
    order: list[str] = []
    for goal in sorted(goals, key=graph.order.__getitem__):
        found = _path(graph, goal, learnt)
        order += found
        learnt = learnt | set(found)
    return tuple(order)


def mastered(graph: KnowledgeGraph, known: Iterable[str]) -> set[str]:
    """What is known with all that is nested in it, and all that these build on."""
    inside = set(graph.with_narrower(known))
    return inside | graph.ancestors(inside)


def parts(graph: KnowledgeGraph, topic: str) -> set[str]:
    """What there is to learn of what is nested in a topic.

    Not what builds on the whole, for that comes after it, and not what only holds others together.
    """
    inside = set(graph.with_narrower([topic])) - {topic}
    if not inside:
        return inside
    inside -= {row.dependent_id for row, _ in graph.dependents(topic)}
    return {part for part in inside if graph.resource_count(part) or not graph.narrower(part)}


def _path(graph: KnowledgeGraph, target: str, learnt: Set[str]) -> tuple[str, ...]:
    if target in learnt:
        return ()
    found = needed(graph, {target, *parts(graph, target)} - learnt, learnt)
    found.discard(target)
    return (*sorted(found, key=graph.order.__getitem__), target)
