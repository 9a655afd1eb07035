"""What to learn first, what next, and the whole way to a topic."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import orjson

from service.ask import wording
from service.ask.finding import best_claims, find, preference, told_resource, topics_of
from service.ask.library import Library
from service.ask.readiness import builds_on, chain, first, ready, skipped
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.best_resources import best_under
from service.catalog.topics import PrerequisiteRow
from service.recommend.path import LearningPath, Step, learning_path
from service.search import wording as search_wording
from service.search.answer import Answer

MOST_FIRST = 4  # topics to begin with


def prerequisites(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """What comes directly before or after a topic; or, of two topics, whether one needs the other."""
    asked = topics_of(found)
    if not asked:
        return _without_topic(library, found, sources, limit)
    variant, lacking = found.meant.variant, found.interpretation.filters.get("lacking", ())
    if lacking:
        told = ready(library, [topic for topic in lacking if topic in library.graph.topics], asked[-1], sources)
        named, cards = best_claims(library, told.topics, found, sources, limit)
        return replace(told, claims=[*told.claims, *named], resources=cards)
    is_named = all(topic.by != "conversation" for topic in found.interpretation.topics)
    several = len(asked) > 1 and is_named
    if variant == "skip":
        return ready(library, asked[:-1], asked[-1], sources) if several else skipped(library, asked, sources)
    if variant == "first" and several:
        return first(library, asked, sources)
    if variant != "after" and several:
        early, late = (asked[-1], asked[0]) if variant == "on" else (asked[0], asked[-1])
        return _needed(library, early, late, sources)
    return _neighbours(library, found, asked, sources, limit)


def path(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """The learning path to a topic, from what is known; who names no subject is told where to begin."""
    asked = topics_of(found)
    if not asked:
        return _without_topic(library, found, sources, limit)
    known = [topic for topic in found.interpretation.filters.get("known", ()) if topic in library.graph.topics]
    way = learning_path(library.session, library.graph, asked[-1], known, preference(found))
    claims = [Claim(_summary(library, asked[-1], known, len(way.items)), sources.of_topic(asked[-1]))]
    claims += [_step(library, place, step, sources) for place, step in enumerate(way.items, 1)]
    claims += _of_other_types(library, way, found.meant.media_types)
    claims += _time(way, found.meant.variant)
    steps = [step.topic for step in way.items]
    return Told(claims, [step.resource for step in way.items if step.resource], path=way, topics=steps)


def _without_topic(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """Who names no subject at all is told where to begin."""
    has_subject = found.meant.text or found.interpretation.unknown_words
    return find(library, found, sources, limit) if has_subject else _beginning(library, found, sources)


def _beginning(library: Library, found: Answer, sources: Sources) -> Told:
    """The topics that build on nothing, the first ones to learn."""
    graph = library.graph
    roots = [id for id in graph.order if not graph.accepted_into.get(id) and graph.resource_count(id)][:MOST_FIRST]
    text = f"These build on nothing else here: {wording.joined(map(graph.label, roots))}."
    best = best_under(library.session, roots, preference(found), 1)
    cards = [card for topic in roots for card in best.get(topic, ())]
    named = [Claim(f"{told_resource(library, card)}.", sources.of_resource(card)) for card in map(orjson.loads, cards)]
    return Told([Claim(text, sources.of_topics(roots)), *named], cards, topics=roots)


def _of_other_types(library: Library, way: LearningPath, media_types: Sequence[str]) -> Iterator[Claim]:
    """Where the way asks for media types that a step has none of."""
    others = [
        place
        for place, step in enumerate(way.items, 1)
        if step.resource and orjson.loads(step.resource)["media_type"] not in media_types
    ]
    if media_types and others:
        noun = search_wording.noun(library.vocabulary, media_types, 1)
        yield Claim(f"For {wording.joined(f'step {place}' for place in others)} no page lists a {noun}.")


def _summary(library: Library, target: str, known: Sequence[str], steps: int) -> str:
    label = library.graph.label(target)
    start = f" from {wording.joined(map(library.graph.label, known))}" if known else ""
    if not steps:
        return f"Who knows {wording.joined(map(library.graph.label, known))} knows {label} already."
    return f"The way{start} to {label} has {wording.counted(steps, 'step', 'steps')}."


def _time(way: LearningPath, variant: str) -> Iterator[Claim]:
    """How long it takes, as far as pages state it; that none does is said to who asked."""
    if way.total_minutes is not None:
        rest = wording.counted(way.untimed_steps, "step states", "steps state")
        more = f"; {rest} no length" if way.untimed_steps else ""
        yield Claim(f"In all it takes {way.total_minutes:g} minutes{more}.")
    elif variant == "time":
        yield Claim("No page states how long it takes.")


def _step(library: Library, place: int, step: Step, sources: Sources) -> Claim:
    start = f"{place}. {library.graph.label(step.topic)}"
    if step.resource is None:
        return Claim(f"{start}: no page lists a resource.", sources.of_topic(step.topic))
    card = orjson.loads(step.resource)
    return Claim(f"{start}: {told_resource(library, card)}.", sources.of_resource(card))


def _neighbours(library: Library, found: Answer, asked: Sequence[str], sources: Sources, limit: int) -> Told:
    """The edges of topics and of what is nested in them, and the best resource at the far end of each."""
    graph, is_after = library.graph, found.meant.variant == "after"
    inside = graph.with_narrower(asked)
    neighbours = graph.dependents if is_after else graph.prerequisites
    rows = [row for topic in inside for row, _ in neighbours(topic, depth=1)]
    ends = [(row.dependent_id if is_after else row.prerequisite_id, row) for row in rows]
    outside = [(end, row) for end, row in ends if end not in inside]
    if not outside:
        text = f"For {wording.joined(map(graph.label, asked))}, no page shows what {_ASKED[is_after, len(asked) > 1]}."
        return Told([Claim(text, sources.of_topics(asked))])
    claims = [_edge(library, row, sources) for _, row in outside]
    told = list(dict.fromkeys(end for end, _ in outside))
    named, cards = best_claims(library, told, found, sources, limit)
    return Told([*claims, *named], cards, topics=told)


_ASKED = {
    (True, False): "builds on it",
    (True, True): "builds on them",
    (False, False): "it builds on",
    (False, True): "they build on",
}


def _edge(library: Library, row: PrerequisiteRow, sources: Sources) -> Claim:
    label = library.graph.label
    return Claim(f"{label(row.dependent_id)} builds on {label(row.prerequisite_id)}.", sources.of_edge(row))


def _needed(library: Library, asked: str, target: str, sources: Sources) -> Told:
    """Whether the target builds on what is asked: directly, by way of others, the other way round, or not at all."""
    for early, late, yes in ((asked, target, "Yes"), (target, asked, "No, the other way round")):
        if rows := chain(library.graph, early, late):
            needed = builds_on(library, early, late, rows, sources)
            return Told([Claim(f"{yes}: {needed.text}", needed.citations)])
    text = f"No page shows that {library.graph.label(target)} builds on {library.graph.label(asked)}."
    return Told([Claim(text, sources.of_topics((asked, target)))])
