"""What is near a question when few resources meet all that it asks."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.matches import Match
from service.catalog.wanted import Wanted
from service.graph import KnowledgeGraph
from service.search.likelihood import SHOWN_FROM
from service.search.look_up import matching
from service.search.meaning import Meaning
from service.search.rank import NearMiss, NearMisses, rank
from service.search.relax import LOOKED_UP, WEIGHTS, constraints_relaxed, relaxations


def around_topic(session: Session, graph: KnowledgeGraph, meaning: Meaning) -> NearMisses:
    """What the graph finds for a topic that is supposed, as for one that is named; as sure as the topic is."""
    asked = without_subject(meaning.wanted)._replace(topics=(graph.with_narrower(meaning.topics[0]),))
    return near_misses(session, graph, meaning.with_wanted(asked), ())


def near_misses(
    session: Session, graph: KnowledgeGraph, meaning: Meaning, exact_numbers: Collection[int]
) -> NearMisses:
    """What misses one thing of what is asked: the nearest relations first, until there are enough of them to show."""
    near: list[tuple[str, Sequence[Match]]] = []
    for relaxation in relaxations(graph, meaning):
        near.append((relaxation.relation, matching(session, graph, relaxation.wanted, 0, LOOKED_UP)))
        if len(near[-1][1]) == LOOKED_UP:
            break
    return rank(meaning, near, exact_numbers)


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


def without_subject(wanted: Wanted) -> Wanted:
    """What is asked of a resource beside its subject."""
    return wanted._replace(topics=(), words=tuple(pair for pair in wanted.words if pair[0] in ("author", "host")))
