"""Whatever editions a page went through, the catalog ends up as if it had only ever seen the last one."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from service.catalog.database import open_database, open_sessions
from service.catalog.models import Heading, Resource, ResourceTopic, Topic
from service.catalog.vocabulary import Vocabulary
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

TOPICS = ("Apples", "Pears", "Plums", "Overview")
LINKS = st.lists(st.tuples(st.sampled_from(["video", "paper", "tour"]), st.integers(0, 5)), max_size=4, unique=True)
EDITIONS = st.lists(st.dictionaries(st.sampled_from(TOPICS), LINKS, min_size=1), min_size=1, max_size=4)

Edition = dict[str, list[tuple[str, int]]]
Catalog = tuple[dict[str, tuple[str, str, list[str]]], list[str], list[tuple[str, str]]]


def _page(edition: Edition) -> str:
    lines = ["# Fruit"]
    for topic, links in edition.items():
        lines += [
            "",
            f"## {topic}",
            *(f"* A {kind} on number {n} [{kind}](https://example.org/{n})" for kind, n in links),
        ]
    return "\n".join(lines) + "\n"


def _ingest_all(editions: list[Edition], vocabulary: Vocabulary, migrated: Path) -> Catalog:
    """Ingest the editions in turn into an empty catalog; what it then holds, but for ids and times."""
    engine = open_database("sqlite://")
    with closing(sqlite3.connect(migrated)) as empty, closing(engine.raw_connection()) as copy:
        empty.backup(copy.driver_connection)
    options = IngestOptions(confirm_removals=True)
    with open_sessions(engine)() as session:
        for edition in editions:
            ingest(session, PageContent("fruit", "fruit.md", _page(edition).encode()), vocabulary, options)
            session.commit()
        active = session.scalars(select(Resource).where(Resource.status == "active")).all()
        labels = {topic.id: topic.label for topic in session.scalars(select(Topic).where(Topic.status == "active"))}
        under = [
            (labels[row.topic_id], str(session.get(Resource, row.resource_number).url))  # type: ignore[union-attr]
            for row in session.scalars(select(ResourceTopic))
        ]
        headings = [labels[h.topic_id] for h in session.scalars(select(Heading).order_by(Heading.position))]
        return {r.url: (r.title, r.media_type, _lines(r)) for r in active}, headings, sorted(under)


def _lines(resource: Resource) -> list[str]:
    return sorted(f"{mention['line']}: {mention['text']}" for mention in json.loads(resource.card)["mentions"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITIONS)
def test_the_last_edition_alone_decides_what_the_catalog_holds(
    migrated_sqlite: Path, vocabulary: Vocabulary, editions: list[Edition]
) -> None:
    after_all = _ingest_all(editions, vocabulary, migrated_sqlite)

    assert after_all == _ingest_all(editions[-1:], vocabulary, migrated_sqlite)
