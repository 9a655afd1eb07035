"""A question, answered: understand, retrieve, rank, explain."""

from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.matches import Match
from service.catalog.vocabulary import Vocabulary
from service.graph import KnowledgeGraph
from service.search.answer import Answer, Hit, Related
from service.search.explain import Explainer
from service.search.meaning import Meaning
from service.search.message import message
from service.search.phrases import phrases_of
from service.search.query import Query
from service.search.rank import NearMiss, counts, rank, score
from service.search.relax import ENOUGH, LOOKED_UP, relaxations
from service.search.retrieve import Found, retrieve
from service.search.understand import understand

MOST_RELATED = 10


def answer(session: Session, graph: KnowledgeGraph, vocabulary: Vocabulary, query: Query) -> Answer:
    """What the graph holds on a question; NotFound when `query.topic` names no topic."""
    phrases = phrases_of(graph, vocabulary)
    meaning = understand(graph, phrases, query, partial(matches.fields_with, session))
    found = retrieve(session, graph, vocabulary, meaning, query)
    is_first = query.after == 0
    near = _near_misses(session, graph, meaning, found) if is_first and found.total < ENOUGH else []
    explainer = Explainer(graph, vocabulary, meaning)
    return Answer(
        query=query.q,
        interpretation=meaning.interpretation,
        total=found.total,
        items=_hits(explainer, found),
        related=_related(explainer, near[:MOST_RELATED]),
        message=message(explainer, found, counts(near)),
        next_after=found.next_after,
        revision=graph.revision,
    )


def _near_misses(session: Session, graph: KnowledgeGraph, meaning: Meaning, found: Found) -> list[NearMiss]:
    """The nearest relations first, until there are enough of them to show."""
    near: list[tuple[str, Sequence[Match]]] = []
    for relaxation in relaxations(graph, meaning):
        near.append((relaxation.relation, matches.matching(session, relaxation.wanted, 0, LOOKED_UP)))
        if len(near[-1][1]) == LOOKED_UP:
            break
    return rank(meaning, near, _exact_numbers(session, found))


def _exact_numbers(session: Session, found: Found) -> Collection[int]:
    """Of all exact resources, of which there are few when this is asked; they may lie beyond the stretch shown."""
    if found.total > len(found.matches):
        return set(matches.matching_numbers(session, found.wanted, ENOUGH))
    return {match.number for match in found.matches}


def _hits(explainer: Explainer, found: Found) -> list[Hit]:
    sure = score(explainer.meaning, bool(found.by_title))
    why = {topic_id: explainer.why(topic_id, found.by_title) for topic_id in {m.topic_id for m in found.matches}}
    return [Hit(match.card, sure, why[match.topic_id]) for match in found.matches]


def _related(explainer: Explainer, near: Sequence[NearMiss]) -> list[Related]:
    ways = {(miss.relation, miss.match.topic_id) for miss in near}
    why = {way: explainer.why_near(*way) for way in ways}
    return [Related(m.match.card, m.score, m.relation, why[m.relation, m.match.topic_id]) for m in near]
