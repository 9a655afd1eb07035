"""Reading link checks: the last of every resource, and the history of one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from service.catalog.link_checks import CHECKED_STATUSES
from service.catalog.models import LinkCheck, Resource

COLUMNS = ("at", "url", "result", "status_code", "final_url", "ms", "error", "failing_since")

_LISTED: Sequence[Any] = (
    Resource.number,
    Resource.id.label("resource_id"),
    Resource.title,
    Resource.status,
    *(getattr(LinkCheck, name) for name in COLUMNS),
)


def latest(session: Session, result: str | None, after: int, limit: int) -> tuple[Sequence[Row[Any]], int, int | None]:
    """The last check of each shown resource after the one numbered `after`: (rows, total, number to go on after)."""
    conditions = [LinkCheck.is_latest, Resource.status.in_(CHECKED_STATUSES)]
    if result is not None:
        conditions.append(LinkCheck.result == result)
    joined = LinkCheck.resource_number == Resource.number
    counted = select(func.count()).select_from(LinkCheck).join(Resource, joined).where(*conditions)
    listed = select(*_LISTED).join(Resource, joined).where(*conditions, Resource.number > after)
    found = session.execute(listed.order_by(Resource.number).limit(limit + 1)).all()
    shown = found[:limit]
    return shown, session.execute(counted).scalar_one(), shown[-1].number if len(found) > limit else None


def history(
    session: Session, resource_number: int, before: int | None, limit: int
) -> tuple[Sequence[LinkCheck], int, int | None]:
    """The checks of a resource before the one numbered `before`, newest first: (rows, total, where to go on)."""
    of_it = LinkCheck.resource_number == resource_number
    total = session.execute(select(func.count()).select_from(LinkCheck).where(of_it)).scalar_one()
    listed = select(LinkCheck).where(of_it)
    if before is not None:
        listed = listed.where(LinkCheck.number < before)
    found = session.scalars(listed.order_by(LinkCheck.number.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    return shown, total, shown[-1].number if len(found) > limit else None
