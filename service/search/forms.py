"""Forms of questions: those that differ in their topic alone ("videos on …") mean the same of it."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from service.graph import KnowledgeGraph
from service.search.intents import Asked
from service.search.interpret import matched_topic
from service.search.meaning import Meaning
from service.search.parts import Part
from service.search.phrases import Phrases
from service.search.query import Query

MOST_FORMS = 1_000  # that are remembered in a revision
_SIMPLE = frozenset(("topic", "media_type", "role"))  # parts whose meaning hangs on no number, name or word beside them


class Cut(NamedTuple):
    """A question in pieces, before anything is made of them."""

    words: Sequence[str]  # folded
    asked: Asked
    parts: Sequence[Part]


class Form(NamedTuple):
    """A question about one topic, with a gap where the topic stands."""

    key: Hashable
    topic: Part


def form_of(phrases: Phrases, query: Query, cut: Cut) -> Form | None:
    """The form of a simple question; None where it names several topics, or something else needs to be looked up."""
    topics = [part for part in cut.parts if part.kind == "topic"]
    if len(topics) != 1 or len(topics[0].names) != 1 or query.topic is not None or query.before is not None:
        return None
    if not _SIMPLE.issuperset([part.kind for part in cut.parts]) or not phrases.confusable.isdisjoint(cut.words):
        return None
    around = tuple([None if part.kind == "topic" else (part.text, part.values) for part in cut.parts])
    return Form((around, cut.asked, query.media_types, query.language, query.year_min), topics[0])


def recall(graph: KnowledgeGraph, phrases: Phrases, form: Form) -> Meaning | None:
    """The meaning of a question whose form is known; None where it is not."""
    known = phrases.forms.get(form.key)
    if known is None:
        return None
    named = form.topic.names[0]
    ids = (named.topic_id,)
    return known.on((matched_topic(graph, form.topic, named),), ids, graph.with_narrower(ids), form.topic.text)


def learn(phrases: Phrases, form: Form, meaning: Meaning) -> None:
    """Remember what a form means, where its topic is what is asked for (not in "all but …")."""
    if meaning.topics != ((form.topic.names[0].topic_id,),) or meaning.text != form.topic.text:
        return
    if len(phrases.forms) >= MOST_FORMS:
        phrases.forms.clear()
    phrases.forms[form.key] = meaning
