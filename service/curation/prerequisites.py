"""Acts on prerequisites: add, accept, reject, and give back to pages and models."""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from service.catalog import editing
from service.catalog.models import Prerequisite
from service.catalog.prerequisites import bare_rows
from service.catalog.topics import PrerequisiteRow
from service.curation.acts import Editor, act
from service.errors import NotFound, Refused, StaleVersion
from service.graph.acyclic import accepted_graph, find_cycle

Decided = Literal["accepted", "rejected"]
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
_BY_CURATOR = {"source": "curator", "confidence": 1.0, "detail": "decided by a curator", "page": None, "line": None}


@dataclass(frozen=True)
class Edge:
    """Learn `prerequisite` before `dependent`: two topics' ids."""

    prerequisite: str
    dependent: str

    @property
    def subject(self) -> str:
        """As the audit names it."""
        return f"prerequisite:{self.prerequisite}>{self.dependent}"


def decide_edge(
    session: Session, editor: Editor, edge: Edge, version: int | None, status: Decided, any_of: str | None = None
) -> Prerequisite:
    """Accept or reject an edge, whatever pages and models say; `version` is None for one that is not there yet.

    Raises CycleError when the accepted edge would close a cycle, whoever is behind the others on it.
    """
    with act(session, editor, status, edge.subject):
        record = _checked(session, edge, version)
        if record is None:
            record = Prerequisite(prerequisite_id=edge.prerequisite, dependent_id=edge.dependent)
        put_decision(session, record, status, any_of)
    return record


def put_decision(session: Session, record: Prerequisite, status: str, any_of: str | None) -> None:
    """A part of an act: write down what was decided of an edge, which may be a new one; CycleError."""
    if status == ACCEPTED:
        _refuse_cycle(session, Edge(record.prerequisite_id, record.dependent_id))
    session.add(record)
    others = [piece for piece in record.evidence or () if piece["source"] != "curator"]
    record.kind, record.status, record.any_of = "curated", status, any_of
    record.confidence, record.evidence = 1.0, [*others, _BY_CURATOR]
    record.version = (record.version or 0) + 1


def _checked(session: Session, edge: Edge, version: int | None) -> Prerequisite | None:
    for id in (edge.prerequisite, edge.dependent):
        if editing.topic(session, id).status != "active":
            raise Refused(f"The topic {id!r} is hidden: nothing is decided of its prerequisites until it is shown.")
    record = editing.edge(session, edge.prerequisite, edge.dependent)
    if record is None and version is not None:
        raise NotFound("prerequisite", f"{edge.prerequisite}>{edge.dependent}")
    if record is not None:
        if version is None:
            raise StaleVersion(record.version)
        editing.check_version(record, version)
    return record


def _refuse_cycle(session: Session, edge: Edge) -> None:
    # Also those of topics that are not shown: they come back, and their edges with them.
    rows = [row for row in bare_rows(session) if row.status == ACCEPTED]
    topics = {end for row in rows for end in (row.prerequisite_id, row.dependent_id)}
    closing = PrerequisiteRow(edge.prerequisite, edge.dependent, "curated", 1.0, (), ACCEPTED)
    refusal = find_cycle(accepted_graph(topics, rows), closing)
    if refusal:
        raise refusal
