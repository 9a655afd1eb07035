"""A question, answered: understand, retrieve by names, look deeper where they leave it open, rank, explain."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.matches import Matches
from service.catalog.vocabulary import Vocabulary
from service.graph import KnowledgeGraph
from service.search.answer import AlikeHits, Answer, Hit, Related
from service.search.explain import Explainer
from service.search.findings import MOST_RELATED, Findings, is_open
from service.search.loosen import near_misses
from service.search.message import message
from service.search.phrases import phrases_of
from service.search.query import Query
from service.search.rank import counts, score
from service.search.relax import ENOUGH
from service.search.retrieval import Retrieval
from service.search.retrieve import Found, retrieve
from service.search.titles import by_title
from service.search.understand import understand
from service.tracing import span


def answer(
    session: Session,
    graph: KnowledgeGraph,
    vocabulary: Vocabulary,
    query: Query,
    retrieval: Retrieval | None = None,
) -> Answer:
    """What the graph holds on a question; NotFound when `query.topic` names no topic.

    Without `retrieval` it is answered from names alone.
    """
    findings = by_names(session, graph, vocabulary, query)
    if retrieval and is_open(findings):
        from service.search.deepen import deepen  # noqa: PLC0415  # numpy and tantivy, which most questions do not need

        with span("search.deepen"):
            findings = deepen(session, graph, retrieval, query, findings)
    with span("search.explain"):
        return _told(graph, vocabulary, query, findings)


def by_names(session: Session, graph: KnowledgeGraph, vocabulary: Vocabulary, query: Query) -> Findings:
    """What names tell: the question's meaning, what meets it, and what nearly does."""
    phrases = phrases_of(graph, vocabulary)
    with span("search.understand"):
        meaning = understand(session, graph, phrases, query)
    with span("search.retrieve"):
        found = retrieve(session, graph, vocabulary, meaning, query)
    looks_near = query.after == 0 and (found.total < ENOUGH or meaning.asks_around)
    near = near_misses(session, graph, meaning, _exact_numbers(session, found)) if looks_near else []
    if meaning.interpretation.unknown_words:
        found = found._replace(meeting_rest=counts(near).get("unknown_words", 0))
    findings = Findings(meaning, found, near)
    return (meaning.may_be_title and by_title(session, graph, phrases, query, findings)) or findings


def _told(graph: KnowledgeGraph, vocabulary: Vocabulary, query: Query, findings: Findings) -> Answer:
    explainer = Explainer(graph, vocabulary, findings.meaning)
    return Answer(
        query=query.q,
        interpretation=findings.meaning.interpretation,
        total=findings.found.total,
        items=_hits(explainer, findings.found),
        related=_related(explainer, findings),
        message=message(explainer, findings.found, counts(findings.near)),
        next_after=findings.found.next_after,
        revision=graph.revision,
        consulted=findings.consulted,
        meaning=findings.meaning,
    )


def _exact_numbers(session: Session, found: Found) -> Collection[int]:
    """Of all exact resources, of which there are few when this is asked; they may lie beyond the stretch shown."""
    if found.total > len(found.matches):
        return set(matches.matching_numbers(session, found.wanted, ENOUGH))
    return {match.number for match in found.matches}


def _hits(explainer: Explainer, found: Found) -> Sequence[Hit]:
    sure = score(explainer.meaning, found)
    if isinstance(found.matches, Matches) and len(topics := set(found.matches.topic_ids)) == 1:
        return AlikeHits(found.matches.cards, sure, explainer.why(topics.pop(), found))
    why = {topic_id: explainer.why(topic_id, found) for topic_id in {m.topic_id for m in found.matches}}
    return [Hit(match.card, sure, why[match.topic_id]) for match in found.matches]


def _related(explainer: Explainer, findings: Findings) -> list[Related]:
    near = findings.near[:MOST_RELATED]
    ways = {(miss.relation, miss.match.topic_id) for miss in near if not miss.why}
    why = {way: explainer.why_near(*way) for way in ways}
    return [Related(m.match.card, m.score, m.relation, m.why or why[m.relation, m.match.topic_id]) for m in near]
