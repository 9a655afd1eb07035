"""How well resources suit a learner: by the graph, by their meaning, and by what learners did. Each score is 0..1."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from service.catalog import embeddings, events
from service.catalog.embeddings import Vector
from service.catalog.events import Opinion
from service.graph import KnowledgeGraph
from service.graph.descriptions import Descriptions
from service.recommend.learner import Card
from service.recommend.pagerank import Edge, pagerank

Scores = Mapping[str, float]  # by resource id

# How often a walker takes each kind of way: learning goes forward, and what belongs together is near.
FORWARD, BACK, NESTED, FILED = 1.0, 0.5, 0.5, 1.0

PRIOR_RATINGS = 5  # as many votes for the middle as it takes to be believed
MIDDLE_RATING = 3.0
SHARED_SHARE, RATED_SHARE, POPULAR_SHARE = 0.5, 0.3, 0.2  # who did the same, what all think, how many finished


@dataclass(frozen=True)
class Crowd:
    """What learners did: by resource id, how many finished it who finished the same as the learner; and opinions."""

    shared: Mapping[str, int]
    opinions: Mapping[str, Opinion]


def by_graph(
    graph: KnowledgeGraph, cards: Iterable[Card], starts: Mapping[str, float], wanted: Collection[str]
) -> Scores:
    """Personalised PageRank over the topics and resources around, of the `wanted` ones.

    `starts` are "topic:<id>" and "resource:<id>".
    """
    ranks = pagerank(list(links(graph, list(cards), starts)), starts)
    return _scaled({id: ranks[f"resource:{id}"] for id in wanted if f"resource:{id}" in ranks})


def links(graph: KnowledgeGraph, cards: Sequence[Card], starts: Iterable[str]) -> Iterable[Edge]:
    """The ways between these resources, their topics, and the topics among the starts."""
    topics = {topic["id"] for card in cards for topic in card["topics"]} & graph.topics.keys()
    topics |= {id for name in starts if (id := name.removeprefix("topic:")) in graph.topics}
    for topic in sorted(topics):  # in one order: sums of floats depend on it
        for later in graph.accepted.succ[topic]:
            if later in topics:
                yield from _ways(topic, later, FORWARD, BACK)
        for part in graph.nesting.succ[topic]:
            if part in topics:
                yield from _ways(topic, part, NESTED, NESTED)
    for card in cards:
        for filed in card["topics"]:
            if filed["id"] in topics:
                yield f"topic:{filed['id']}", f"resource:{card['id']}", FILED
                yield f"resource:{card['id']}", f"topic:{filed['id']}", FILED


def vectors(session: Session, graph: KnowledgeGraph, cards: Iterable[Card], version: str) -> Mapping[str, Vector]:
    """The vectors that are kept of resources, by id: (384,) each, of length 1."""
    descriptions = Descriptions(graph)
    texts = {card["id"]: descriptions.text(card) for card in cards}
    kept = embeddings.kept(session, version, set(texts.values()))
    return {id: kept[text] for id, text in texts.items() if text in kept}


def by_meaning(known: Mapping[str, Vector], taste: Mapping[str, float]) -> Scores:
    """The cosine with the mean of what the learner likes; empty where that has no vectors."""
    liked = [known[id] * weight for id, weight in taste.items() if id in known]
    if not liked:
        return {}
    mean = np.sum(liked, axis=0)
    mean = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return {id: max(0.0, float(vector @ mean)) for id, vector in known.items()}


def crowd(session: Session, ids: Collection[str], subjects: Sequence[str], learner: str | None) -> Crowd:
    """What learners did with these resources."""
    candidates = [f"resource:{id}" for id in ids]
    shared = events.done_by_the_same(session, subjects, candidates, learner) if subjects else {}
    opinions = events.opinions(session, candidates)
    return Crowd(
        {subject.removeprefix("resource:"): count for subject, count in shared.items()},
        {subject.removeprefix("resource:"): opinion for subject, opinion in opinions.items()},
    )


def by_crowd(found: Crowd) -> Scores:
    """Who finished the same finished it too; it is rated well; many finished it."""
    shared = _scaled(found.shared)
    popular = _scaled({id: opinion.completions for id, opinion in found.opinions.items()})
    return {
        id: SHARED_SHARE * shared.get(id, 0.0)
        + RATED_SHARE * _esteem(found.opinions.get(id))
        + POPULAR_SHARE * popular.get(id, 0.0)
        for id in {*shared, *popular}
    }


def _esteem(opinion: Opinion | None) -> float:
    """The mean rating, drawn to the middle while few have voted, on 0..1."""
    if opinion is None or opinion.mean_rating is None:
        return 0.0
    votes = opinion.ratings + PRIOR_RATINGS
    mean = (opinion.mean_rating * opinion.ratings + MIDDLE_RATING * PRIOR_RATINGS) / votes
    return (mean - 1) / (events.HIGHEST_RATING - 1)


def _ways(one: str, other: str, there: float, back: float) -> Iterable[Edge]:
    yield f"topic:{one}", f"topic:{other}", there
    yield f"topic:{other}", f"topic:{one}", back


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    """The best is 1."""
    best = max(scores.values(), default=0.0)
    return {id: score / best for id, score in scores.items()} if best > 0 else {}
