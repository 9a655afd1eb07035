"""What to learn first, what next, and the whole way to a topic."""

from collections.abc import Sequence

import orjson

from service.ask import wording
from service.ask.finding import best_claims, find, told_resource, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.best_resources import Preference
from service.catalog.topics import PrerequisiteRow
from service.recommend.path import Step, learning_path
from service.search.answer import Answer


def prerequisites(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """What comes directly before or after a topic; or, of two topics, whether one needs the other."""
    asked = topics_of(found)
    if not asked:
        return find(library, found, sources, limit)
    if len(asked) > 1:
        return _needed(library, asked[0], asked[-1], sources)
    neighbours = library.graph.dependents if found.meant.variant == "after" else library.graph.prerequisites
    return _neighbours(library, found, [row for row, _ in neighbours(asked[0], depth=1)], sources, limit)


def path(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """The learning path to a topic, from what is known."""
    asked = topics_of(found)
    if not asked:
        return find(library, found, sources, limit)
    known = [topic for topic in found.interpretation.filters.get("known", ()) if topic in library.graph.topics]
    prefer = Preference(language=found.meant.language, media_types=found.meant.media_types, is_free=found.meant.is_free)
    way = learning_path(library.session, library.graph, asked[-1], known, prefer)
    claims = [Claim(_summary(library, asked[-1], known, len(way.items)), sources.of_topic(asked[-1]))]
    claims += [_step(library, place, step, sources) for place, step in enumerate(way.items, 1)]
    return Told(claims, [step.resource for step in way.items if step.resource], path=way)


def _summary(library: Library, target: str, known: Sequence[str], steps: int) -> str:
    label = library.graph.label(target)
    start = f" from {wording.joined(map(library.graph.label, known))}" if known else ""
    if not steps:
        return f"Who knows {wording.joined(map(library.graph.label, known))} knows {label} already."
    return f"The way{start} to {label} has {wording.counted(steps, 'step', 'steps')}."


def _step(library: Library, place: int, step: Step, sources: Sources) -> Claim:
    start = f"{place}. {library.graph.label(step.topic)}"
    if step.resource is None:
        return Claim(f"{start}: no page lists a resource.", sources.of_topic(step.topic))
    card = orjson.loads(step.resource)
    return Claim(f"{start}: {told_resource(library, card)}.", sources.of_resource(card))


def _neighbours(library: Library, found: Answer, rows: Sequence[PrerequisiteRow], sources: Sources, limit: int) -> Told:
    """The edges, and the best resource at the far end of each."""
    topic = topics_of(found)[0]
    if not rows:
        what = "builds on it" if found.meant.variant == "after" else "it builds on"
        text = f"For {library.graph.label(topic)}, no page shows what {what}."
        return Told([Claim(text, sources.of_topic(topic))])
    ends = [row.prerequisite_id if row.dependent_id == topic else row.dependent_id for row in rows]
    claims = [_edge(library, row, sources) for row in rows]
    named, cards = best_claims(library, ends, found, sources, limit)
    return Told([*claims, *named], cards)


def _edge(library: Library, row: PrerequisiteRow, sources: Sources) -> Claim:
    label = library.graph.label
    return Claim(f"{label(row.dependent_id)} builds on {label(row.prerequisite_id)}.", sources.of_edge(row))


def _needed(library: Library, first: str, last: str, sources: Sources) -> Told:
    """Whether the last topic builds on the first: directly, by way of others, the other way round, or not at all."""
    graph = library.graph
    one, other = graph.label(first), graph.label(last)
    for early, late, yes in ((first, last, "Yes"), (last, first, "No, the other way round")):
        row = next((row for row, _ in graph.prerequisites(late, depth=1) if row.prerequisite_id == early), None)
        if row:
            edge = _edge(library, row, sources)
            return Told([Claim(f"{yes}: {edge.text}", edge.citations)])
        if early in graph.ancestors([late]):
            text = f"{yes}: {graph.label(late)} builds on {graph.label(early)}, by way of other topics."
            return Told([Claim(text, sources.of_topics((early, late)))])
    return Told([Claim(f"No page shows that {other} builds on {one}.", sources.of_topics((first, last)))])
