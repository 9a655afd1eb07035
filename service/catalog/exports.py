"""Reading all there is, in batches: what an export streams. One batch is in memory at a time."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import pages
from service.catalog.models import Resource, Topic
from service.catalog.pages import PageSummary

ROWS_PER_BATCH = 1000  # cards of some 2 KB each


def all_pages(session: Session) -> Iterator[PageSummary]:
    """Every page, by id."""
    after: str | None = ""
    while after is not None:
        found, _, after = pages.summaries(session, after, ROWS_PER_BATCH)
        yield from found


def all_topic_cards(session: Session) -> Iterator[str]:
    """The cards of all active topics, by id."""
    after = ""
    while True:
        wanted = select(Topic.id, Topic.card).where(Topic.status == "active", Topic.id > after).order_by(Topic.id)
        rows = session.execute(wanted.limit(ROWS_PER_BATCH)).all()
        yield from (row.card for row in rows)
        if len(rows) < ROWS_PER_BATCH:
            return
        after = rows[-1].id


def all_resource_cards(session: Session) -> Iterator[str]:
    """The cards of all active resources, in the order of first appearance."""
    after = 0
    while True:
        active = select(Resource.number, Resource.card).where(Resource.status == "active", Resource.number > after)
        rows = session.execute(active.order_by(Resource.number).limit(ROWS_PER_BATCH)).all()
        yield from (row.card for row in rows)
        if len(rows) < ROWS_PER_BATCH:
            return
        after = rows[-1].number
