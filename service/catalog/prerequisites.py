"""Writing prerequisites: what each page says for an edge, merged over pages, beside a curator's decisions."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Prerequisite
from service.catalog.refresh import batches
from service.catalog.topics import PrerequisiteRow

MOST_CONFIDENT = 0.95  # what no amount of a page's evidence exceeds; certainty is for curators
CYCLE = "cycle"  # the source of the note that says why a sure enough edge was not accepted
STATED = "stated"
MODEL = "model"  # its pieces have a "prior" too: what was believed of such a pair before it was asked
PARTS = "parts"  # topics inside one subject build on topics inside another
OUTWEIGHING = (STATED, PARTS)
LEAST_DOUBT = 1e-4  # odds of certainty would be infinite

_CONFIDENCE = itemgetter("confidence")


@dataclass(frozen=True)
class PageEdge:
    """What one page says for an edge; each piece is {source, confidence, detail, page, line}.

    A model's has a prior too, and one that states alternatives ("Python or R") their `any_of`.
    """

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
    """A page, and the topics whose prerequisites it may speak of: those of this edition, and of the last one alone.

    `unheard` is a source that could not be asked this time: what it said of this edition's topics stays.
    """

    id: str
    topics: frozenset[str]
    dropped: frozenset[str] = frozenset()
    unheard: str | None = None

    def keeps(self, record: Prerequisite, piece: Mapping[str, Any]) -> bool:
        """Whether a piece of the last edition stays as it was."""
        ends = {record.prerequisite_id, record.dependent_id}
        return piece["source"] == self.unheard and not ends & self.dropped


def combined(evidence: Sequence[Mapping[str, Any]]) -> float:
    """How sure all evidence together makes us, 0..1.

    What pages show: noisy-or, 1 - (1 - a)(1 - b)..., the chance that not every piece is wrong, were they independent.
    A model's piece moves the odds of that by as much as it moved its own prior's, and does not outweigh what a page
    states or shows by a subject's parts. Several pages' pieces by a model are one opinion: the surest counts.
    """
    shown = [piece for piece in evidence if piece["source"] != MODEL]
    opinion = max((piece for piece in evidence if piece["source"] == MODEL), key=_CONFIDENCE, default=None)
    doubt = math.prod(1.0 - float(piece["confidence"]) for piece in shown)
    if opinion is None:
        return round(min(1.0 - doubt, MOST_CONFIDENT), 3)
    moved = _log_odds(opinion["confidence"]) - _log_odds(opinion["prior"])
    if any(piece["source"] in OUTWEIGHING for piece in shown):
        moved = max(moved, 0.0)
    odds = _log_odds(max(1.0 - doubt, opinion["prior"])) + moved
    return round(min(1.0 / (1.0 + math.exp(-odds)), MOST_CONFIDENT), 3)


def _log_odds(confidence: float) -> float:
    bounded = min(max(confidence, LEAST_DOUBT), 1.0 - LEAST_DOUBT)
    return math.log(bounded / (1.0 - bounded))


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
    for record in records(session, page.topics | page.dropped):
        evidence = said.pop((record.prerequisite_id, record.dependent_id), ())
        changed |= _replace(session, record, page, evidence, floor_confidence)
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


def absorb(record: Prerequisite, other: Prerequisite) -> None:
    """Let an edge say what another one for the same says too; a curator's word about either outranks the rest."""
    if is_decided(record):
        return
    if is_decided(other):
        record.kind, record.status, record.any_of = other.kind, other.status, other.any_of
        record.confidence, record.evidence = other.confidence, other.evidence
    else:
        record.evidence = [*record.evidence, *(piece for piece in other.evidence if piece not in record.evidence)]
        _weigh(record)
    record.version += 1


def is_decided(record: Prerequisite) -> bool:
    """Whether a curator decided about the edge."""
    return record.kind == "curated" or record.status == "rejected"


def _record(edge: PageEdge) -> Prerequisite:
    ends = {"prerequisite_id": edge.prerequisite_id, "dependent_id": edge.dependent_id}
    record = Prerequisite(**ends, status="proposed", evidence=list(edge.evidence))
    _weigh(record)
    return record


def _replace(
    session: Session, record: Prerequisite, page: PageTopics, said: Sequence[dict[str, Any]], floor_confidence: float
) -> bool:
    before = [piece for piece in record.evidence if piece.get("page") == page.id]
    fresh = [*said, *(piece for piece in before if page.keeps(record, piece))]
    if before == fresh:
        return False
    evidence = [p for p in record.evidence if p.get("page") != page.id and p["source"] != CYCLE] + fresh
    if combined(evidence) < floor_confidence and not is_decided(record):
        session.delete(record)
        return True
    record.evidence = evidence
    if not is_decided(record):
        _weigh(record)
    record.version += 1
    return True


def _weigh(record: Prerequisite) -> None:
    """Say what an edge's evidence comes to; what is stated as one of several, and never alone, is one of several."""
    stated = [piece.get("any_of") for piece in record.evidence if piece["source"] == STATED]
    record.kind = "stated" if stated else "inferred"
    record.any_of = stated[0] if stated and all(stated) else None
    record.confidence = combined(record.evidence)
