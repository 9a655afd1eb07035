"""Undo: what an act changed is put back, unless it has been changed since. An undo is an act, and can be undone."""

from sqlalchemy.orm import Session

from service.catalog import audit, changes
from service.catalog.prerequisites import bare_rows
from service.curation.acts import Editor, act
from service.errors import Refused, UndoConflict, UndoneAlready
from service.graph.acyclic import accepted_graph


def undo(session: Session, editor: Editor, number: int) -> None:
    """Undo the act of this audit entry.

    Raises UndoneAlready when it has been undone, UndoConflict when one of the fields has changed since, Refused for
    what is no editor's act (an ingest is undone by ingesting the earlier edition), and CycleError when an edge that
    comes back would close a cycle.
    """
    entry = audit.entry(session, number)
    if "changes" not in entry.detail:
        raise Refused(f"The {entry.action} of {entry.subject} is no editor's act: it cannot be undone.")
    done = changes.from_json(entry.detail["changes"])
    conflicts = changes.conflicts(session, done)
    if conflicts:
        undone_by = audit.undone_by(session, number)
        if undone_by is not None:
            raise UndoneAlready(number, undone_by)
        raise UndoConflict(changes.to_json(conflicts))
    with act(session, editor, "undo", entry.subject, **{audit.UNDOES: number}):
        changes.restore(session, done)
        rows = [row for row in bare_rows(session) if row.status == "accepted"]
        accepted_graph({end for row in rows for end in (row.prerequisite_id, row.dependent_id)}, rows)
