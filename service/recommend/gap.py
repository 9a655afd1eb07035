"""What is missing between what a learner knows and a goal, and what of it can be begun now."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog.best_resources import Preference
from service.graph import KnowledgeGraph
from service.recommend.order import mastered, parts, topics_to_reach
from service.recommend.path import ANY, LearningPath, check_topics, path_along


@dataclass(frozen=True)
class Gap:
    """Topics by id, in the order to learn; `missing` and what is known hold all that the goals need."""

    missing: tuple[str, ...]
    ready_now: tuple[str, ...]  # of the missing, those that need nothing else that is missing
    path: LearningPath


def gap(
    session: Session,
    graph: KnowledgeGraph,
    goals: Iterable[str],
    known: Iterable[str] = (),
    prefer: Preference = ANY,
) -> Gap:
    """Compare what is known with what the goals need.

    Raises NotFound, Gone or Merged when a goal or something known is no topic.
    """
    wanted, learnt = tuple(dict.fromkeys(goals)), tuple(known)
    check_topics(session, graph, (*wanted, *learnt))
    missing = topics_to_reach(graph, wanted, learnt)
    ready = ready_among(graph, missing, mastered(graph, learnt))
    return Gap(missing, ready, path_along(session, graph, missing, wanted, prefer))


def ready_among(graph: KnowledgeGraph, missing: Iterable[str], learnt: Set[str]) -> tuple[str, ...]:
    """Of the missing topics those that can be begun now; a whole waits for those of its parts that are missing too."""
    order = tuple(missing)
    return tuple(id for id in order if graph.is_ready(id, learnt) and parts(graph, id).isdisjoint(order))
