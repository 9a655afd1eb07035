"""Understanding a question: cut it, read it, look the rest up, correct slips, and say what it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.topics import NameRow
from service.errors import NotFound
from service.graph import KnowledgeGraph
from service.search.correct import corrections_of
from service.search.follow_up import lean
from service.search.forms import Cut, form_of, learn, recall
from service.search.intents import Asked
from service.search.interpret import Reread, interpret
from service.search.leftovers import settle
from service.search.meaning import OF_ONE, Meaning
from service.search.parts import Part
from service.search.phrases import Phrases
from service.search.quantities import quantified
from service.search.query import Query
from service.search.reader import read
from service.search.reading import Leftover, Reading
from service.search.spelled_out import spelled_out, with_whole_terms

MOST_READ = 2_500  # words of a question; what comes behind them is not understood


@dataclass(frozen=True)
class _Heard:
    question: str
    asked: Asked
    reading: Reading


def understand(session: Session, graph: KnowledgeGraph, phrases: Phrases, query: Query) -> Meaning:
    """What the question means, and what its caller narrows it to; NotFound for a topic that does not exist."""
    cut = _cut(phrases, query.q)
    form = form_of(phrases, query, cut)
    if form is None:
        return _looked_into(session, graph, phrases, query, cut)
    known = recall(graph, phrases, form)
    if known is not None:
        return known
    meaning = _looked_into(session, graph, phrases, query, cut)._replace(may_be_title=_may_be_title(phrases, cut))
    learn(phrases, form, meaning)
    return meaning


def _may_be_title(phrases: Phrases, cut: Cut) -> bool:
    """Whether a question about one topic alone may be a title: not "videos on …", nor the topic's name as it is."""
    types = [part.text for part in cut.parts if part.kind == "media_type"]
    is_usual = bool(types) and all(text in phrases.plurals for text in types)
    is_open = cut.asked.intent in ("", "define") or cut.asked.variant in OF_ONE
    return len(cut.parts) > 1 and not is_usual and is_open


def _looked_into(session: Session, graph: KnowledgeGraph, phrases: Phrases, query: Query, cut: Cut) -> Meaning:
    fields_with = partial(matches.fields_with, session)
    heard = _hear(graph, phrases, cut)
    settled = settle(heard.reading.leftovers, fields_with)
    corrections = []
    if query.correct and (settled.unknown or not phrases.confusable.isdisjoint(heard.question.split())):
        corrections = corrections_of(session, phrases, heard.question, settled.unknown)
    if corrections:
        corrected = _replaced(heard.question, {c.written: c.read_as for c in corrections})
        heard = _hear(graph, phrases, _cut(phrases, corrected))
        settled = settle(heard.reading.leftovers, fields_with)
    reread = Reread(heard.reading, settled, tuple(corrections), heard.asked)
    if query.topic is not None:
        reread.reading.topics.insert(0, [_named_by_caller(graph, query.topic)])
    if query.before is not None:
        reread = lean(graph, phrases, reread, query.before, heard.question)
    return _spelled_out(phrases, interpret(graph, query, reread))


def _spelled_out(phrases: Phrases, meaning: Meaning) -> Meaning:
    open_words = {word for field, word in meaning.wanted.words if not field} | {*meaning.interpretation.unknown_words}
    if not open_words:
        return meaning
    return meaning._replace(spelled_out=spelled_out(phrases.vocabulary, meaning.text.split(), open_words))


def _cut(phrases: Phrases, question: str) -> Cut:
    words = phrases.words_of(question)
    asked = phrases.cues.read(words)
    return Cut(words, asked, phrases.cut(words[:MOST_READ], asked.quiet))


def _hear(graph: KnowledgeGraph, phrases: Phrases, cut: Cut) -> _Heard:
    """Words that say nothing ("learning") may be a topic's whole name: they are, where nothing else is asked for."""
    words = cut.words[:MOST_READ]
    reading = _read(phrases, cut.parts, cut.asked)
    if not (reading.topics or reading.leftovers or cut.asked.intent):
        reading = _read(phrases, phrases.cut(words, cut.asked.quiet, fillers_name_topics=True), cut.asked)
    _add_lectures(graph, reading)
    if cut.asked.variant == "changes":
        reading.order = "added"
    reading.leftovers += [Leftover(word, is_lost=True) for word in dict.fromkeys(cut.words[MOST_READ:])]
    return _Heard(" ".join(words), _on_the_way(_made_ready(cut.asked, reading), reading), reading)


def _made_ready(asked: Asked, reading: Reading) -> Asked:
    """Who lacks a topic may ask whether another needs it; who names no other asks for that very topic."""
    if asked.variant == "ready" and not reading.lacking_topics:
        reading.lacking_topics, reading.without_topics = reading.without_topics, []
    if reading.lacking_topics and not reading.topics:
        reading.topics, reading.lacking_topics = [[part] for part in reading.lacking_topics], []
    is_about_both = reading.lacking_topics and reading.topics and not reading.media_types
    if is_about_both and (not asked.intent or asked.variant == "ready"):
        return asked._replace(intent="prerequisites", variant="ready")
    reading.lacking_topics = []
    return asked._replace(intent="", variant="") if asked.variant == "ready" else asked


def _on_the_way(asked: Asked, reading: Reading) -> Asked:
    """Who says what is known asks for the way from there; or, naming nothing else, for what comes next."""
    asks_for_topics = asked.intent in ("", "prerequisites") or asked.variant == "topics"
    if not (reading.known_topics and asks_for_topics) or reading.media_types:
        return asked
    if reading.topics:
        return asked._replace(intent="path", variant="")
    if asked.intent or reading.leftovers:
        return asked
    reading.topics, reading.known_topics = [reading.known_topics], []
    return asked._replace(intent="prerequisites", variant="after")


def _read(phrases: Phrases, parts: Sequence[Part], asked: Asked) -> Reading:
    reading = read(quantified(parts, phrases.vocabulary.question_words), phrases.platforms, asked)
    if reading.leftovers:
        reading.said = with_whole_terms(phrases.vocabulary, reading.said)
    return reading


def _add_lectures(graph: KnowledgeGraph, reading: Reading) -> None:
    """A lecture is asked for by its topics; one that no page numbers so is not understood."""
    for number in reading.lectures:
        rows = tuple(_own_name(graph, id) for id, topic in graph.topics.items() if topic.lecture == number)
        if rows:
            reading.topics.append([Part("lecture", f"lecture {number}", names=rows)])
        else:
            reading.leftovers += [Leftover(word, is_lost=True) for word in ("lecture", str(number))]


def _own_name(graph: KnowledgeGraph, topic_id: str) -> NameRow:
    return graph.names_of[topic_id][0]


def _named_by_caller(graph: KnowledgeGraph, topic: str) -> Part:
    found = graph.resolve(topic)
    if found is None:
        raise NotFound("topic", topic)
    return Part("parameter", topic, names=graph.names_of[found][:1])


def _replaced(question: str, words: dict[str, str]) -> str:
    return " ".join(words.get(word, word) for word in question.split())
