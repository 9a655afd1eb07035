"""A question, answered: understand, retrieve, rank, explain."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from service.catalog import matches
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
        related=_related(session, explainer, near[:MOST_RELATED]),
        message=message(explainer, found, counts(near)),
        next_after=found.next_after,
        revision=graph.revision,
    )


def _near_misses(session: Session, graph: KnowledgeGraph, meaning: Meaning, found: Found) -> list[NearMiss]:
    """What meets the question but for one constraint; what meets all of it may lie beyond this page, so it is asked."""
    relaxed = relaxations(graph, meaning)
    near = [(each.relation, matches.matching_numbers(session, each.wanted, LOOKED_UP)) for each in relaxed]
    exact = matches.matching_numbers(session, found.wanted, ENOUGH) if found.total and near else []
    return rank(meaning, near, {number for number, _ in exact})


def _hits(explainer: Explainer, found: Found) -> list[Hit]:
    sure = score(explainer.meaning, bool(found.by_title))
    why = {topic_id: explainer.why(topic_id, found.by_title) for topic_id in {m.topic_id for m in found.matches}}
    return [Hit(match.card, sure, why[match.topic_id]) for match in found.matches]


def _related(session: Session, explainer: Explainer, near: Sequence[NearMiss]) -> list[Related]:
    cards = matches.cards(session, [miss.number for miss in near])
    return [Related(cards[miss.number], miss.score, miss.relation, explainer.why_near(miss)) for miss in near]
