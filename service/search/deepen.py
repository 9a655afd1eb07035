"""What names leave open is asked of the index: who has all the words, and who is likely to help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.match_statements import AMONG
from service.catalog.matches import Match
from service.catalog.names import fold
from service.catalog.wanted import Wanted
from service.search.consult import Consulted, OpenQuestion, consult
from service.search.likelihood import SHOWN_FROM, WITH_MODEL, WITHOUT_MODEL, Signals
from service.search.meaning import Meaning
from service.search.query import Query
from service.search.rank import NearMiss
from service.search.retrieval import Retrieval
from service.search.retrieve import Found

SIMILAR = "similar_text"  # the relation of what only the index found


@dataclass(frozen=True)
class Findings:
    """What was found for a question, so far."""

    meaning: Meaning
    found: Found
    near: Sequence[NearMiss]
    consulted: Consulted = field(default_factory=Consulted)


def is_open(meaning: Meaning, found: Found) -> bool:
    """Whether names leave a question open: some of its words name nothing, or no resource has them all."""
    return bool(meaning.interpretation.unknown_words or (meaning.wanted.words and not found.total))


def deepen(session: Session, retrieval: Retrieval, query: Query, findings: Findings) -> Findings:
    """What the index adds to the findings; without an index they stay as they are."""
    words = words_of(findings.meaning)
    if not words:
        return findings
    wanted = _without_subject(findings.meaning.wanted)
    of_graph = frozenset(miss.match.number for miss in findings.near)
    consulted = consult(session, retrieval, OpenQuestion(query.q, words, wanted, of_graph, AMONG))
    if not consulted.steps:
        return replace(findings, consulted=consulted)
    allowed = matches.among(session, wanted, list(dict.fromkeys([*consulted.exact, *consulted.numbers])))
    exact = [allowed[number] for number in consulted.exact if number in allowed]
    near = likely(consulted, _candidates(findings.near, allowed), {match.number for match in exact})
    fresh = replace(findings, near=near, consulted=consulted)
    return _with_exact(fresh, exact, query) if exact else fresh


def words_of(meaning: Meaning) -> tuple[str, ...]:
    """The words of a question that carry its subject, folded: not what it asks of any subject, such as a media type."""
    interpretation = meaning.interpretation
    named = (topic.matched for topic in interpretation.topics if topic.by != "parameter")
    plain = (word for field, word in meaning.wanted.words if field == "")
    said = (*named, *plain, *interpretation.unknown_words)
    return tuple(dict.fromkeys(word for phrase in said for word in fold(phrase).split()))


def likely(consulted: Consulted, candidates: Mapping[int, NearMiss], exact: set[int]) -> list[NearMiss]:
    """Those that are likely to help, the likeliest first."""
    weights = WITH_MODEL if consulted.model else WITHOUT_MODEL
    scored = (
        miss._replace(score=round(weights.likelihood(signals_of(consulted, miss)), 2))
        for number, miss in candidates.items()
        if number not in exact
    )
    return sorted((miss for miss in scored if miss.score >= SHOWN_FROM), key=lambda miss: -miss.score)


def signals_of(consulted: Consulted, miss: NearMiss) -> Signals:
    """What is known of a candidate."""
    number = miss.match.number
    return Signals(consulted.lexical.get(number, 0.0), max(consulted.cosines.get(number, 0.0), 0.0), miss.score)


def _candidates(near: Sequence[NearMiss], allowed: Mapping[int, Match]) -> Mapping[int, NearMiss]:
    """Each resource once: as the graph found it, else as the index did."""
    of_graph = {miss.match.number: miss for miss in near}
    similar = (NearMiss(SIMILAR, match, 0.0) for number, match in allowed.items() if number not in of_graph)
    return of_graph | {miss.match.number: miss for miss in similar}


def _without_subject(wanted: Wanted) -> Wanted:
    """What is asked of a resource beside its subject."""
    return replace(wanted, topics=(), words=tuple(pair for pair in wanted.words if pair[0] in ("author", "host")))


def _with_exact(findings: Findings, exact: Sequence[Match], query: Query) -> Findings:
    """Words that are all in one text are known: there are resources that meet the whole question."""
    words = words_of(findings.meaning)
    interpretation = findings.meaning.interpretation
    known_words = [*interpretation.filters.get("words", ()), *interpretation.unknown_words]
    known = replace(interpretation, unknown_words=(), filters={**interpretation.filters, "words": known_words})
    end = query.after + query.limit
    found = Found(len(exact), exact[query.after : end], end if end < len(exact) else None, by_text=words)
    return replace(findings, meaning=replace(findings.meaning, interpretation=known), found=found)
