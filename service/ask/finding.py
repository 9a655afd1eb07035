"""Answers that name resources: what was found, the most suitable first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from service.ask import wording
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.best_resources import Preference, best_under
from service.catalog.names import fold
from service.search.answer import Answer, Hit, Related

LOOKED_THROUGH = 20  # resources that the most suitable are chosen from
CITED_TOPICS = 3
EASY = "beginner"
BEST_OF_EACH = 2  # topic, where several stand beside each other


def find(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """What was found and, where nothing meets the question, what comes close."""
    shown = suitable(library, found, limit) or found.related[: found.interpretation.filters.get("count", limit)]
    claims = [Claim(found.message, sources.of_topics(topics_of(found)[:CITED_TOPICS]))]
    claims += [_named(library, one, sources) for one in shown]
    claims += _on_wishes(library, found, sources)
    return Told(claims, [one.card for one in shown])


def suitable(library: Library, found: Answer, limit: int) -> Sequence[Hit]:
    """The items to show: as many as were asked for, those first whose titles suit the level."""
    filters = found.interpretation.filters
    level = filters.get("level")
    items = list(found.items)
    if level:
        items.sort(key=lambda hit: _distance(library, orjson.loads(hit.card)["title"], level))
    return items[: filters.get("count", limit)]


def topics_of(found: Answer) -> list[str]:
    """The topics that the question names, each once."""
    return list(dict.fromkeys(topic.id for topic in found.interpretation.topics))


def told_resource(library: Library, card: Mapping[str, Any]) -> str:
    """A resource in a sentence."""
    return wording.resource(card, library.vocabulary.media_types[card["media_type"]].label)


def preference(found: Answer) -> Preference:
    """What the question wishes of resources, whatever they are on."""
    meant = found.meant
    return Preference(language=meant.language, media_types=meant.media_types, is_free=meant.is_free)


def best_claims(
    library: Library, topics: Sequence[str], found: Answer, sources: Sources, limit: int
) -> tuple[list[Claim], list[str]]:
    """The best resources of several topics, each told with its topic; and their cards."""
    best = best_under(library.session, topics, preference(found), BEST_OF_EACH)
    pairs = [(topic, card) for topic in topics for card in best.get(topic, ())][:limit]
    claims = [_filed(library, topic, orjson.loads(card), sources) for topic, card in pairs]
    return claims, [card for _, card in pairs]


def _filed(library: Library, topic: str, card: Mapping[str, Any], sources: Sources) -> Claim:
    text = f"{told_resource(library, card)} is filed under {library.graph.label(topic)}."
    return Claim(text, sources.of_resource(card))


def _named(library: Library, one: Hit | Related, sources: Sources) -> Claim:
    card = orjson.loads(one.card)
    return Claim(f"{told_resource(library, card)}{as_ending(one.why)}.", sources.of_resource(card))


def as_ending(why: str) -> str:
    """Why a resource is named, as the rest of a sentence on it."""
    if why.startswith("with "):
        return f" has {why.removeprefix('with ')}"
    return f": {why}" if why.startswith("its ") else f" is {why}"


def _on_wishes(library: Library, found: Answer, sources: Sources) -> Iterator[Claim]:
    """What can be said where the best, or a level, is wished for: pages state neither."""
    if "best" in found.interpretation.filters and found.total > 1:
        yield Claim("No page says which is best; they stand as the pages list them.")
    level, asked = found.interpretation.filters.get("level"), topics_of(found)
    if not level:
        return
    yield Claim("No page says how hard a resource is; those whose titles tell come first.")
    rows = [row for topic in asked[:1] for row, _ in library.graph.prerequisites(topic, depth=1)]
    if level == EASY and rows:
        names = wording.joined(library.graph.label(row.prerequisite_id) for row in rows)
        text = f"If it is too hard, begin with what {library.graph.label(asked[0])} builds on: {names}."
        yield Claim(text, [number for row in rows for number in sources.of_edge(row)])


def _distance(library: Library, title: str, level: str) -> int:
    """How far a title is from a level: 0 says so, 1 says nothing, 2 says otherwise."""
    text = f" {fold(title)} "
    said = {known for phrase, known in library.vocabulary.question_words.title_levels.items() if f" {phrase} " in text}
    return 0 if level in said else 2 if said else 1
