"""Demos: whether one shows a topic, or a subject that no page has as a topic."""

from collections.abc import Collection
from operator import itemgetter

from service.ask import wording
from service.ask.finding import find, topics_of
from service.ask.library import Library
from service.ask.reply import Claim, Told
from service.ask.sources import Sources
from service.catalog.names import fold
from service.catalog.plurals import singular
from service.demos.demo import Demo
from service.search.answer import Answer
from service.search.meaning import BY_MEANING


def show(library: Library, found: Answer, sources: Sources, limit: int) -> Told:
    """The demo that shows what is asked for; else what was found, and that there is none."""
    asked = topics_of(found)
    demo = demo_of(library, found)
    if demo is None and not (asked or found.meant.text or found.interpretation.unknown_words):
        return Told([Claim(_all_demos(library))])
    if demo is None:
        told = find(library, found, sources, limit)
        none = f"No demo here shows {library.graph.label(asked[0])}." if asked else "No demo here shows that."
        return Told([Claim(none, sources.of_topics(asked[:1])), *told.claims], told.resources)
    return Told([shown_by(library, found, demo, sources)], demo=demo)


def shown_by(library: Library, found: Answer, demo: Demo, sources: Sources) -> Claim:
    """What of the question a demo shows, and how."""
    asked = topics_of(found)
    subject = _subject(demo, found.meant.text) or library.graph.label(asked[0])
    return Claim(f"The demo “{demo.title}” shows {subject}: {demo.description}", sources.of_topics(asked[:1]))


def _all_demos(library: Library) -> str:
    """Said to who asks for demos of nothing in particular."""
    titles = ", ".join(f"“{demo.title}”" for demo in library.demos)
    return f"{wording.counted(len(library.demos), 'demo is', 'demos are')} here{': ' if titles else ''}{titles}."


def demo_of(library: Library, found: Answer) -> Demo | None:
    """The demo that shows a topic of the question, or what a question names that is no topic here."""
    topics = topics_of(found)
    is_named = all(topic.by != BY_MEANING for topic in found.interpretation.topics)
    named = None if topics and is_named else _of_words(library, found.meant.text)
    return named or _of_topics(library, topics, found.meant.text)


def _of_topics(library: Library, topics: Collection[str], text: str) -> Demo | None:
    """The demo of one of the topics that the text names, or that shows least besides; else of what is nested in them.

    "Dropout" may be the name of a topic that "batch normalization" names as well.
    """
    shown = [(demo, {id for name in demo.topics if (id := library.graph.resolve(name))}) for demo in library.demos]
    for within in (set(topics), set(library.graph.with_narrower(topics))):
        fitting = [((-len(_subject(demo, text)), len(ids)), demo) for demo, ids in shown if ids & within]
        if fitting:
            return min(fitting, key=itemgetter(0))[1]
    return None


def _of_words(library: Library, text: str) -> Demo | None:
    """The demo that declares the longest subject named in the text."""
    named = [(len(subject), demo) for demo in library.demos if (subject := _subject(demo, text))]
    return max(named, key=itemgetter(0))[1] if named else None


def _subject(demo: Demo, text: str) -> str:
    """The longest of a demo's subjects that a text names; "" where it names none."""
    padded = f" {_in_singular(text)} "
    return max((name for name in demo.topics if f" {_in_singular(name)} " in padded), key=len, default="")


def _in_singular(text: str) -> str:
    return " ".join(map(singular, fold(text).split()))
