"""What is recommended before a path, and required by nothing: why its topics are worth learning."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import topics
from service.catalog.teaching_words import TeachingWords
from service.graph import KnowledgeGraph


@dataclass(frozen=True)
class Recommended:
    """A topic that says why others are worth learning; `before` is the first of these on the path."""

    topic: str
    before: str


def recommended_before(
    session: Session, graph: KnowledgeGraph, words: TeachingWords, path: Iterable[str], known: Collection[str]
) -> tuple[Recommended, ...]:
    """The motivating topics of the pages that the path is taught on, that stand beside what it is part of.

    One that stands after all of the path, or is known, is left out.
    """
    motivating = [t for t in graph.topics if t not in known and words.consists_of(words.motivating, graph.label(t))]
    lineages = {topic: [topic, *_wholes(graph, topic)] for topic in path} if motivating else {}
    pages = topics.pages_of(session, {*motivating, *(id for lineage in lineages.values() for id in lineage)})
    order = {topic: place for place, topic in enumerate(graph.topics)}

    def motivates(topic: str, whole: str) -> bool:
        is_beside = graph.broader(topic) == graph.broader(whole) and pages.get(topic, set()) & pages.get(whole, set())
        return bool(is_beside) and order[topic] < order[whole]

    found = []
    for topic in motivating:
        steps = (step for step, lineage in lineages.items() if any(motivates(topic, whole) for whole in lineage))
        first = next(steps, None)
        if first is not None and topic not in lineages:
            found.append(Recommended(topic, first))
    return tuple(found)


def _wholes(graph: KnowledgeGraph, topic: str) -> list[str]:
    """All that a topic is nested in."""
    above = list(graph.broader(topic))
    for upper in above:
        above += [id for id in graph.broader(upper) if id not in above]
    return above
