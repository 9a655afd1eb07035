"""The graph of the current revision: one per database in each process, built beside the old one and swapped in."""

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.topics import graph_rows
from service.graph.build import build
from service.graph.knowledge import KnowledgeGraph


@dataclass
class _Slot:
    graph: KnowledgeGraph | None = None
    building: threading.Lock = field(default_factory=threading.Lock)


_slots: WeakKeyDictionary[Engine, _Slot] = WeakKeyDictionary()
_making_slots = threading.Lock()


def current(session: Session) -> KnowledgeGraph:
    """The graph as this session sees it, from memory unless the revision has changed.

    Every worker asks the database for the revision, so a commit elsewhere shows at the next call. A session that
    has written and not yet committed gets a graph of its own: nobody else may see what could still roll back.
    Readers of the old graph keep it; those who need the new one wait for one of them to build it.
    """
    seen = revisions.glance(session)
    if seen.is_open:
        return _read(session)
    slot = _slot(session.connection().engine)
    graph = slot.graph
    if graph is not None and graph.revision == seen.number:
        return graph
    with slot.building:
        if slot.graph is None or slot.graph.revision != revisions.glance(session).number:
            slot.graph = _read(session)
        return slot.graph


def _read(session: Session) -> KnowledgeGraph:
    """Read and build. A commit between two of the reads would mix two revisions: then read again."""
    while True:
        before = revisions.glance(session).number
        rows = graph_rows(session)
        if revisions.glance(session).number == before:
            return build(before, rows)


def _slot(engine: Engine) -> _Slot:
    slot = _slots.get(engine)
    if slot is None:
        with _making_slots:
            slot = _slots.setdefault(engine, _Slot())
    return slot
