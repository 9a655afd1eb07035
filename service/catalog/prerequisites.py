"""Writing prerequisites: what each page says for an edge, merged over pages, beside a curator's decisions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Prerequisite
from service.catalog.refresh import batches
from service.catalog.topics import PrerequisiteRow

MOST_CONFIDENT = 0.95  # what no amount of a page's evidence exceeds; certainty is for curators
CYCLE = "cycle"  # the source of the note that says why a sure enough edge was not accepted
STATED = "stated"


@dataclass(frozen=True)
class PageEdge:
    """What one page says for an edge; each piece is {source, confidence, detail, page, line}."""

    prerequisite_id: str
    dependent_id: str
    evidence: tuple[dict[str, Any], ...]

    @property
    def ends(self) -> tuple[str, str]:
        """(prerequisite, dependent)."""
        return self.prerequisite_id, self.dependent_id

    @property
    def confidence(self) -> float:
        """That of its evidence together."""
        return combined(self.evidence)


@dataclass(frozen=True)
class PageTopics:
    """A page, and the topics whose prerequisites it may speak of: those of this edition and of the last one."""

    id: str
    topics: frozenset[str]


def combined(evidence: Iterable[Mapping[str, Any]]) -> float:
    """Noisy-or: 1 - (1 - a)(1 - b)..., the chance that not every piece is wrong, were they independent."""
    doubt = 1.0
    for piece in evidence:
        doubt *= 1.0 - piece["confidence"]
    return round(min(1.0 - doubt, MOST_CONFIDENT), 3)


def records(session: Session, dependents: Collection[str]) -> Sequence[Prerequisite]:
    """The prerequisites of these topics, in any status, the oldest first."""
    found: list[Prerequisite] = []
    for batch in batches(sorted(dependents)):
        found += session.scalars(select(Prerequisite).where(Prerequisite.dependent_id.in_(batch)))
    return sorted(found, key=lambda record: record.id)


def replace_page_evidence(
    session: Session, page: PageTopics, edges: Iterable[PageEdge], floor_confidence: float
) -> bool:
    """Put what the page says now in the place of what it said before; tell whether anything changed.

    An edge that its remaining evidence puts under the floor goes, unless a curator decided about it. New edges
    come as proposed: the caller settles which are accepted.
    """
    said = {edge.ends: edge.evidence for edge in edges}
    changed = False
    for record in records(session, page.topics):
        evidence = said.pop((record.prerequisite_id, record.dependent_id), ())
        changed |= _replace(session, record, page.id, evidence, floor_confidence)
    new = [PageEdge(*ends, evidence) for ends, evidence in said.items()]
    kept = [edge for edge in new if edge.confidence >= floor_confidence]
    session.add_all(_record(edge) for edge in kept)
    session.flush()
    return changed or bool(kept)


def bare_rows(session: Session) -> Sequence[PrerequisiteRow]:
    """Every prerequisite there is, between topics of any status, without its evidence: to be settled."""
    columns = (Prerequisite.prerequisite_id, Prerequisite.dependent_id, Prerequisite.kind, Prerequisite.confidence)
    rows = session.execute(select(*columns, Prerequisite.status).order_by(Prerequisite.id))
    return [PrerequisiteRow(*row[:4], evidence=(), status=row[4]) for row in rows]


def write_statuses(session: Session, decided: Mapping[tuple[str, str], tuple[str, str | None]]) -> bool:
    """Write the edges' statuses, each with the reason why a sure enough edge was not accepted, or None.

    Tells whether anything changed.
    """
    touched = records(session, {dependent for _, dependent in decided})
    found = [record for record in touched if (record.prerequisite_id, record.dependent_id) in decided]
    written = [_write_status(record, *decided[record.prerequisite_id, record.dependent_id]) for record in found]
    return any(written)


def _write_status(record: Prerequisite, status: str, reason: str | None) -> bool:
    evidence = [piece for piece in record.evidence if piece["source"] != CYCLE]
    if reason:
        evidence.append({"source": CYCLE, "confidence": 0.0, "detail": reason, "page": None, "line": None})
    if (record.status, record.evidence) == (status, evidence):
        return False
    record.status, record.evidence = status, evidence
    record.version += 1
    return True


def is_decided(record: Prerequisite) -> bool:
    """Whether a curator decided about the edge."""
    return record.kind == "curated" or record.status == "rejected"


def _record(edge: PageEdge) -> Prerequisite:
    return Prerequisite(
        prerequisite_id=edge.prerequisite_id,
        dependent_id=edge.dependent_id,
        kind=_kind(edge.evidence),
        status="proposed",
        confidence=edge.confidence,
        evidence=list(edge.evidence),
    )


def _replace(
    session: Session, record: Prerequisite, page_id: str, fresh: Sequence[dict[str, Any]], floor_confidence: float
) -> bool:
    before = [piece for piece in record.evidence if piece.get("page") == page_id]
    if before == list(fresh):
        return False
    evidence = [p for p in record.evidence if p.get("page") != page_id and p["source"] != CYCLE] + list(fresh)
    if combined(evidence) < floor_confidence and not is_decided(record):
        session.delete(record)
        return True
    record.evidence = evidence
    if not is_decided(record):
        record.kind, record.confidence = _kind(evidence), combined(evidence)
    record.version += 1
    return True


def _kind(evidence: Iterable[Mapping[str, Any]]) -> str:
    return "stated" if any(piece["source"] == STATED for piece in evidence) else "inferred"
