"""What the index knows of a question, gathered: who has all its words, and what speaks for everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.match_statements import AMONG
from service.catalog.matches import Match
from service.graph import KnowledgeGraph
from service.search.consult import Consulted, OpenQuestion, consult
from service.search.described import Described, described
from service.search.findings import Findings, words_of
from service.search.likelihood import MOST_DETAIL, SHOWN_FROM, WITH_MODEL, WITHOUT_MODEL, Signals, closeness
from service.search.loosen import without_subject
from service.search.meaning import Meaning
from service.search.query import Query
from service.search.rank import NearMiss
from service.search.relax import WEIGHTS
from service.search.retrieval import Retrieval

SIMILAR = "similar_text"  # the relation of what only the index found
MISSING = {relation: weight for relation, weight in WEIGHTS.items() if relation != "unknown_words"}


@dataclass(frozen=True)
class Asking:
    """A question, and what it is asked of."""

    session: Session
    graph: KnowledgeGraph
    retrieval: Retrieval
    query: Query


@dataclass(frozen=True)
class Gathered:
    """What the index was asked and said."""

    consulted: Consulted
    exact: Sequence[Match]  # those that have all the words, the best first
    candidates: Mapping[NearMiss, Signals]  # for what is related
    described: Described


def gather(asking: Asking, findings: Findings) -> Gathered:
    """Ask the index, and keep what meets all that the question asks beside its subject."""
    words = words_of(findings.meaning)
    if not words:
        return Gathered(Consulted(), (), {}, described(asking.graph, {}))
    wanted = without_subject(findings.meaning.wanted)
    of_graph = {miss.match.number: miss for miss in findings.near}
    question = OpenQuestion(_text(asking.query, findings), words, wanted, frozenset(of_graph), AMONG)
    consulted = consult(asking.session, asking.retrieval, question)
    allowed = matches.among(asking.session, wanted, list(dict.fromkeys([*consulted.exact, *consulted.numbers])))
    topics = described(asking.graph, consulted.subjects)
    allowed |= {match.number: match for match in topics.resources(asking.session, wanted)}
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
    topics = [topics_of(miss) for miss in candidates]
    best: dict[str, float] = {}
    for one, filed in zip(known, topics, strict=True):
        close = closeness(*one)
        best |= {topic: max(best.get(topic, 0.0), close) for topic in filed}
    strength = {topic: max(most, described.nearness(topic)) for topic, most in best.items()}
    company = [max((strength[topic] for topic in filed), default=0.0) for filed in topics]
    detail = min(len(meaning.text.split()), MOST_DETAIL) / MOST_DETAIL
    is_missing = float(bool(meaning.spelled_out and meaning.interpretation.unknown_words))
    return [Signals(*one, with_, detail, is_missing) for one, with_ in zip(known, company, strict=True)]


def topics_of(miss: NearMiss) -> list[str]:
    """The ids of the topics that a resource is filed under."""
    return [topic["id"] for topic in orjson.loads(miss.match.card)["topics"]]


def likely(gathered: Gathered) -> list[NearMiss]:
    """The candidates that are likely to help, the likeliest first; those that miss a constraint count for less."""
    weights = WITH_MODEL if gathered.consulted.model else WITHOUT_MODEL
    scored = [
        miss._replace(score=round(likelihood * MISSING.get(miss.relation, 1.0), 2))
        for miss, of in gathered.candidates.items()
        if (likelihood := weights.likelihood(of)) >= SHOWN_FROM
    ]
    return sorted(scored, key=lambda miss: (-miss.score, miss.match.number))
