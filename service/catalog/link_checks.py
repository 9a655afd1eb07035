"""Links and what checks of them find; and which are due for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import LinkCheck, Resource

RESULTS = ("ok", "redirected", "gone", "blocked", "unreachable", "unknown")
CHECKED_STATUSES = ("active", "broken")  # of resources


@dataclass(frozen=True)
class LinkScope:
    """Which links a check is about: those of a host, those not checked since a moment, the oldest so many."""

    before: datetime
    host: str | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Link:
    """A resource's URL, and what the last check of it left to go on from."""

    number: int  # the resource's, and its id
    id: str
    url: str  # without fragment
    known_since: datetime
    is_broken: bool
    failing_since: datetime | None = None
    final_url: str | None = None
    etag: str | None = None  # of `final_url`, as is the next
    last_modified: str | None = None


@dataclass(frozen=True)
class Finding:
    """What a look at a link found; `result` is one of RESULTS."""

    result: str
    status_code: int | None = None
    final_url: str | None = None
    moved_to: str | None = None  # where it says to have moved for good
    error: str | None = None
    ms: int = 0
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Checked:
    """A link after a look at it; `is_broken` is None where the look says nothing of that."""

    link: Link
    at: datetime
    finding: Finding
    failing_since: datetime | None
    is_broken: bool | None
    archive_url: str | None = None  # a copy, for a broken one


def due(session: Session, scope: LinkScope) -> list[Link]:
    """The links to check: those never checked and those whose URL is new first, then the oldest checks."""
    beginning = func.substr(Resource.url, 1, func.length(LinkCheck.url) + 1)
    is_same = or_(Resource.url == LinkCheck.url, beginning == LinkCheck.url + "#")
    current = and_(LinkCheck.resource_number == Resource.number, LinkCheck.is_latest, is_same)
    conditions: list[ColumnElement[bool]] = [
        Resource.status.in_(CHECKED_STATUSES),
        or_(LinkCheck.at.is_(None), LinkCheck.at < scope.before),
    ]
    if scope.host is not None:
        conditions.append(Resource.host == scope.host)
    rows = session.execute(
        select(*_LINK_COLUMNS)
        .outerjoin_from(Resource, LinkCheck, current)
        .where(*conditions)
        .order_by(LinkCheck.at.is_not(None), LinkCheck.at, Resource.number)
        .limit(scope.limit)
    )
    return [_link(row) for row in rows]


_LINK_COLUMNS: Sequence[Any] = (
    Resource.number,
    Resource.id,
    Resource.url,
    Resource.created_at,
    Resource.broken_url,
    LinkCheck.failing_since,
    LinkCheck.final_url,
    LinkCheck.etag,
    LinkCheck.last_modified,
)


def _link(row: Row[Any]) -> Link:
    url = without_fragment(row.url)
    last = (row.failing_since, row.final_url, row.etag, row.last_modified)
    return Link(row.number, row.id, url, row.created_at, row.broken_url == url, *last)


def without_fragment(url: str) -> str:
    """What is asked for: a server never sees a fragment."""
    return url.partition("#")[0]
