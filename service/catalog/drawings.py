"""Figures as pictures (SVG, PNG, ...): asked for once, drawn by a worker, kept as long as their run."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.catalog.leases import has_ended
from service.catalog.models import Drawing, Figure, now
from service.catalog.prepared import Prepared

_BEGUN = Prepared(select(Drawing.name).where(Drawing.status == "begun").limit(1))
_WANTED = Prepared(select(Drawing.name).where(Drawing.status == "wanted").limit(1))

_PLAIN = {"synchronize_session": False}  # no object of the session is kept in step with the statement


@dataclass(frozen=True)
class DrawingOrder:
    """A figure that is to be drawn in a format; `specification` is Vega-Lite, as JSON."""

    run_number: int
    name: str
    format: str
    specification: str


def find(session: Session, figure: Figure, format: str) -> Drawing | None:
    """A figure's drawing as it is now (see the model for its statuses); None when nobody has asked for it."""
    key = {"run_number": figure.run_number, "name": figure.name, "format": format}
    return session.scalars(select(Drawing).filter_by(**key).execution_options(populate_existing=True)).one_or_none()


def order(session: Session, figure: Figure, format: str) -> None:
    """Ask for a drawing, unless somebody has."""
    if find(session, figure, format) is not None:
        return
    try:
        with session.begin_nested():
            session.add(Drawing(run_number=figure.run_number, name=figure.name, format=format))
    except IntegrityError:  # somebody asked in this instant
        return


def is_wanted(session: Session) -> bool:
    """Whether something is to be drawn; cheap enough to ask fifty times a second."""
    return bool(_WANTED.rows(session))


def is_abandoned(session: Session) -> bool:
    """Whether a drawer let the lease of its drawing run out; cheap while nothing is drawn."""
    return bool(_BEGUN.rows(session)) and bool(session.execute(select(exists().where(_abandoned()))).scalar_one())


def claim(session: Session, lease_s: float, max_attempts: int) -> DrawingOrder | None:
    """Take one order; None when there is none. One that ended `max_attempts` drawers fails instead.

    The write comes first, so that on SQLite nobody claims between the read and the lease.
    """
    given_up = update(Drawing).where(_abandoned(), Drawing.attempts >= max_attempts).values(status="failed")
    session.execute(given_up, execution_options=_PLAIN)
    claimable = or_(Drawing.status == "wanted", _abandoned())
    oldest = select(Drawing).where(claimable).order_by(Drawing.run_number, Drawing.name, Drawing.format).limit(1)
    drawing = session.scalars(oldest.with_for_update(skip_locked=True)).one_or_none()
    if drawing is None:
        return None
    drawing.status = "begun"
    drawing.attempts += 1
    drawing.lease_until = now() + timedelta(seconds=lease_s)
    specification = session.execute(
        select(Figure.specification).filter_by(run_number=drawing.run_number, name=drawing.name)
    ).scalar_one()
    return DrawingOrder(drawing.run_number, drawing.name, drawing.format, specification)


def finish(session: Session, order: DrawingOrder, content: bytes | None) -> None:
    """Keep a drawing; None says that it could not be drawn."""
    key = {"run_number": order.run_number, "name": order.name, "format": order.format}
    values = {"status": "failed" if content is None else "drawn", "content": content, "lease_until": None}
    session.execute(update(Drawing).filter_by(**key).values(values), execution_options=_PLAIN)


def _abandoned() -> ColumnElement[bool]:
    return (Drawing.status == "begun") & has_ended(Drawing.lease_until)
