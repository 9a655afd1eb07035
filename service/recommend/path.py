"""A learning path: what to learn, in which order, to come from what is known to a target; each step with its reason.

Direction: prerequisite -> dependent. Nesting is no prerequisite, but whoever wants to learn a topic with narrower ones
wants those too: they are on the path, in teaching order, before the topic that they make up. A topic on the way to
it that has narrower ones stands for itself; where no resource is filed under it, its best one is one of theirs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from service.catalog import topics
from service.catalog.best_resources import Preference, best_under
from service.catalog.topics import PrerequisiteRow
from service.errors import NotFound
from service.graph import KnowledgeGraph

ALTERNATIVES = 3  # resources beside the best one of a step
ANY = Preference()


@dataclass(frozen=True)
class Step:
    """One topic to learn. Resources are cards: JSON text."""

    topic: str
    why: str
    resource: str | None  # None: no page lists one
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class LearningPath:
    """What to learn, in order; it ends at the target, and is empty for who knows that already."""

    items: tuple[Step, ...]
    total_minutes: float | None  # of the resources whose duration is known; None when none is


def learning_path(
    session: Session, graph: KnowledgeGraph, target: str, known: Iterable[str] = (), prefer: Preference = ANY
) -> LearningPath:
    """The shortest path to a target that leaves out what is known, and all that this builds on.

    Raises NotFound, Gone or Merged when the target or something known is no topic.
    """
    learnt = tuple(known)
    for topic in (target, *learnt):
        if topic not in graph.topics:
            topics.card(session, topic)
            raise NotFound("topic", topic)  # of a newer revision than the graph
    order = topics_to_learn(graph, target, learnt)
    reasons = _reasons(graph, target, order)
    resources = _resources(session, graph, order, prefer)
    steps = tuple(_step(topic, reasons[topic], resources[topic]) for topic in order)
    return LearningPath(steps, _total_minutes(steps))


def topics_to_learn(graph: KnowledgeGraph, target: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The topics of the path, in order: prerequisites first, else as taught; the target last."""
    mastered = _mastered(graph, known)
    if target in mastered:
        return ()
    wanted = {target, *_parts(graph, target)} - mastered
    needed = graph.ancestors(wanted, mastered) | wanted
    needed.discard(target)
    return (*sorted(needed, key=graph.order.__getitem__), target)


def _mastered(graph: KnowledgeGraph, known: Iterable[str]) -> set[str]:
    """What is known with all that is nested in it, and all that these build on."""
    inside = set(graph.with_narrower(known))
    return inside | graph.ancestors(inside)


def _parts(graph: KnowledgeGraph, target: str) -> set[str]:
    """What to learn of what is nested in the target.

    Not what builds on the whole, for that comes after it, and not what only holds others together.
    """
    inside = set(graph.with_narrower([target])) - {target}
    parts = inside - {row.dependent_id for row, _ in graph.dependents(target)}
    return {part for part in parts if graph.resource_count(part) or not graph.narrower(part)}


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


def _step(topic: str, why: str, cards: Sequence[str]) -> Step:
    return Step(topic, why, cards[0] if cards else None, tuple(cards[1 : 1 + ALTERNATIVES]))


def _reasons(graph: KnowledgeGraph, target: str, order: Collection[str]) -> Mapping[str, str]:
    """Why each topic is on the path, in words."""
    on_path, parts = set(order), set(graph.with_narrower([target]))
    reasons = {}
    for topic in order:
        edges = [row for row in graph.edges_from.get(topic, ()) if row.status == "accepted"]
        surest = next((row for row in edges if row.dependent_id in on_path), None)
        part = [f"Part of {graph.label(target)}."] if topic in parts else []
        reasons[topic] = " ".join(part + ([_builds_on_it(graph, surest)] if surest else []))
    return reasons | {target: "This is the target."}


def _builds_on_it(graph: KnowledgeGraph, row: PrerequisiteRow) -> str:
    """What shows it, by the surest evidence."""
    claim = f"{graph.label(row.dependent_id)} builds on it"
    if not row.evidence:
        return f"{claim}."
    best: Mapping[str, Any] = max(row.evidence, key=_confidence)
    where = f" ({best['page']}, line {best['line']})" if best.get("line") else ""
    return f"{claim}: {best['detail']}{where}."


def _confidence(evidence: Mapping[str, Any]) -> float:
    return float(evidence["confidence"])


def _total_minutes(steps: Iterable[Step]) -> float | None:
    durations = [orjson.loads(step.resource)["duration_minutes"] for step in steps if step.resource]
    known = [minutes for minutes in durations if minutes is not None]
    return sum(known) if known else None
