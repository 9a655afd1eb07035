"""The statuses of all prerequisites, decided anew after a write."""

from sqlalchemy.orm import Session

from service.catalog.prerequisites import bare_rows, write_statuses
from service.graph.acyclic import settle


def settle_all(session: Session, accept_confidence: float) -> bool:
    """Decide every edge's status, over all pages; tell whether anything changed."""
    rows = bare_rows(session)
    settled = settle(rows, accept_confidence)
    changed = {
        (after.row.prerequisite_id, after.row.dependent_id): (after.row.status, str(after.refusal or "") or None)
        for before, after in zip(rows, settled, strict=True)
        if after.row.status != before.status or after.refusal
    }
    return write_statuses(session, changed)
