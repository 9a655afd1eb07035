"""The graph of the current revision: one per database in each process, built beside the old one and swapped in."""

import threading
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.snapshots import remember
from service.catalog.topics import graph_rows
from service.graph.build import build
from service.graph.knowledge import KnowledgeGraph

KEPT_REVISIONS = 2  # the newest, and the one before it for requests that began on that


@dataclass
class _Shelf:
    graphs: dict[int, KnowledgeGraph] = field(default_factory=dict)  # by revision; replaced, never changed
    building: threading.Lock = field(default_factory=threading.Lock)


_shelves: WeakKeyDictionary[Engine, _Shelf] = WeakKeyDictionary()
_making_shelves = threading.Lock()


def current(session: Session) -> KnowledgeGraph:
    """The graph as this session sees it, from memory unless the revision has changed.

    Every worker asks the database for the revision, so a commit elsewhere shows at the next call. A session that
    has written and not yet committed gets a graph of its own: nobody else may see what could still roll back.
    Readers of an old graph keep it; those who need the new one wait for one of them to build it.
    """
    return remember(session, "graph", partial(_current, session))


def _current(session: Session) -> KnowledgeGraph:
    seen = revisions.glance(session)
    if seen.is_open:
        return _read(session)
    shelf = _shelf(session.get_bind().engine)
    return shelf.graphs.get(seen.number) or _build(shelf, session)


def _build(shelf: _Shelf, session: Session) -> KnowledgeGraph:
    with shelf.building:
        number = revisions.glance(session).number
        if number not in shelf.graphs:
            fresh = _read(session)
            kept = list(shelf.graphs.items())[1 - KEPT_REVISIONS :]
            shelf.graphs = {**dict(kept), fresh.revision: fresh}
            return fresh
        return shelf.graphs[number]


def _read(session: Session) -> KnowledgeGraph:
    """Read and build. A commit between two of the reads would mix two revisions: then read again."""
    while True:
        before = revisions.glance(session).number
        rows = graph_rows(session)
        if revisions.glance(session).number == before:
            return build(before, rows)


def _shelf(engine: Engine) -> _Shelf:
    shelf = _shelves.get(engine)
    if shelf is None:
        with _making_shelves:
            shelf = _shelves.setdefault(engine, _Shelf())
    return shelf
