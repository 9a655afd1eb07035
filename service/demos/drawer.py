"""Draws figures that somebody asked to see, in a process of its own: drawing holds Python's lock, and much memory.

Like a worker it is a door: it owns its sessions and commits.
"""

import logging
import time
from collections.abc import Callable, Mapping

import orjson
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import drawings
from service.catalog.database import open_database, open_sessions
from service.catalog.drawings import DrawingOrder
from service.catalog.snapshots import Snapshots
from service.demos.animation import gif_of
from service.demos.figures import Spec, png_of, svg_of
from service.demos.limits import WorkerOptions
from service.demos.pauses import Pauses
from service.demos.worker import INHERIT_S

FORMATS: Mapping[str, Callable[[Spec], bytes]] = {
    "svg": lambda spec: svg_of(spec).encode(),
    "png": png_of,
    "gif": gif_of,
}
_WARM_UP = {"description": "Nothing", "mark": "point", "data": {"values": []}}
LEASE_S = 120.0  # a figure that moves takes a picture for each frame

_log = logging.getLogger(__name__)


def draw(options: WorkerOptions, should_stop: Callable[[], bool]) -> None:
    """Draw what is wanted, one after another, until `should_stop`."""
    engine = open_database(options.database_url)
    sessions, snapshots = open_sessions(engine), Snapshots(engine)
    svg_of(_WARM_UP)  # the first drawing takes ten times as long as the next
    inherit_due = 0.0
    pauses = Pauses(options.limits.idle_poll_s)
    while not should_stop():
        with snapshots.open() as session:
            is_wanted = drawings.is_wanted(session)
            if not is_wanted and time.monotonic() >= inherit_due:
                inherit_due = time.monotonic() + INHERIT_S
                is_wanted = drawings.is_abandoned(session)
        if is_wanted:
            _draw_one(sessions, options.limits.attempts)
            pauses.work_came()
        else:
            pauses.pause()
    snapshots.close()
    engine.dispose()


def _draw_one(sessions: sessionmaker[Session], attempts: int) -> None:
    with sessions.begin() as session:
        order = drawings.claim(session, LEASE_S, attempts)
    if order is not None:
        content = _drawn(order)
        with sessions.begin() as session:
            drawings.finish(session, order, content)


def _drawn(order: DrawingOrder) -> bytes | None:
    try:
        return FORMATS[order.format](orjson.loads(order.specification))
    except Exception:  # a specification that is none is a demo's mistake, and must not end the drawer
        _log.exception("figure %s of run %d cannot be drawn as %s", order.name, order.run_number, order.format)
        return None
