"""A question becomes a reply: searched, told in the way that its intent wants, with its sources."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from service import search
from service.ask.comparing import compare
from service.ask.defining import define
from service.ask.finding import LOOKED_THROUGH, find, topics_of
from service.ask.library import Library, Question
from service.ask.listing import list_resources
from service.ask.ordering import path, prerequisites
from service.ask.reply import Claim, Reply, Told
from service.ask.showing import demo_of, show
from service.ask.sources import Sources
from service.search import wording
from service.search.answer import Answer
from service.search.before import Before
from service.search.meaning import BY_MEANING
from service.search.query import Query

Teller = Callable[[Library, Answer, Sources, int], Told]
TELLERS: Mapping[str, Teller] = {
    "define": define,
    "list": list_resources,
    "prerequisites": prerequisites,
    "path": path,
    "compare": compare,
    "demo": show,
}
ALL_SHOWN = "That was all."


def reply(library: Library, question: Question) -> Reply:
    """The answer to a question, from the library alone."""
    found = _search(library, question)
    sources = Sources(library, topics_of(found))
    told = _told(library, found, sources, question)
    demo = told.demo or demo_of(library, found)
    return Reply(
        claims=told.claims,
        interpretation=found.interpretation,
        citations=sources.citations,
        resources=told.resources,
        path=told.path,
        demo=demo,
        consulted=found.consulted,
        meant=_next_context(found, question),
    )


def _next_context(found: Answer, question: Question) -> Before:
    """A question that asked for nothing ("thank you") changes nothing."""
    return question.before if question.before and found.interpretation.intent == "unknown" else found.meant


def _search(library: Library, question: Question) -> Answer:
    """What was found; "more" goes on where the last stretch ended."""
    query = Query(question.text, limit=LOOKED_THROUGH, correct=question.correct, before=question.before)
    found = _ask(library, query)
    before = question.before
    if found.meant.variant == "more" and before and before.after is not None:
        return _ask(library, query._replace(after=before.after))
    return found


def _ask(library: Library, query: Query) -> Answer:
    return search.answer(library.session, library.graph, library.vocabulary, query, library.retrieval)


def _told(library: Library, found: Answer, sources: Sources, question: Question) -> Told:
    before = question.before
    if found.meant.variant == "more" and before and before.after is None:
        return Told([Claim(ALL_SHOWN)])
    if found.interpretation.intent == "unknown" and not found.interpretation.unknown_words:
        return Told([Claim(_what_to_ask(library))])
    told = TELLERS.get(found.interpretation.intent, find)(library, found, sources, question.limit)
    return replace(told, claims=[*_reservations(found, sources, told), *told.claims])


def _reservations(found: Answer, sources: Sources, told: Told) -> Iterator[Claim]:
    """What was not understood, and what is supposed, where the claims do not say it: a way leads to a topic."""
    words, topics = found.interpretation.unknown_words, found.interpretation.topics
    if not words or not topics or any(claim.text == found.message for claim in told.claims):
        return
    yield Claim(f"{wording.listed(words)} {wording.is_are(len(words))} not known here.")
    for topic in topics:
        if topic.by == BY_MEANING:
            yield Claim(wording.may_be_about(topic.label, topic.confidence), sources.of_topic(topic.id))


def _what_to_ask(library: Library) -> str:
    """Said to who asked for nothing."""
    graph = library.graph
    topic = max(
        graph.topics, key=lambda id: (len(graph.accepted_into.get(id, ())), graph.resource_count(id)), default=None
    )
    if topic is None:
        return "The graph is empty: no page was ingested yet."
    label = graph.label(topic)
    return f"Ask about a topic: “videos on {label}”, “what comes before {label}?” or “which topics are there?”."
