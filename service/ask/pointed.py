"""Telling of what a question points at: a resource or a topic that the last answer showed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from service.ask import wording
from service.ask.finding import told_resource
from service.ask.library import Library
from service.ask.pointing import Pointed
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog import best_resources
from service.search import wording as search_wording
from service.search.before import Before

GONE = "What was shown in that place is no longer here."
_FACTS = {  # what may be known of a resource, by any of these fields
    ("authors", "publisher"): "who made it",
    ("year",): "when it was made",
    ("duration_minutes",): "how long it takes",
    ("is_free",): "whether it is free",
}


def chosen_topic(before: Before, pointed: Pointed) -> str | None:
    """The topic pointed at; None where resources are."""
    is_step = pointed.is_step or (before.intent == "path" and not pointed.media_types) or not before.shown
    return next(iter(_at(before.told, pointed.places)), None) if is_step else None


def tell(library: Library, before: Before, pointed: Pointed, sources: Sources) -> Told:
    """What is known of the resources pointed at; or that nothing was shown there."""
    if before.told and (pointed.is_step or not before.shown):
        return Told([Claim(_not_there(len(before.told), "topic" if len(before.told) == 1 else "topics"))])
    cards = best_resources.cards_of(library.session, before.shown)
    shown = [id for id in before.shown if not pointed.media_types or _is_one_of(cards.get(id), pointed.media_types)]
    chosen = _at(shown, pointed.places)
    if not chosen:
        noun = search_wording.noun(library.vocabulary, pointed.media_types, max(len(shown), 1))
        return Told([Claim(_not_there(len(shown), noun))])
    still = [cards[id] for id in chosen if id in cards]
    claims = [claim for card in still for claim in known_of(library, orjson.loads(card), sources)]
    if len(still) < len(chosen):
        claims.append(Claim(GONE))
    return Told(claims, still)


def _is_one_of(card: str | None, media_types: Sequence[str]) -> bool:
    return card is not None and orjson.loads(card)["media_type"] in media_types


def next_context(before: Before, topic: str) -> Before:
    """The context in which one of several topics was looked at: the others can still be pointed at."""
    return replace(before, topics=((topic,),), words=(), unknown=(), text="", at=())


def _at(several: Sequence[str], places: Sequence[int]) -> list[str]:
    """Those at the places, from 1; -1 is the last."""
    found = (several[place - 1 if place > 0 else place] for place in places if 0 < abs(place) <= len(several))
    return list(dict.fromkeys(found))


def _not_there(shown: int, noun: str) -> str:
    return f"The last answer showed {shown or 'no'} {noun}, and so none in that place."


def known_of(library: Library, card: Mapping[str, Any], sources: Sources) -> Iterator[Claim]:
    """All that pages say of a resource, and what they do not say."""
    numbers = sources.of_resource(card)
    places = wording.joined(topic["label"] for topic in card["topics"]) or "no topic"
    yield Claim(f"{told_resource(library, card)} is filed under {places}.", numbers)
    yield Claim(f"It is at {card['url']}.", numbers)
    if card["language"]:
        yield Claim(f"It is in {search_wording.language_name(library.vocabulary, card['language'])}.", numbers)
    if card["is_free"]:
        yield Claim("It is free.", numbers)
    visible = (mention for mention in card["mentions"] if mention["locator"] and not mention["is_hidden"])
    for place in dict.fromkeys(mention["locator"] for mention in visible):
        yield Claim(f"The page points to a place in it: {place}.", numbers)
    for note in card["notes"]:
        yield Claim(f"The page notes: “{note}”", numbers)
    unsaid = [fact for fields, fact in _FACTS.items() if not any(card[field] for field in fields)]
    if unsaid:
        yield Claim(f"No page says {search_wording.either(unsaid)}.", numbers)
