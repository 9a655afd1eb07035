"""The last change that readers can see, summed up."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.models import LatestChange
from service.catalog.snapshots import remember


class News(NamedTuple):
    """When something changed last, and how many things of each type then changed how."""

    at: datetime
    counts: list[tuple[str, str, int]]  # (type, change, how many), as the feed names them


def last_change(session: Session) -> News | None:
    """The newest revision that the feed still tells of; None where it tells of none."""
    return remember(session, "news", lambda: _read(session))


def _read(session: Session) -> News | None:
    shown = LatestChange.was_shown.is_(True)
    newest = select(LatestChange.revision, LatestChange.at).where(shown).order_by(LatestChange.revision.desc()).limit(1)
    row = session.execute(newest).first()
    if row is None:
        return None
    of_it = select(LatestChange.type, LatestChange.change, func.count()).where(
        shown, LatestChange.revision == row.revision
    )
    counts = session.execute(of_it.group_by(LatestChange.type, LatestChange.change).order_by(func.count().desc()))
    return News(row.at, [(type, change, count) for type, change, count in counts])
