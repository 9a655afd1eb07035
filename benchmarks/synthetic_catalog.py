"""A catalog of any size from a seed: nested topics with synonyms, resources with cards, written in bulk."""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, insert, update

from service.catalog import models
from service.catalog.database import open_database
from service.catalog.names import fold
from service.catalog.schema import migrate
from service.catalog.words import finding_words
from service.config import bundled

MEDIA_TYPES = ("article", "video", "paper", "code", "book", "interactive", "course", "slides")
SHARES = (35, 20, 18, 12, 6, 4, 3, 2)  # percent
NARROWER = 8  # topics in each broader one
PREREQUISITES = 2  # of each topic
ROWS = 5_000  # in one INSERT

_ONSETS = [
    "b",
    "d",
    "f",
    "g",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "z",
    "br",
    "dr",
    "fl",
    "gr",
    "kl",
    "st",
    "tr",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou"]
_CODAS = ["n", "r", "s", "t", "l", "m", "x", "nd", "rt", "sk"]


def words(seed: int, count: int) -> list[str]:
    """Words that can be said, all different."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = (chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(chance.randint(2, 3)))
        found["".join(syllables) + chance.choice(_CODAS)] = None
    return list(found)


def write_catalog(path: Path, resources: int, topics: int, seed: int = 2024) -> Engine:
    """A migrated SQLite catalog at revision 1."""
    engine = open_database(f"sqlite:///{path}")
    migrate(engine, bundled("migrations"))
    chance = random.Random(seed)
    lexicon = words(seed, 6_000)
    labels = _labels(chance, lexicon, topics)
    with engine.begin() as connection:
        _write_topics(connection, chance, labels)
        _write_resources(connection, chance, lexicon, labels, resources)
        connection.execute(update(models.Revision).values(number=1))
        connection.exec_driver_sql("ANALYZE")
    return engine


def _labels(chance: random.Random, lexicon: list[str], count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(chance.sample(lexicon[:2_000], chance.choice((1, 2, 2, 3))))] = None
    return list(found)


def topic_id(place: int) -> str:
    """The id of the topic at a place in teaching order."""
    return f"topic-{place}"


def broader(place: int) -> int | None:
    """The place of the topic that one is nested in: a tree with NARROWER branches everywhere."""
    return None if place < NARROWER else place // NARROWER - 1


def synonym(label: str) -> str:
    """A second name, as people abbreviate: "kaild brotem" -> "kabr"."""
    return "".join(word[:2] for word in label.split()) + str(len(label))


def _write_topics(connection: Connection, chance: random.Random, labels: list[str]) -> None:
    page = {"id": "synthetic", "title": "Synthetic", "source": "synthetic", "sha256": ""}
    connection.execute(insert(models.Page), [page])
    places = range(len(labels))
    _insert(connection, models.Topic, ({"id": topic_id(i), "label": labels[i], "card": "{}"} for i in places))
    _insert(connection, models.TopicName, (row for i in places for row in _name_rows(i, labels[i])))
    _insert(connection, models.Heading, (_heading_row(i, labels[i]) for i in places))
    _insert(connection, models.TopicBroader, (row for i in places for row in _broader_rows(i)))
    _insert(connection, models.Prerequisite, (row for i in places for row in _edge_rows(chance, i)))


def _name_rows(place: int, label: str) -> Iterator[dict[str, Any]]:
    for name, kind in ((label, "label"), (synonym(label), "synonym")):
        yield {"topic_id": topic_id(place), "name": name, "folded": fold(name), "kind": kind}


def _broader_rows(place: int) -> Iterator[dict[str, Any]]:
    above = broader(place)
    if above is not None:
        yield {"topic_id": topic_id(place), "broader_id": topic_id(above), "position": 0}


def _heading_row(place: int, label: str) -> dict[str, Any]:
    above = broader(place)
    same = {"position": place, "line": place + 1, "level": 1, "raw": label, "label": label}
    return {
        "page_id": "synthetic",
        "topic_id": topic_id(place),
        "broader_id": None if above is None else topic_id(above),
    } | same


def _edge_rows(chance: random.Random, place: int) -> Iterator[dict[str, Any]]:
    for before in chance.sample(range(place), min(PREREQUISITES, place)):
        same = {"kind": "inferred", "status": "accepted", "confidence": 0.7}
        yield {"prerequisite_id": topic_id(before), "dependent_id": topic_id(place)} | same


def _write_resources(
    connection: Connection, chance: random.Random, lexicon: list[str], labels: list[str], count: int
) -> None:
    made = [_resource(chance, lexicon, labels, number) for number in range(1, count + 1)]
    _insert(connection, models.Resource, (row for row, _, _ in made))
    _insert(connection, models.ResourceTopic, (_topic_row(row, place) for row, place, _ in made))
    _insert(connection, models.ResourceAuthor, (_author_row(row, author) for row, _, author in made))
    _insert(connection, models.ResourceWord, (each for row, _, author in made for each in _word_rows(row, author)))


def _resource(
    chance: random.Random, lexicon: list[str], labels: list[str], number: int
) -> tuple[dict[str, Any], int, str]:
    """A resource's row, the place of its topic, its author. Early topics hold more, as in real catalogs."""
    place = int(len(labels) * chance.random() ** 1.5)
    title = " ".join([labels[place], *chance.sample(lexicon, chance.randint(2, 6))])
    author = " ".join(chance.sample(lexicon[2_000:4_000], 2)).title()
    row = {
        "number": number,
        "id": f"{number:016x}",
        "url": f"https://{lexicon[number % 900]}.example/{number}",
        "host": f"{lexicon[number % 900]}.example",
        "title": title,
        "media_type": chance.choices(MEDIA_TYPES, SHARES)[0],
        "language": chance.choice((None, None, "en", "de", "he")),
        "year": chance.choice((None, *range(2010, 2026))),
        "is_free": chance.choice((None, None, True)),
    }
    return row | {"card": _card(row, place, labels[place], author)}, place, author


def _card(row: dict[str, Any], place: int, label: str, author: str) -> str:
    topic = {"id": topic_id(place), "label": label}
    evidence = {"source": "text", "confidence": 0.9, "detail": row["title"]}
    line = f"* [{row['title']}]({row['url']}) by {author}"
    mention = {"page": "synthetic", "line": row["number"], "text": line, "raw": line, "topic": topic, "locator": None}
    made = "2026-11-01T08:00:00.000000+00:00"
    rest = {"title_evidence": evidence, "media_type_evidence": evidence, "authors": [author], "publisher": None}
    rest |= {"duration_minutes": None, "topics": [topic], "mentions": [mention], "notes": [], "status": "active"}
    return orjson.dumps(row | rest | {"version": 1, "created_at": made, "updated_at": made}).decode()


def _topic_row(row: dict[str, Any], place: int) -> dict[str, Any]:
    return {"topic_id": topic_id(place), "resource_number": row["number"], "media_type": row["media_type"]}


def _author_row(row: dict[str, Any], author: str) -> dict[str, Any]:
    return {"folded": fold(author), "resource_number": row["number"], "name": author}


def _word_rows(row: dict[str, Any], author: str) -> Iterator[dict[str, Any]]:
    for field, word in finding_words(row["title"], [author], row["host"]):
        yield {"word": word, "field": field, "resource_number": row["number"]}


def _insert(connection: Connection, table: type[models.Base], rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, ROWS)):
        connection.execute(insert(table), batch)
