"""A learning path: what to learn, in which order, to come from what is known to a target; each step with its reason."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy.orm import Session

from service.catalog import topics
from service.catalog.best_resources import Preference, best_under
from service.errors import NotFound
from service.graph import KnowledgeGraph
from service.recommend.order import topics_to_learn
from service.recommend.reasons import Reason, reason

ALTERNATIVES = 3  # resources beside the best one of a step
ANY = Preference()


@dataclass(frozen=True)
class Step:
    """One topic to learn. Resources are cards: JSON text."""

    topic: str
    reason: Reason
    resource: str | None  # None: no page lists one
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class LearningPath:
    """What to learn, in order; it ends at the target, and is empty for who knows that already."""

    items: tuple[Step, ...]
    total_minutes: float | None  # of the steps whose resource states a duration; None when none does
    untimed_steps: int  # how many state none: over 0, the total is only a part


def learning_path(
    session: Session, graph: KnowledgeGraph, target: str, known: Iterable[str] = (), prefer: Preference = ANY
) -> LearningPath:
    """The shortest path to a target that leaves out what is known, and all that this builds on.

    Raises NotFound, Gone or Merged when the target or something known is no topic.
    """
    learnt = tuple(known)
    check_topics(session, graph, (target, *learnt))
    return path_along(session, graph, topics_to_learn(graph, target, learnt), [target], prefer)


def check_topics(session: Session, graph: KnowledgeGraph, ids: Iterable[str]) -> None:
    """Raise NotFound, Gone or Merged for what is no topic."""
    for topic in ids:
        if topic not in graph.topics:
            topics.card(session, topic)
            raise NotFound("topic", topic)  # of a newer revision than the graph


def path_along(
    session: Session, graph: KnowledgeGraph, order: Sequence[str], goals: Sequence[str], prefer: Preference = ANY
) -> LearningPath:
    """These topics as steps towards the goals, each with its reason and the resources that suit best."""
    reasons = _reasons(graph, order, goals)
    resources = _resources(session, graph, order, prefer)
    steps = tuple(_step(topic, reasons[topic], resources[topic]) for topic in order)
    durations = [_minutes(step) for step in steps]
    timed = [minutes for minutes in durations if minutes is not None]
    return LearningPath(steps, sum(timed) if timed else None, len(durations) - len(timed))


def _reasons(graph: KnowledgeGraph, order: Collection[str], goals: Sequence[str]) -> Mapping[str, Reason]:
    on_path = set(order)
    whole = {part: goal for goal in goals for part in graph.with_narrower([goal])}
    target = Reason("This is the target." if len(goals) == 1 else "This is one of the goals.")
    return {id: target if id in goals else reason(graph, id, on_path, whole.get(id)) for id in order}


def _resources(
    session: Session, graph: KnowledgeGraph, order: Collection[str], prefer: Preference
) -> Mapping[str, list[str]]:
    """For each topic the cards of its best resources; where it has none, those of what is nested in it.

    Not of what has its own place on the path, which is where they are shown.
    """
    on_path = set(order)
    sources = {id: (id,) if graph.resource_count(id) else graph.with_narrower([id]) for id in order}
    shown = {topic: [id for id in inside if id == topic or id not in on_path] for topic, inside in sources.items()}
    best = best_under(session, {id for inside in shown.values() for id in inside}, prefer, 1 + ALTERNATIVES)
    return {topic: [card for id in inside for card in best.get(id, ())] for topic, inside in shown.items()}


def _step(topic: str, why: Reason, cards: Sequence[str]) -> Step:
    return Step(topic, why, cards[0] if cards else None, tuple(cards[1 : 1 + ALTERNATIVES]))


def _minutes(step: Step) -> float | None:
    if step.resource is None:
        return None
    minutes: float | None = orjson.loads(step.resource)["duration_minutes"]
    return minutes
