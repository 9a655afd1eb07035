"""What is near a question that only its meaning understands, when few resources meet all that it asks besides."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.wanted import Wanted
from service.graph import KnowledgeGraph
from service.search.likelihood import SHOWN_FROM
from service.search.meaning import Meaning
from service.search.rank import NearMiss, rank
from service.search.relax import LOOKED_UP, WEIGHTS, constraints_relaxed, relaxations


def around_topic(session: Session, graph: KnowledgeGraph, meaning: Meaning) -> list[NearMiss]:
    """What the graph finds for a topic that is supposed, as for one that is named; as sure as the topic is."""
    subject = (graph.with_narrower(meaning.topics[0]),)
    asked = meaning.wanted._replace(topics=subject, words=_of_makers(meaning.wanted))
    near = []
    for relaxation in relaxations(graph, meaning.with_wanted(asked)):
        near.append((relaxation.relation, matches.matching(session, relaxation.wanted, 0, LOOKED_UP)))
        if len(near[-1][1]) == LOOKED_UP:
            break
    return rank(meaning, near, ())


def missing_one(
    session: Session, graph: KnowledgeGraph, wanted: Wanted, likely: Sequence[NearMiss]
) -> Iterator[NearMiss]:
    """Of what is likely to help whatever is asked besides, that which misses one constraint, and which one."""
    by_number = {miss.match.number: miss for miss in likely}
    for relaxation in constraints_relaxed(graph, wanted):
        for number, match in matches.among(session, relaxation.wanted, list(by_number)).items():
            sure = round(by_number.pop(number).score * WEIGHTS[relaxation.relation], 2)
            if sure >= SHOWN_FROM:
                yield NearMiss(relaxation.relation, match, sure)


def without_constraints(wanted: Wanted) -> Wanted:
    """Only the words on the subject, and what is not wanted: a no is never relaxed."""
    plain = tuple(pair for pair in wanted.words if pair[0] == "")
    return Wanted(words=plain, without_topics=wanted.without_topics, without_words=wanted.without_words)


def _of_makers(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in wanted.words if pair[0] in ("author", "host"))
