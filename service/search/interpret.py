"""A question that was read and looked up becomes its meaning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.catalog.names import fold
from service.catalog.topics import NameRow
from service.catalog.wanted import EVERYTHING, Wanted
from service.graph import KnowledgeGraph
from service.search.answer import Correction, Interpretation, MatchedTopic
from service.search.leftovers import Settled
from service.search.meaning import Meaning
from service.search.phrases import Part
from service.search.query import Query
from service.search.reading import Reading

# How surely a name of each kind means its topic, and how that is called. A part of a joined heading
# ("Backpropagation and initialization") names it as a synonym does: the page keeps both in one place.
CONFIDENCE = {"label": 1.0, "synonym": 0.98, "part": 0.98, "hidden": 0.95}
BY = {"label": "label", "synonym": "alias", "part": "alias", "hidden": "hidden"}
SHARED_NAME = 0.7  # times that, where several topics bear the name equally well
CORRECTED = 0.8  # times that, where a word was corrected


@dataclass(frozen=True)
class Reread:
    """A reading whose leftover words were looked up and, where that helped, corrected."""

    reading: Reading
    settled: Settled
    corrections: tuple[Correction, ...]


def interpret(graph: KnowledgeGraph, query: Query, reread: Reread) -> Meaning:
    """The meaning, with what the caller narrows it to."""
    reading = reread.reading
    corrected = {correction.read_as for correction in reread.corrections}
    topics = tuple(_ids(group) for group in reading.topics)
    wanted = _wanted(graph, query, reread, topics)
    interpretation = Interpretation(
        intent="find_resources" if wanted != EVERYTHING else "unknown",
        topics=_matched(graph, reading.topics, corrected),
        media_types=wanted.media_types,
        filters=_filters(wanted, reread),
        excluded=_excluded(reading),
        unknown_words=reread.settled.unknown,
        corrections=reread.corrections,
    )
    asked_twice = query.media_types and reading.media_types
    is_contradictory = bool(asked_twice) and not set(query.media_types) & set(reading.media_types)
    return Meaning(interpretation, topics, wanted, is_contradictory)


def _wanted(graph: KnowledgeGraph, query: Query, reread: Reread, topics: Iterable[tuple[str, ...]]) -> Wanted:
    reading = reread.reading
    year_min, year_max = reading.year_bounds
    return Wanted(
        topics=tuple(graph.with_narrower(group) for group in topics),
        without_topics=_without(graph, reading),
        media_types=_media_types(query.media_types, tuple(reading.media_types)),
        without_media_types=tuple(reading.without_media_types),
        words=_words(reading, reread.settled),
        language=query.language or next(iter(reading.languages), None),
        year_min=max((year for year in (query.year_min, year_min) if year is not None), default=None),
        year_max=year_max,
        is_free=reading.is_free,
    )


def _without(graph: KnowledgeGraph, reading: Reading) -> tuple[str, ...]:
    return graph.with_narrower(_ids(reading.without_topics)) if reading.without_topics else ()


def _media_types(by_caller: tuple[str, ...], by_question: tuple[str, ...]) -> tuple[str, ...]:
    both = tuple(media_type for media_type in by_caller if media_type in by_question)
    return both or by_caller or by_question


def _words(reading: Reading, settled: Settled) -> tuple[tuple[str, str], ...]:
    """What the resource itself must have, longer words first: they are rarer, and the look-up starts from the first."""
    hosts = [*settled.host, *(word for host in reading.hosts for word in fold(host).split())]
    words = [*(("", word) for word in settled.plain), *(("author", word) for word in settled.author)]
    words += [("host", word) for word in hosts]
    return tuple(sorted(dict.fromkeys(words), key=lambda pair: -len(pair[1])))


def _ids(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.topic_id for part in parts for row in part.names))


def _matched(graph: KnowledgeGraph, groups: Iterable[Sequence[Part]], corrected: set[str]) -> tuple[MatchedTopic, ...]:
    return tuple(
        _matched_topic(graph, part, row, bool(corrected & set(part.text.split())))
        for group in groups
        for part in group
        for row in part.names
    )


def _matched_topic(graph: KnowledgeGraph, part: Part, row: NameRow, is_corrected: bool) -> MatchedTopic:
    label = graph.label(row.topic_id)
    if part.kind == "parameter":
        return MatchedTopic(row.topic_id, label, part.text, "parameter", 1.0)
    sure = CONFIDENCE[row.kind] * (SHARED_NAME if len(part.names) > 1 else 1) * (CORRECTED if is_corrected else 1)
    by = "correction" if is_corrected else BY[row.kind]
    return MatchedTopic(row.topic_id, label, part.text, by, round(sure, 3))


def _filters(wanted: Wanted, reread: Reread) -> Mapping[str, Any]:
    hosts = [*reread.reading.hosts, *reread.settled.host]
    filters = {
        "language": wanted.language,
        "year_min": wanted.year_min,
        "year_max": wanted.year_max,
        "is_free": wanted.is_free or None,
        "author": " ".join(reread.settled.author) or None,
        "host": " ".join(hosts) or None,
        "words": list(reread.settled.plain) or None,
    }
    return {name: value for name, value in filters.items() if value is not None}


def _excluded(reading: Reading) -> Mapping[str, Any]:
    excluded = {"media_types": list(reading.without_media_types), "topics": list(_ids(reading.without_topics))}
    return {name: value for name, value in excluded.items() if value}
