"""What is told of resources that were asked for by their title."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson
from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.best_resources import topics_with
from service.catalog.matches import Match
from service.catalog.names import fold
from service.catalog.resources import first_after
from service.catalog.wanted import Wanted
from service.graph import KnowledgeGraph
from service.search.findings import Findings
from service.search.look_up import matching
from service.search.meaning import Meaning
from service.search.query import Query
from service.search.rank import rank
from service.search.relax import LOOKED_UP
from service.search.retrieve import Found
from service.search.wording import words_phrase

BESIDE = "other_words"  # the relation of what else is filed under the same topics


@dataclass(frozen=True)
class Titled:
    """The resources that bear a title, and what the question says besides it."""

    numbers: Sequence[int]
    besides: Meaning


def titled(session: Session, graph: KnowledgeGraph, query: Query, findings: Findings, of: Titled) -> Findings:
    """Those resources and nothing else; near them, what the words mean besides, and what shares their topics."""
    shown, next_after = first_after(of.numbers, query.after, query.limit)
    bearing = matches.with_cards(session, shown, [""] * len(shown))
    cards = [orjson.loads(card) for card in bearing.cards]
    topics = tuple(sorted(topics_with(session, [card["id"] for card in cards]), key=graph.order.__getitem__))
    meaning = _meaning(findings.meaning, of.besides, cards[0]["title"] if cards else "", topics)
    found = Found(len(of.numbers), bearing, next_after, meaning.wanted)
    if query.after:
        return Findings(meaning, found, ())
    beside = ((BESIDE, findings.found.matches), (BESIDE, _beside(session, graph, meaning)))
    why = f"{words_phrase(findings.meaning)}, but not {words_phrase(meaning)}"  # of what no topic led to
    near = rank(meaning, beside, of.numbers)
    return Findings(meaning, found, [miss if miss.match.topic_id else miss._replace(why=why) for miss in near])


def _meaning(meaning: Meaning, besides: Meaning, title: str, topics: tuple[str, ...]) -> Meaning:
    """That title; with its topics as what is talked about, for the next question of a conversation."""
    asked, said = meaning.interpretation, besides.interpretation
    is_defined = asked.intent == "define"
    told = replace(
        said,
        intent="define" if is_defined else "find_resources",
        topics=asked.topics if is_defined else (),
        filters={**said.filters, "title": title},
        corrections=asked.corrections,
    )
    groups = (topics,) if topics else ()
    return Meaning(told, groups, besides.wanted, text=fold(title), variant=besides.variant)


def _beside(session: Session, graph: KnowledgeGraph, meaning: Meaning) -> Sequence[Match]:
    if not meaning.topics:
        return ()
    return matching(session, graph, Wanted(topics=(graph.with_narrower(meaning.topics[0]),)), 0, LOOKED_UP)
