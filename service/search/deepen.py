"""What names leave open is asked of the index: who has all the words, and who is likely to help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson
from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.match_statements import AMONG
from service.catalog.matches import Match
from service.catalog.wanted import Wanted
from service.graph import KnowledgeGraph
from service.search.answer import Consultation
from service.search.consult import Consulted, OpenQuestion, consult
from service.search.described import Described, described
from service.search.findings import Findings, words_of
from service.search.likelihood import MOST_DETAIL, SHOWN_FROM, WITH_MODEL, WITHOUT_MODEL, Signals, closeness
from service.search.meaning import Meaning
from service.search.query import Query
from service.search.rank import NearMiss
from service.search.retrieval import Retrieval
from service.search.retrieve import Found
from service.search.similar import Similarity

SIMILAR = "similar_text"  # the relation of what only the index found


@dataclass(frozen=True)
class Gathered:
    """What the index was asked and said."""

    consulted: Consulted
    exact: Sequence[Match]  # those that have all the words, the best first
    candidates: Mapping[NearMiss, Signals]  # for what is related
    described: Described


def deepen(session: Session, graph: KnowledgeGraph, retrieval: Retrieval, query: Query, findings: Findings) -> Findings:
    """What the index adds to the findings; without an index they stay as they are."""
    gathered = gather(session, graph, retrieval, query, findings)
    consulted = gathered.consulted
    told = Consultation(("names", *consulted.steps), consulted.model, consulted.lacking)
    if not consulted.steps:
        return replace(findings, consulted=told)
    similarity = Similarity(graph, words_of(findings.meaning), consulted.cosines)
    near = [_explained(similarity, miss) for miss in _near(findings, gathered)] if query.after == 0 else []
    fresh = replace(findings, near=near, consulted=told)
    return _with_exact(fresh, gathered.exact, query) if gathered.exact and not findings.found.total else fresh


def gather(session: Session, graph: KnowledgeGraph, retrieval: Retrieval, query: Query, findings: Findings) -> Gathered:
    """Ask the index, and keep what meets all that the question asks beside its subject."""
    words = words_of(findings.meaning)
    if not words:
        return Gathered(Consulted(), (), {}, described(graph, {}))
    wanted = _without_subject(findings.meaning.wanted)
    of_graph = {miss.match.number: miss for miss in findings.near}
    consulted = consult(
        session, retrieval, OpenQuestion(_text(query, findings), words, wanted, frozenset(of_graph), AMONG)
    )
    allowed = matches.among(session, wanted, list(dict.fromkeys([*consulted.exact, *consulted.numbers])))
    topics = described(graph, consulted.subjects)
    allowed |= {match.number: match for match in topics.resources(session, wanted)}
    exact = [allowed[number] for number in consulted.exact if number in allowed]
    others = of_graph | {number: NearMiss(SIMILAR, allowed[number], 0.0) for number in allowed.keys() - of_graph.keys()}
    known = {match.number for match in findings.found.matches or exact}
    candidates = list(others.values())
    told = dict(zip(candidates, signals(findings.meaning, consulted, topics, candidates), strict=True))
    unknown = {miss: of for miss, of in told.items() if miss.match.number not in known}
    return Gathered(consulted, exact, unknown, topics)


def _text(query: Query, findings: Findings) -> str:
    """What the question says on its subject, with the abbreviations in it spelled out; "videos on" is near videos."""
    names, text = findings.meaning.spelled_out, findings.meaning.text or query.q
    return f"{text} ({', '.join(names)})" if names else text


def signals(
    meaning: Meaning, consulted: Consulted, described: Described, candidates: Sequence[NearMiss]
) -> list[Signals]:
    """What is known of each candidate."""
    numbers = [miss.match.number for miss in candidates]
    known = [(consulted.lexical.get(n, 0.0), max(consulted.cosines.get(n, 0.0), 0.0)) for n in numbers]
    topics = [[topic["id"] for topic in orjson.loads(miss.match.card)["topics"]] for miss in candidates]
    best: dict[str, float] = {}
    for one, filed in zip(known, topics, strict=True):
        best |= {topic: max(best.get(topic, 0.0), closeness(*one)) for topic in filed}
    company = [max((max(best[one], described.nearness(one)) for one in filed), default=0.0) for filed in topics]
    detail = min(len(meaning.text.split()), MOST_DETAIL) / MOST_DETAIL
    is_missing = float(bool(meaning.spelled_out and meaning.interpretation.unknown_words))
    return [Signals(*one, with_, detail, is_missing) for one, with_ in zip(known, company, strict=True)]


def _near(findings: Findings, gathered: Gathered) -> list[NearMiss]:
    """What is near: where names were understood, in the graph's own order, and then what only the index found."""
    likely = _likely(gathered)
    if findings.meaning.interpretation.unknown_words:
        return likely
    return [*findings.near, *(miss for miss in likely if miss.relation == SIMILAR)]


def _likely(gathered: Gathered) -> list[NearMiss]:
    """The candidates that are likely to help, the likeliest first."""
    weights = WITH_MODEL if gathered.consulted.model else WITHOUT_MODEL
    scored = [miss._replace(score=round(weights.likelihood(of), 2)) for miss, of in gathered.candidates.items()]
    return sorted(
        (miss for miss in scored if miss.score >= SHOWN_FROM), key=lambda miss: (-miss.score, miss.match.number)
    )


def _explained(similarity: Similarity, miss: NearMiss) -> NearMiss:
    return miss if miss.relation != SIMILAR else miss._replace(why=similarity.why(miss.match))


def _without_subject(wanted: Wanted) -> Wanted:
    """What is asked of a resource beside its subject."""
    return wanted._replace(topics=(), words=tuple(pair for pair in wanted.words if pair[0] in ("author", "host")))


def _with_exact(findings: Findings, exact: Sequence[Match], query: Query) -> Findings:
    """Words that are all in one text are known: there are resources that meet the whole question."""
    words = words_of(findings.meaning)
    interpretation = findings.meaning.interpretation
    known_words = [*interpretation.filters.get("words", ()), *interpretation.unknown_words]
    known = replace(interpretation, unknown_words=(), filters={**interpretation.filters, "words": known_words})
    end = query.after + query.limit
    found = Found(len(exact), exact[query.after : end], end if end < len(exact) else None, by_text=words)
    return replace(findings, meaning=replace(findings.meaning, interpretation=known), found=found)
