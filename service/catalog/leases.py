"""When a lease has ended: its time is up, or it was given by a clock that has been set back since."""

from datetime import timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from service.catalog.models import now

LONGEST = timedelta(minutes=5)  # no lease is given for longer


def has_ended(lease_until: InstrumentedAttribute[object]) -> ColumnElement[bool]:
    """Of a row with a lease."""
    moment = now()
    return or_(lease_until < moment, lease_until > moment + LONGEST)
