"""A question becomes a reply: searched, told in the way that its intent wants, with its sources."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from service import search
from service.ask.catalogue import ON_CATALOGUE, Teller
from service.ask.comparing import compare
from service.ask.defining import define
from service.ask.finding import LOOKED_THROUGH, find, topics_of
from service.ask.going_on import GOES_ON, Stretch, goes_on, ids_of, next_stretch
from service.ask.library import Library, Question
from service.ask.listing import list_resources
from service.ask.of_one import of_one, tell_titled
from service.ask.ordering import path, prerequisites
from service.ask.pointed import chosen_topic, next_context, tell
from service.ask.pointing import Pointed, pointed_at
from service.ask.reply import Claim, Reply, Told
from service.ask.showing import demo_of, show, shown_by
from service.ask.sources import Sources
from service.search import wording
from service.search.answer import Answer, Consultation, Interpretation
from service.search.before import Before
from service.search.meaning import BY_MEANING
from service.search.phrases import phrases_of
from service.search.query import Query

TELLERS: Mapping[str, Teller] = {
    "define": define,
    "list": list_resources,
    "count": list_resources,
    "prerequisites": prerequisites,
    "path": path,
    "compare": compare,
    "demo": show,
}
ALL_SHOWN = "That was all."
MOST_POINTED_AT = 50  # resources or topics of an answer that the next question may point at
NOTHING_SHOWN = "Nothing was shown yet that this could mean."


def reply(library: Library, question: Question) -> Reply:
    """The answer to a question, from the library alone."""
    pointed = pointed_at(phrases_of(library.graph, library.vocabulary), question.text)
    if pointed:
        return _on_pointed(library, question, pointed)
    stretch = _search(library, question)
    sources = Sources(library, topics_of(stretch.found))
    told = _with_demo(library, stretch.found, sources, _told(library, stretch, sources, question))
    return _replied(stretch.found, sources, told, _next_context(stretch, told, question))


def _with_demo(library: Library, found: Answer, sources: Sources, told: Told) -> Told:
    """With the demo that shows what is asked about; said in words, too, where no resource meets the question."""
    demo = told.demo or demo_of(library, found)
    if demo is None or demo is told.demo or found.total:
        return replace(told, demo=demo)
    return replace(told, demo=demo, claims=[*told.claims, shown_by(library, found, demo, sources)])


def _replied(found: Answer, sources: Sources, told: Told, meant: Before) -> Reply:
    return Reply(
        claims=told.claims,
        interpretation=found.interpretation,
        citations=sources.citations,
        resources=told.resources,
        path=told.path,
        demo=told.demo,
        consulted=found.consulted,
        meant=meant,
    )


def _on_pointed(library: Library, question: Question, pointed: Pointed) -> Reply:
    """On what the last answer showed: one of its topics, or some of its resources."""
    before = question.before or Before()
    topic = chosen_topic(before, pointed)
    if topic is not None and topic in library.graph.topics:
        return _on_topic(library, question, topic, next_context(before, topic))
    sources = Sources(library, [id for group in before.topics for id in group])
    was_shown = before.shown or before.told
    told = tell(library, before, pointed, sources) if was_shown else Told(_nothing_shown(library))
    interpretation = Interpretation("define", filters={"place": list(pointed.places)})
    meant = replace(before, at=ids_of(told.resources)[:1])
    return Reply(told.claims, sources.citations, interpretation, told.resources, None, None, Consultation(), meant)


def _on_topic(library: Library, question: Question, topic: str, meant: Before) -> Reply:
    found = _ask(library, Query("", topic=topic, limit=LOOKED_THROUGH))
    found = found._replace(interpretation=replace(found.interpretation, intent="define"))
    sources = Sources(library, [topic])
    return _replied(found, sources, define(library, found, sources, question.limit), meant)


def _next_context(stretch: Stretch, told: Told, question: Question) -> Before:
    """What asks for nothing ("thank you"), for more where all was shown, or on one that was shown, changes nothing."""
    before = question.before
    is_nothing = stretch.found.interpretation.intent == "unknown" or told.is_aside
    if before and (is_nothing or _is_over(stretch, before)):
        return before
    return stretch.before(ids_of(told.resources[:MOST_POINTED_AT]), tuple(told.topics[:MOST_POINTED_AT]))


def _is_over(stretch: Stretch, before: Before | None) -> bool:
    return goes_on(stretch.found, before) and stretch.is_over


def _search(library: Library, question: Question) -> Stretch:
    """What was found; "more" goes on where the last answer ended."""
    query = Query(question.text, limit=LOOKED_THROUGH, correct=question.correct, before=question.before)
    found = _ask(library, query)
    before = question.before
    if before is None or not goes_on(found, before):
        return Stretch(found)
    return next_stretch(lambda after: _ask(library, query._replace(after=after)), found, before)


def _ask(library: Library, query: Query) -> Answer:
    return search.answer(library.session, library.graph, library.vocabulary, query, library.retrieval)


def _told(library: Library, stretch: Stretch, sources: Sources, question: Question) -> Told:
    found = stretch.found
    asked = found.interpretation
    if _is_over(stretch, question.before):
        return Told([Claim(ALL_SHOWN)])
    if found.meant.variant in GOES_ON and not (asked.topics or asked.media_types or asked.filters or found.meant.text):
        return Told(_nothing_shown(library))
    if asked.intent == "unknown" and not asked.unknown_words:
        return Told([Claim(_what_to_ask(library))])
    if on_it := of_one(library, found, question.before, sources, question.limit):
        return on_it
    limit = 1 if found.meant.variant == "another" else question.limit
    told = _teller(found)(library, found, sources, limit)
    return replace(told, claims=[*_reservations(found, sources, told), *told.claims])


def _teller(found: Answer) -> Teller:
    asked = found.interpretation
    if "title" in asked.filters:
        return tell_titled
    is_known = not asked.unknown_words
    return (is_known and ON_CATALOGUE.get(found.meant.variant)) or TELLERS.get(asked.intent, find)


def _nothing_shown(library: Library) -> list[Claim]:
    return [Claim(NOTHING_SHOWN), Claim(_what_to_ask(library))]


def _reservations(found: Answer, sources: Sources, told: Told) -> Iterator[Claim]:
    """What was not understood, and what is supposed, where the claims do not say it: a way leads to a topic."""
    words, topics = found.interpretation.unknown_words, found.interpretation.topics
    if not topics or any(claim.text == found.message for claim in told.claims):
        return
    if words:
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
