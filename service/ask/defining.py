"""What a topic is, as far as the graph knows: its place, what it builds on, and who explains it."""

from collections.abc import Iterator

import orjson

from service.ask import wording
from service.ask.finding import find, suitable, told_resource, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog import topics
from service.search.answer import Answer
from service.search.meaning import BY_MEANING

READ_BY = ("article", "book", "video", "interactive", "course", "paper")  # what explains best, first

CITED_PARTS = 3


def define(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """The topic's place in the graph, what its page notes, and the resources that explain it."""
    asked = topics_of(found)
    if not asked:
        return find(library, found, sources, limit)
    if found.meant.variant == "lecture":
        return Told([_lecture(library, topic, sources) for topic in asked])
    items = sorted(suitable(library, found, len(found.items)), key=lambda hit: _order(hit.card))[:limit]
    is_supposed = any(topic.by == BY_MEANING for topic in found.interpretation.topics)
    if found.interpretation.unknown_words or is_supposed:
        near = find(library, found, sources, limit)
        return Told([near.claims[0], *describe(library, asked[0], sources), *near.claims[1:]], near.resources)
    cards = [hit.card for hit in items]
    return Told([*describe(library, asked[0], sources), *_explained(library, cards, sources)], cards)


def describe(library: Library, topic_id: str, sources: Sources) -> Iterator[Claim]:
    """Where a topic stands, what it consists of, what it builds on, and what its page notes."""
    graph, label = library.graph, library.graph.label(topic_id)
    card = orjson.loads(topics.card(library.session, topic_id)[0])
    yield Claim(_place(library, topic_id, card["lecture"]), sources.of_topic(topic_id))
    if parts := graph.narrower(topic_id):
        has = f"{label} has one part:" if len(parts) == 1 else f"The parts of {label} are"
        yield Claim(f"{has} {wording.joined(map(graph.label, parts))}.", sources.of_topics(parts[:CITED_PARTS]))
    if rows := [row for row, _ in graph.prerequisites(topic_id, depth=1)]:
        names = wording.joined(graph.label(row.prerequisite_id) for row in rows)
        yield Claim(f"{label} builds on {names}.", [number for row in rows for number in sources.of_edge(row)])
    for note in card["notes"][:2]:
        yield Claim(f"The page notes: “{note['text']}”", sources.of_topic(topic_id))


def _place(library: Library, topic_id: str, lecture: int | None) -> str:
    graph = library.graph
    broader = graph.broader(topic_id)
    inside = f"part of {wording.joined(map(graph.label, broader))}" if broader else "a topic of its own"
    taught = f" and the subject of lecture {lecture}" if lecture is not None else ""
    return f"{graph.label(topic_id)} is {inside}{taught}."


def _lecture(library: Library, topic: str, sources: Sources) -> Claim:
    """In which lecture a topic stands: its own number, or that of what it is part of."""
    graph = library.graph
    around = [topic, *graph.broader(topic), *(far for near in graph.broader(topic) for far in graph.broader(near))]
    numbered = next((one for one in around if graph.topics[one].lecture is not None), None)
    if numbered is None:
        return Claim(f"No page says in which lecture {graph.label(topic)} is.", sources.of_topic(topic))
    inside = f", as part of {graph.label(numbered)}" if numbered != topic else ""
    text = f"{graph.label(topic)} is in lecture {graph.topics[numbered].lecture}{inside}."
    return Claim(text, sources.of_topics(dict.fromkeys((topic, numbered))))


def _explained(library: Library, cards: list[bytes], sources: Sources) -> Iterator[Claim]:
    """The graph holds who explains it, and no definitions."""
    if not cards:
        yield Claim("No resource is filed under it.")
        return
    yield Claim("The graph keeps no definitions; these explain it.")
    for card in map(orjson.loads, cards):
        yield Claim(f"{wording.sentence(told_resource(library, card))}.", sources.of_resource(card))


def _order(card: bytes) -> int:
    media_type = orjson.loads(card)["media_type"]
    return READ_BY.index(media_type) if media_type in READ_BY else len(READ_BY)
