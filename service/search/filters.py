"""What a question narrows its answer to, as it is told: only what is there."""

from collections.abc import Mapping
from typing import Any

from service.catalog.wanted import Wanted
from service.search.leftovers import Settled
from service.search.reading import Reading


def filters(wanted: Wanted, reading: Reading, settled: Settled) -> Mapping[str, Any]:
    """Constraints that every item meets, and wishes about their order and number: level, best, an order, count."""
    places = places_of(reading, settled)
    told = {
        "language": wanted.language,
        "year_min": wanted.year_min,
        "year_max": wanted.year_max,
        "minutes_min": wanted.minutes_min,
        "minutes_max": wanted.minutes_max,
        "is_free": wanted.is_free or None,
        "author": " ".join(settled.author) or None,
        "host": places[0] if len(places) == 1 else None,
        "hosts": places if len(places) > 1 else None,
        "words": list(settled.plain) or None,
        "lecture": reading.lectures[0] if reading.lectures else None,
        "known": list(dict.fromkeys(row.topic_id for part in reading.known_topics for row in part.names)) or None,
        "lacking": list(dict.fromkeys(row.topic_id for part in reading.lacking_topics for row in part.names)) or None,
        "level": reading.level or None,
        "best": reading.is_best or None,
        "count": reading.count,
        reading.order: bool(reading.order) or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def places_of(reading: Reading, settled: Settled) -> list[str]:
    """Where a resource may be, by host or by words of one: nothing is at two places at once."""
    return list(dict.fromkeys([*reading.hosts, *filter(None, [" ".join(settled.host)])]))


def excluded(reading: Reading, settled: Settled) -> Mapping[str, Any]:
    """What no item is, is under, is by or is at."""
    told = {
        "media_types": list(reading.without_media_types),
        "topics": list(dict.fromkeys(row.topic_id for part in reading.without_topics for row in part.names)),
        "hosts": list(reading.without_hosts),
        "languages": list(reading.without_languages),
        "words": settled.unwanted_names,
    }
    return {name: value for name, value in told.items() if value}
