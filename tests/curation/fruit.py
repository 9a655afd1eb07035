"""Two pages for editors to work on, and all that a catalog holds of them: what undo must bring back."""

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models
from service.catalog.changes import TABLES, fields_of
from service.catalog.queue import QueueFilter
from service.catalog.vocabulary import load_vocabulary
from service.config import Settings
from service.curation.queue import list_queue
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

VOCABULARY = load_vocabulary(Settings().vocabulary_path)
DERIVED = (models.ResourceTopic, models.ResourceAuthor, models.ResourceWord, models.TopicBroader)
CHANGING = ("version", "updated_at", "created_at")
FRUIT = b"""# Fruit

## Apples (pippins)
* A video on apples [video](https://example.org/apples)
* Apples and [pears](https://example.org/both)

## Pears
Requires: Apples
* [How pears grow](https://example.org/pears) by Ann Lee

## Plums
Requires: Pears
* [Plums, a book](https://example.org/plums)
"""
ORCHARD = b"""# Orchard

## Trees
### Apples
* [Planting apples](https://example.org/planting)
### Quinces
* [Quinces](https://example.org/quinces)
## Pippins (apples, pears)
* A video on apples [video](https://m.example.org/apples)
* <https://example.org/bare>
"""
PAGES = (PageContent("fruit", "fruit.md", FRUIT), PageContent("orchard", "orchard.md", ORCHARD))


def ingest_pages(session: Session) -> None:
    for page in PAGES:
        ingest(session, page, VOCABULARY, IngestOptions())


def state(session: Session) -> dict[str, Any]:
    session.expire_all()
    held: dict[str, Any] = {"queue": list_queue(session, QueueFilter(), limit=200).items}
    for name, table in TABLES.items():
        if name not in ("resource", "topic"):
            rows = [record for record in session.scalars(select(table)) if getattr(record, "status", "") != "closed"]
            held[name] = sorted(map(_row, rows), key=repr)
    for table in DERIVED:
        held[table.__tablename__] = sorted(tuple(row) for row in session.execute(select(*table.__table__.columns)))
    names = session.execute(select(models.TopicName.topic_id, models.TopicName.name, models.TopicName.kind))
    shown = set(session.scalars(select(models.Topic.id).where(models.Topic.status == "active")))
    held["names"] = sorted(tuple(row) for row in names if row[0] in shown)
    for table in (models.Resource, models.Topic):
        # What an undone act had made is gone for good, but its id stays its own.
        rows = session.scalars(select(table).where(table.status != "gone"))
        held[table.__tablename__] = sorted((row.id, _card(row.card), _row(row)) for row in rows)
    return held


def _row(record: Any) -> tuple[Any, ...]:
    return tuple(sorted(fields_of(record).items()))


def _card(card: str) -> Any:
    return repr({name: value for name, value in orjson.loads(card).items() if name not in CHANGING})
