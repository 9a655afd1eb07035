"""Many decisions as one act: each succeeds or fails on its own, one audit entry and one revision hold them all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from service.catalog import audit, changes, revisions
from service.catalog.changes import RowChange
from service.catalog.queue import QueueFilter
from service.catalog.vocabulary import Vocabulary
from service.curation.acts import Editor, folding, write_down
from service.curation.decisions import Decision, decide
from service.curation.queue import list_queue
from service.errors import CoursegraphError


@dataclass(frozen=True)
class Outcome:
    """What became of one decision: what it changed, or why it changed nothing."""

    decision: Decision
    changes: Sequence[RowChange] = ()
    error: CoursegraphError | None = None


def decide_all(
    session: Session, editor: Editor, decisions: Sequence[Decision], vocabulary: Vocabulary
) -> list[Outcome]:
    """Do what was decided, in this order: a later decision meets what an earlier one made."""
    revisions.lock(session)
    outcomes = [_decide_one(session, editor, decision, vocabulary) for decision in decisions]
    found = changes.combined(change for outcome in outcomes for change in outcome.changes)
    write_down(session, editor, "decide", audit.QUEUE, found)
    return outcomes


def alike(session: Session, wanted: QueueFilter, answer: Decision, most: int) -> list[Decision]:
    """One answer (its id aside) to all questions that a filter finds, the worst first, `most` of them."""
    revisions.lock(session)  # nobody answers one before this does
    return [replace(answer, id=item.id) for item in list_queue(session, wanted, limit=most).items]


def _decide_one(session: Session, editor: Editor, decision: Decision, vocabulary: Vocabulary) -> Outcome:
    try:
        with session.begin_nested(), folding(session, editor) as found:
            decide(session, decision, vocabulary)
    except CoursegraphError as error:
        return Outcome(decision, error=error)
    return Outcome(decision, found)
