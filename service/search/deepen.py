"""What names leave open is asked of the index: who has all the words, and who is likely to help."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from service.catalog.matches import Match
from service.graph import KnowledgeGraph
from service.search.answer import Consultation
from service.search.findings import MOST_RELATED, Findings, words_of
from service.search.gather import SIMILAR, Asking, gather, likely
from service.search.query import Query
from service.search.rank import NearMiss
from service.search.retrieval import Retrieval
from service.search.retrieve import Found
from service.search.similar import Similarity
from service.search.suppose import by_meaning


def deepen(session: Session, graph: KnowledgeGraph, retrieval: Retrieval, query: Query, findings: Findings) -> Findings:
    """What the index adds to the findings; without an index they stay as they are."""
    asking = Asking(session, graph, retrieval, query)
    gathered = gather(asking, findings)
    consulted = gathered.consulted
    told = Consultation(("names", *consulted.steps), consulted.model, consulted.lacking)
    if not consulted.steps:
        return findings._replace(consulted=told)
    similarity = Similarity(graph, words_of(findings.meaning), consulted.cosines)
    fresh = findings._replace(near=_near(findings, likely(gathered)), consulted=told)
    if gathered.exact and not findings.found.total:
        fresh = _with_exact(fresh, gathered.exact, query)
    elif consulted.model and _names_no_topic(findings):
        fresh = by_meaning(asking, fresh, gathered)
    near = fresh.near if query.after == 0 else []
    shown = [_explained(similarity, miss) for miss in near[:MOST_RELATED]]
    return fresh._replace(near=[*shown, *near[MOST_RELATED:]])


def _near(findings: Findings, likely: Sequence[NearMiss]) -> list[NearMiss]:
    """What is near: where names were understood, in the graph's own order, and then what only the index found."""
    if findings.meaning.unknown_subject:
        return list(likely)
    return [*findings.near, *(miss for miss in likely if miss.relation == SIMILAR)]


def _names_no_topic(findings: Findings) -> bool:
    """Whether it names no topic, and its words not what is asked for either: all together stand nowhere."""
    meaning = findings.meaning
    is_lost = bool(meaning.interpretation.unknown_words) or not findings.found.total
    return is_lost and not meaning.topics


def _explained(similarity: Similarity, miss: NearMiss) -> NearMiss:
    return miss if miss.relation != SIMILAR else miss._replace(why=similarity.why(miss.match))


def _with_exact(findings: Findings, exact: Sequence[Match], query: Query) -> Findings:
    """Words that are all in one text are known: there are resources that meet the whole question."""
    words = words_of(findings.meaning)
    interpretation = findings.meaning.interpretation
    known_words = [*interpretation.filters.get("words", ()), *interpretation.unknown_words]
    known = replace(interpretation, unknown_words=(), filters={**interpretation.filters, "words": known_words})
    end = query.after + query.limit
    found = Found(len(exact), exact[query.after : end], end if end < len(exact) else None, by_text=words)
    return findings._replace(meaning=findings.meaning._replace(interpretation=known), found=found)
