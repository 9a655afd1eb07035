"""Topics side by side: where they stand, how they hang together, what there is on each."""

from collections.abc import Iterator
from dataclasses import replace

from service.ask import wording
from service.ask.defining import describe
from service.ask.finding import best_claims, find, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog import matches
from service.catalog.wanted import Wanted
from service.search.answer import Answer

MOST_COMPARED = 3


def compare(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """What the graph says of each, and of their relation; it does not say which is better."""
    asked = topics_of(found)[:MOST_COMPARED]
    if len(asked) < 2:
        told = find(library, found, sources, limit)
        return replace(told, claims=[*_told_together(found, sources), *told.claims])
    claims = [
        claim for topic in asked for claim in (*describe(library, topic, sources), _held(library, topic, sources))
    ]
    claims += _relation(library, asked[0], asked[1], sources)
    named, cards = best_claims(library, asked, found, sources, limit)
    return Told([*claims, *named], cards)


def _told_together(found: Answer, sources: Sources) -> Iterator[Claim]:
    """That several names mean one topic here: what a page keeps in one place cannot be told apart."""
    topics = found.interpretation.topics
    is_all = not (found.interpretation.unknown_words or "words" in found.interpretation.filters)
    if len(topics) == 1 and topics[0].matched != found.meant.text and is_all:
        text = f"“{found.meant.text}” is all in one topic here, {topics[0].label}: no page tells it apart."
        yield Claim(text, sources.of_topic(topics[0].id))


def _held(library: Library, topic: str, sources: Sources) -> Claim:
    """How many resources of each media type are filed under it or under what is nested in it."""
    inside = library.graph.with_narrower([topic])
    held = []
    for media_type in library.vocabulary.media_types.values():
        if any(library.graph.resource_count(one, media_type.id) for one in inside):
            count = matches.total(library.session, Wanted(topics=(inside,), media_types=(media_type.id,)))
            held.append(wording.counted(count, media_type.label.lower(), media_type.plural.lower()))
    text = f"{library.graph.label(topic)} has {wording.joined(held) or 'no resources'}."
    return Claim(text, sources.of_topic(topic))


def _relation(library: Library, one: str, other: str, sources: Sources) -> Iterator[Claim]:
    graph = library.graph
    for early, late in ((one, other), (other, one)):
        if early in graph.ancestors([late]):
            yield Claim(f"{graph.label(late)} builds on {graph.label(early)}.", sources.of_topics((early, late)))
        if early != late and late in graph.with_narrower([early]):
            yield Claim(f"{graph.label(late)} is nested in {graph.label(early)}.", sources.of_topics((early, late)))
    both = graph.ancestors([one]) & graph.ancestors([other])
    if shared := sorted(both, key=graph.order.__getitem__):
        yield Claim(f"Both build on {wording.joined(map(graph.label, shared))}.", sources.of_topics(shared[:3]))
