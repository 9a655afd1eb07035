"""Reading pages: what was ingested, from where, in which edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Mention, Page
from service.catalog.prepared import Prepared
from service.errors import NotFound


@dataclass(frozen=True)
class PageSummary:
    """A page and how much is on it."""

    id: str
    title: str
    source: str
    url: str | None
    language: str | None
    edition: int
    sha256: str
    topics: int
    mentions: int
    resources: int
    warnings: Sequence[dict[str, Any]]
    created_at: datetime
    updated_at: datetime


def summaries(session: Session, after: str = "", limit: int = 20) -> tuple[Sequence[PageSummary], int, str | None]:
    """Pages by id after `after`: (pages, total, the id to go on after)."""
    total = session.execute(select(func.count()).select_from(Page)).scalar_one()
    pages = session.scalars(select(Page).where(Page.id > after).order_by(Page.id).limit(limit + 1)).all()
    shown = pages[:limit]
    return [_summary(session, page) for page in shown], total, shown[-1].id if len(pages) > limit else None


def summary(session: Session, page_id: str) -> PageSummary:
    """One page, or NotFound."""
    page = session.get(Page, page_id)
    if page is None:
        raise NotFound("page", page_id)
    return _summary(session, page)


def is_known(session: Session, page_id: str) -> bool:
    """Whether there is such a page."""
    return bool(_ID.rows(session, page_id=page_id))


def addresses(session: Session) -> dict[str, str]:
    """Where pages are published, by id; those that are published nowhere are left out."""
    rows = session.execute(select(Page.id, Page.url).where(Page.url.is_not(None)))
    return {id: url for id, url in rows if url}


def _summary(session: Session, page: Page) -> PageSummary:
    mentions, resources = session.execute(
        select(func.count(), func.count(Mention.resource_number.distinct())).where(Mention.page_id == page.id)
    ).one()
    topics = session.execute(
        select(func.count(Heading.topic_id.distinct())).where(Heading.page_id == page.id)
    ).scalar_one()
    kept = {name: getattr(page, name) for name in _KEPT}
    return PageSummary(**kept, topics=topics, mentions=mentions, resources=resources)


_ID = Prepared(select(Page.id).where(Page.id == bindparam("page_id")))
_KEPT = (
    "id",
    "title",
    "source",
    "url",
    "language",
    "edition",
    "sha256",
    "warnings",
    "created_at",
    "updated_at",
)
