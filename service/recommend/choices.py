"""What topics need where one of several prerequisites is enough: the alternatives that leave the fewest to learn.

Finding them is a hitting-set problem: exact where few alternatives are open, as they are on every page we know, and
bounded where they are many; what it finds then is still free of superfluous topics.
"""

from collections.abc import Iterator, Set

from service.graph import KnowledgeGraph

MOST_PLANS = 500  # looked at for one path; past so many, the best so far is good enough


def needed(graph: KnowledgeGraph, wanted: Set[str], learnt: Set[str]) -> set[str]:
    """The wanted topics with all that they build on and is not learnt: the fewest that will do.

    Of alternatives that cost equally many topics, the surer is taken.
    """
    start = graph.ancestors(wanted, learnt).union(wanted)
    if graph.choices_into.keys().isdisjoint(start):
        return start
    return _without_superfluous(graph, _smallest(graph, start, learnt), wanted, learnt)


def _smallest(graph: KnowledgeGraph, start: set[str], learnt: Set[str]) -> set[str]:
    """Depth first, the alternative that adds least before the others; no plan is followed past the best one's size."""
    best: set[str] | None = None
    waiting = [start]
    for _ in range(MOST_PLANS):
        while waiting and best is not None and len(waiting[-1]) >= len(best):
            waiting.pop()
        if not waiting:
            break
        plan = waiting.pop()
        group = next(_open_choices(graph, plan, learnt), None)
        if group is None:
            best = plan
        else:
            waiting += sorted((_with(graph, plan, id, learnt) for id in reversed(group)), key=len, reverse=True)
    return best if best is not None else _completed(graph, waiting[-1], learnt)


def _completed(graph: KnowledgeGraph, plan: set[str], learnt: Set[str]) -> set[str]:
    """The plan with the first alternative of each group that is still open."""
    while (group := next(_open_choices(graph, plan, learnt), None)) is not None:
        plan = _with(graph, plan, group[0], learnt)
    return plan


def _open_choices(graph: KnowledgeGraph, plan: Set[str], learnt: Set[str]) -> Iterator[tuple[str, ...]]:
    known = plan | learnt
    for topic in sorted(graph.choices_into.keys() & plan, key=graph.order.__getitem__):
        yield from graph.open_choices(topic, known)


def _with(graph: KnowledgeGraph, plan: Set[str], topic: str, learnt: Set[str]) -> set[str]:
    return graph.ancestors([topic], plan | learnt).union(plan, [topic])


def _without_superfluous(graph: KnowledgeGraph, plan: set[str], wanted: Set[str], learnt: Set[str]) -> set[str]:
    """Leave out what nothing later on the path needs: the last first, for what it alone needed goes with it."""
    kept = set(plan)
    for topic in sorted(plan - wanted, key=graph.order.__getitem__, reverse=True):
        others = (kept - {topic}) | learnt
        if all(graph.is_ready(later, others) for later in graph.accepted.succ[topic] if later in kept):
            kept.discard(topic)
    return kept
