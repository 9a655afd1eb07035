"""Demos: whether one shows a topic."""

from collections.abc import Collection
from operator import itemgetter

from service.ask.finding import find, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.demos.demo import Demo
from service.search.answer import Answer


def show(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """The demo that shows the topic; else what was found, and that there is none."""
    asked = topics_of(found)
    demo = demo_of(library, asked)
    if demo is None:
        told = find(library, found, sources, limit)
        none = f"No demo here shows {library.graph.label(asked[0])}." if asked else "No demo here shows that."
        return Told([Claim(none, sources.of_topics(asked[:1])), *told.claims], told.resources)
    text = f"The demo “{demo.title}” shows {library.graph.label(asked[0])}: {demo.description}"
    return Told([Claim(text, sources.of_topic(asked[0]))], demo=demo)


def demo_of(library: Library, topics: Collection[str]) -> Demo | None:
    """The demo that shows one of the topics and least besides; else one of what is nested in them."""
    shown = [(demo, {id for name in demo.topics if (id := library.graph.resolve(name))}) for demo in library.demos]
    for within in (set(topics), set(library.graph.with_narrower(topics))):
        fitting = [(len(ids), demo) for demo, ids in shown if ids & within]
        if fitting:
            return min(fitting, key=itemgetter(0))[1]
    return None
