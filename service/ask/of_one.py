"""What is asked about one resource: named by its title, or the one that was looked at last."""

from collections.abc import Mapping
from typing import Any

import orjson

from service.ask.defining import describe
from service.ask.finding import told_resource, topics_of
from service.ask.library import Library
from service.ask.pointed import known_of
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.best_resources import cards_of
from service.recommend.similar import similar
from service.search.answer import Answer
from service.search.before import Before
from service.search.meaning import OF_ONE


def tell_titled(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """What is known of what bears the title, and of the topic where that was asked; or what is like the first of it."""
    cards = [hit.card for hit in found.items[:limit]]
    if found.meant.variant == "similar" and cards:
        return _alike(library, orjson.loads(cards[0]), sources, limit)
    claims = [claim for card in cards for claim in known_of(library, orjson.loads(card), sources)]
    described = (claim for topic in topics_of(found)[:1] for claim in describe(library, topic, sources))
    return Told([*claims, *described], cards)


def of_one(library: Library, found: Answer, before: Before | None, sources: Sources, limit: int) -> Told | None:
    """On the resource that was looked at last, where "it" is asked about; None where something else is."""
    asked = found.interpretation
    names_other = asked.unknown_words or any(topic.by != "conversation" for topic in asked.topics)
    if before is None or not before.at or found.meant.variant not in OF_ONE or names_other:
        return None
    card = next(iter(cards_of(library.session, before.at[:1]).values()), None)
    if card is None:
        return None
    if found.meant.variant == "similar":
        return _alike(library, orjson.loads(card), sources, limit)
    return Told(list(known_of(library, orjson.loads(card), sources)), [card], is_aside=True)


def _alike(library: Library, card: Mapping[str, Any], sources: Sources, limit: int) -> Told:
    model = library.retrieval.model if library.retrieval else ""
    like = similar(library.session, library.graph, card, limit, model)
    if not like:
        return Told([Claim(f"Nothing here is like “{card['title']}”.", sources.of_resource(card))])
    claims = [Claim(f"These are most like “{card['title']}”.", sources.of_resource(card))]
    for one in like:
        other = orjson.loads(one.resource)
        why = f"{one.why[:1].lower()}{one.why[1:]}"
        claims.append(Claim(f"{told_resource(library, other)}: {why}", sources.of_resource(other)))
    return Told(claims, [one.resource for one in like])
