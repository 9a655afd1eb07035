"""What to learn from next: ready to learn first, blended from graph, meaning and what learners did, not all alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from service.catalog.best_resources import topics_with
from service.catalog.embeddings import Vector
from service.graph import KnowledgeGraph
from service.recommend import signals
from service.recommend.candidates import Candidate, candidates, wishes_met
from service.recommend.diversity import diversified, features
from service.recommend.explain import Explainer, message
from service.recommend.learner import Card, Learner, tasted, topics_of, with_events
from service.recommend.order import mastered
from service.recommend.path import check_topics
from service.recommend.reach import topics_in_reach
from service.recommend.signals import Crowd, Scores

# What each signal counts; those that say nothing leave their share to the others. The graph knows every resource,
# meaning only what is like what one liked, and most services have few learners.
WEIGHTS: Mapping[str, float] = {"graph": 0.45, "meaning": 0.3, "learners": 0.25}
WISHES = 0.3  # the share of what the learner prefers, where anything is preferred
STEP_BACK = 0.8  # times the relevance, for each prerequisite that is lacking
GOAL_START = 2.0  # how often the walk through the graph starts at a goal, beside once at what is known or liked
REACH_START = 0.1  # ... and at the first topic in reach
GOAL_TASTE = 0.3  # what a goal's own resources say of the learner's taste
MOST_STARTS = 50


@dataclass(frozen=True)
class Recommendation:
    """A resource to learn from next; `signals` are the scores behind `score`, each 0..1."""

    resource: str  # the card
    topic: str
    score: float
    why: str
    is_ready: bool
    signals: Mapping[str, float]


@dataclass(frozen=True)
class Recommendations:
    """The best first. `message` says what they rest on."""

    items: tuple[Recommendation, ...]
    message: str


@dataclass(frozen=True)
class _Situation:
    """A learner, what there is to choose from, and what is known about it."""

    learner: Learner
    liked: Mapping[str, Card]
    found: Sequence[Candidate]
    vectors: Mapping[str, Vector]
    crowd: Crowd


def recommend(
    session: Session, graph: KnowledgeGraph, learner: Learner, limit: int, model_version: str
) -> Recommendations:
    """The resources that suit a learner best now; `model_version` names the model whose kept vectors are compared.

    Raises NotFound, Gone or Merged when a goal or something known is no topic.
    """
    check_topics(session, graph, (*learner.known, *learner.goals))
    learner, liked = _informed(session, graph, learner)
    learnt = mastered(graph, learner.known)
    topics = topics_in_reach(graph, learnt, learner.goals, (*learner.known, *_touched(graph, liked)))
    found = candidates(session, graph, topics, learner, learnt)
    situation = _situation(session, graph, (learner, liked), found, model_version)
    explainer = Explainer(graph, learner, learnt, liked, situation.vectors, situation.crowd)
    scores = _scores(graph, situation)
    items = tuple(_chosen(situation, scores, explainer, limit))
    return Recommendations(items, message(bool(items), learner, scores, situation.vectors))


def _informed(session: Session, graph: KnowledgeGraph, learner: Learner) -> tuple[Learner, Mapping[str, Card]]:
    """The learner with earlier events, and with the topics of what was completed as known; and what is liked."""
    learner = with_events(session, learner)
    liked = tasted(session, learner)
    finished = sorted(topics_with(session, learner.completed))
    known = [topic for topic in (*learner.known, *finished) if topic in graph.topics]
    return replace(learner, known=tuple(dict.fromkeys(known))), liked


def _touched(graph: KnowledgeGraph, liked: Mapping[str, Card]) -> list[str]:
    return [topic for topic in topics_of(liked.values()) if topic in graph.topics]


def _situation(
    session: Session,
    graph: KnowledgeGraph,
    who: tuple[Learner, Mapping[str, Card]],
    found: Sequence[Candidate],
    model_version: str,
) -> _Situation:
    learner, liked = who
    cards = [*liked.values(), *(one.card for one in found)]
    vectors = signals.vectors(session, graph, cards, model_version)
    crowd = signals.crowd(session, [one.id for one in found], learner.subjects, learner.id)
    return _Situation(learner, liked, found, vectors, crowd)


def _scores(graph: KnowledgeGraph, given: _Situation) -> dict[str, Scores]:
    """By signal, those that say something."""
    goal_resources = [one.id for one in given.found if one.topic in given.learner.goals]
    taste = dict.fromkeys(goal_resources, GOAL_TASTE) | dict(given.learner.taste)
    cards = [*given.liked.values(), *(one.card for one in given.found)]
    scores = {
        "graph": signals.by_graph(graph, cards, _starts(given), [one.id for one in given.found]),
        "meaning": signals.by_meaning(given.vectors, taste),
        "learners": signals.by_crowd(given.crowd),
    }
    return {name: found for name, found in scores.items() if found}


def _starts(given: _Situation) -> dict[str, float]:
    """Where the walk starts: at the goals, what is known, what was liked; and a little where one could go on.

    So whatever could come next is reached, however little is known; in the order in which it is taught.
    """
    learner = given.learner
    topics = dict.fromkeys(one.topic for one in given.found)
    starts = {f"topic:{id}": REACH_START / (1 + place) for place, id in enumerate(topics)}
    starts |= {f"topic:{id}": 1.0 for id in learner.known[:MOST_STARTS]}
    starts |= {f"topic:{id}": GOAL_START for id in learner.goals}
    return starts | {f"resource:{id}": weight for id, weight in learner.taste.items() if id in given.liked}


def _chosen(
    given: _Situation, scores: Mapping[str, Scores], explainer: Explainer, limit: int
) -> Sequence[Recommendation]:
    if not given.found:
        return []
    relevance = [_relevance(one, scores, given.learner) for one in given.found]
    is_ready = np.array([not one.lacking for one in given.found])
    alike = features(given.found, given.vectors, given.learner.prefer)
    places = diversified(np.array(relevance), is_ready, alike, limit)
    return [_recommendation(given.found[place], relevance[place], scores, explainer) for place in places]


def _relevance(one: Candidate, scores: Mapping[str, Scores], learner: Learner) -> float:
    """The weighted mean of the signals that say something, and of the wishes met; 0..1."""
    total = sum(WEIGHTS[name] for name in scores)
    blended = sum(WEIGHTS[name] * found.get(one.id, 0.0) for name, found in scores.items()) / total if total else 0.0
    wishes = wishes_met(one.card, learner.prefer)
    if wishes:
        blended = (1 - WISHES) * blended + WISHES * sum(wishes.values()) / len(wishes)
    return float(blended * STEP_BACK ** len(one.lacking))


def _recommendation(
    one: Candidate, relevance: float, scores: Mapping[str, Scores], explainer: Explainer
) -> Recommendation:
    return Recommendation(
        resource=one.text,
        topic=one.topic,
        score=round(relevance, 3),
        why=explainer.why(one),
        is_ready=not one.lacking,
        signals={name: round(found.get(one.id, 0.0), 3) for name, found in scores.items()},
    )
