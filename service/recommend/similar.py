"""What is like a resource: in meaning, and in where it stands in the graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy.orm import Session

from service.catalog.best_resources import best_under
from service.catalog.embeddings import Vector
from service.graph import KnowledgeGraph
from service.recommend import signals
from service.recommend.explain import ALIKE
from service.recommend.learner import ANY, Card
from service.recommend.signals import Scores

WEIGHTS: Mapping[str, float] = {"meaning": 0.6, "graph": 0.4}  # meaning is what "similar" says; not all have vectors
MOST_TOPICS = 40  # around the resource's own
MOST_OF_TOPIC = 20


@dataclass(frozen=True)
class Similar:
    """A resource like another one; `signals` are the scores behind `score`, each 0..1."""

    resource: str  # the card
    score: float
    why: str
    signals: Mapping[str, float]


def similar(session: Session, graph: KnowledgeGraph, card: Card, limit: int, model_version: str) -> Sequence[Similar]:
    """The resources most like this one, under its topics and those around them; the likest first."""
    places = _places(graph, [topic["id"] for topic in card["topics"] if topic["id"] in graph.topics])
    found = _candidates(session, places, card["id"])
    others = {id: orjson.loads(text) for id, (text, _) in found.items()}
    vectors = signals.vectors(session, graph, [card, *others.values()], model_version)
    scores = {
        "graph": signals.by_graph(graph, [card, *others.values()], {f"resource:{card['id']}": 1.0}, others),
        "meaning": signals.by_meaning(vectors, {card["id"]: 1.0}),
    }
    told = {name: found for name, found in scores.items() if found}
    ranked = sorted(others, key=lambda id: -_score(id, told))[:limit]
    reasons = {id: f"{'; '.join([found[id][1], *_common(card, others[id], vectors)])}." for id in ranked}
    return [Similar(found[id][0], round(_score(id, told), 3), reasons[id], _rounded(id, told)) for id in ranked]


def _places(graph: KnowledgeGraph, own: Sequence[str]) -> dict[str, str]:
    """Topics to look under, and in words how each stands to the resource's own; the nearest first."""
    places = {id: f"Also filed under “{graph.label(id)}”" for id in own}
    for id in own:
        name = f"“{graph.label(id)}”"
        for later in graph.accepted.succ[id]:
            places.setdefault(later, f"Filed under “{graph.label(later)}”, which builds on {name}")
        for before in graph.accepted.pred[id]:
            places.setdefault(before, f"Filed under “{graph.label(before)}”, which {name} builds on")
        for part in graph.narrower(id):
            places.setdefault(part, f"Filed under “{graph.label(part)}”, a part of {name}")
        for whole in graph.broader(id):
            places.setdefault(whole, f"Filed under “{graph.label(whole)}”, which {name} is a part of")
            for beside in graph.narrower(whole):
                places.setdefault(beside, f"Filed under “{graph.label(beside)}”, beside {name}")
    return dict(list(places.items())[:MOST_TOPICS])


def _candidates(session: Session, places: Mapping[str, str], own_id: str) -> Mapping[str, tuple[str, str]]:
    """By id: the card, and in words the nearest place where it was found."""
    best = best_under(session, places, ANY, MOST_OF_TOPIC) if places else {}
    found: dict[str, tuple[str, str]] = {}
    for place, told in places.items():
        for text in best.get(place, ()):
            found.setdefault(orjson.loads(text)["id"], (text, told))
    found.pop(own_id, None)
    return found


def _score(id: str, scores: Mapping[str, Scores]) -> float:
    total = sum(WEIGHTS[name] for name in scores)
    return sum(WEIGHTS[name] * found.get(id, 0.0) for name, found in scores.items()) / total if total else 0.0


def _rounded(id: str, scores: Mapping[str, Scores]) -> Mapping[str, float]:
    return {name: round(found.get(id, 0.0), 3) for name, found in scores.items()}


def _common(card: Card, other: Card, vectors: Mapping[str, Vector]) -> list[str]:
    """What else the two have in common."""
    common = []
    if card["id"] in vectors and other["id"] in vectors and float(vectors[card["id"]] @ vectors[other["id"]]) >= ALIKE:
        common.append("close in meaning")
    if authors := [name for name in other["authors"] if name in card["authors"]]:
        common.append(f"by {' and '.join(authors)} too")
    return common
