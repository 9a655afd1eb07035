"""A question that was read and looked up becomes its meaning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.catalog.names import fold
from service.catalog.topics import NameRow
from service.catalog.wanted import EVERYTHING, Wanted, Words
from service.graph import KnowledgeGraph
from service.search.answer import Correction, Interpretation, MatchedTopic
from service.search.filters import excluded, filters, places_of
from service.search.intents import Asked
from service.search.leftovers import Settled
from service.search.meaning import Meaning
from service.search.parts import Part
from service.search.query import Query
from service.search.reading import Group, Reading

# How surely a name of each kind means its topic, and how that is called. A part of a joined heading
# ("Backpropagation and initialization") names it as a synonym does: the page keeps both in one place.
CONFIDENCE = {"label": 1.0, "synonym": 0.98, "part": 0.98, "hidden": 0.95}
BY = {"label": "label", "synonym": "alias", "part": "alias", "hidden": "hidden"}
GIVEN = ("parameter", "lecture", "conversation")  # kinds of parts whose topics are no matter of names
SHARED_NAME = 0.7  # times that, where several topics bear the name equally well
CORRECTED = 0.8  # times that, where a word was corrected


@dataclass(frozen=True)
class Reread:
    """A reading whose leftover words were looked up and, where that helped, corrected."""

    reading: Reading
    settled: Settled
    corrections: tuple[Correction, ...]
    asked: Asked


def interpret(graph: KnowledgeGraph, query: Query, reread: Reread) -> Meaning:
    """The meaning, with what the caller narrows it to."""
    reading, settled = reread.reading, reread.settled
    corrected = {word for correction in reread.corrections for word in correction.read_as.split()}
    topics = _looked_up(reading.topics, reread.asked.intent)
    wanted = _wanted(graph, query, reread, topics)
    interpretation = Interpretation(
        intent=_intent(reread, wanted),
        topics=_matched(graph, reading.topics, corrected),
        media_types=wanted.media_types,
        filters=filters(wanted, reading, settled),
        excluded=excluded(reading, settled),
        unknown_words=settled.unknown,
        corrections=reread.corrections,
    )
    asked_twice = query.media_types and reading.media_types
    return Meaning(
        interpretation,
        topics,
        wanted,
        is_contradictory=bool(asked_twice) and not set(query.media_types) & set(reading.media_types),
        text=reading.text(without=(*settled.author, *settled.host)),
        unknown_maker=settled.unknown_maker,
        variant=reread.asked.variant,
    )


def _intent(reread: Reread, wanted: Wanted) -> str:
    """What its words ask for; what is no subject is asked for to be found, not to be defined."""
    asked, reading, settled = reread.asked.intent, reread.reading, reread.settled
    has_subject = reading.topics or settled.plain or settled.unknown
    if asked and (asked != "define" or (has_subject and not wanted.media_types)):
        return asked
    is_understood = wanted != EVERYTHING or reading.level or reading.order or reading.known_topics
    return "find_resources" if is_understood else "unknown"


def _looked_up(groups: Sequence[Group], intent: str) -> tuple[tuple[str, ...], ...]:
    """Two topics are compared by what is under either; a way leads to the last one."""
    ids = tuple(map(topic_ids, groups))
    if intent == "compare" and len(ids) > 1:
        return (tuple(dict.fromkeys(id for group in ids for id in group)),)
    return ids[-1:] if intent in ("path", "prerequisites") else ids


def _wanted(graph: KnowledgeGraph, query: Query, reread: Reread, topics: Iterable[tuple[str, ...]]) -> Wanted:
    reading = reread.reading
    year_min, year_max = reading.year_bounds
    places = places_of(reading, reread.settled)
    return Wanted(
        topics=tuple(graph.with_narrower(group) for group in topics),
        without_topics=_without(graph, reading),
        media_types=_media_types(query.media_types, tuple(reading.media_types)),
        without_media_types=tuple(reading.without_media_types),
        words=_words(reread.settled, places),
        any_words=tuple(map(host_words, places)) if len(places) > 1 else (),
        without_words=(*map(host_words, reading.without_hosts), *reread.settled.unwanted),
        language=query.language or next(iter(reading.languages), None),
        without_language=next(iter(reading.without_languages), None),
        year_min=max((year for year in (query.year_min, year_min) if year is not None), default=None),
        year_max=year_max,
        minutes_min=reading.lengths.get("at_least"),
        minutes_max=reading.lengths.get("at_most"),
        is_free=reading.is_free,
    )


def _without(graph: KnowledgeGraph, reading: Reading) -> tuple[str, ...]:
    return graph.with_narrower(topic_ids(reading.without_topics)) if reading.without_topics else ()


def _media_types(by_caller: tuple[str, ...], by_question: tuple[str, ...]) -> tuple[str, ...]:
    both = tuple(media_type for media_type in by_caller if media_type in by_question)
    return both or by_caller or by_question


def _words(settled: Settled, places: Sequence[str]) -> Words:
    """What the resource itself must have, longer words first: they are rarer, and the look-up starts from the first."""
    words = [*(("", word) for word in settled.plain), *(("author", word) for word in settled.author)]
    if len(places) == 1:
        words += host_words(places[0])
    return tuple(sorted(dict.fromkeys(words), key=lambda pair: -len(pair[1])))


def host_words(host: str) -> Words:
    """The words that a host's name is looked up by, longer ones first: "medium.com" -> medium, com."""
    return tuple(("host", word) for word in sorted(fold(host).split(), key=len, reverse=True))


def topic_ids(parts: Sequence[Part]) -> tuple[str, ...]:
    """The topics that the parts mean."""
    return tuple(dict.fromkeys(row.topic_id for part in parts for row in part.names))


def _matched(graph: KnowledgeGraph, groups: Iterable[Sequence[Part]], corrected: set[str]) -> tuple[MatchedTopic, ...]:
    return tuple(
        matched_topic(graph, part, row, bool(corrected & set(part.text.split())))
        for group in groups
        for part in group
        for row in part.names
    )


def matched_topic(graph: KnowledgeGraph, part: Part, row: NameRow, is_corrected: bool = False) -> MatchedTopic:
    """A topic that a part names, and how surely."""
    label = graph.label(row.topic_id)
    if part.kind in GIVEN:
        return MatchedTopic(row.topic_id, label, part.text, part.kind, 1.0)
    if len(part.names) == 1 and not is_corrected:
        return MatchedTopic(row.topic_id, label, part.text, BY[row.kind], CONFIDENCE[row.kind])
    sure = CONFIDENCE[row.kind] * (SHARED_NAME if len(part.names) > 1 else 1) * (CORRECTED if is_corrected else 1)
    by = "correction" if is_corrected else BY[row.kind]
    return MatchedTopic(row.topic_id, label, part.text, by, round(sure, 3))
