"""One act: what it changes is recorded, folded into what is shown, and written down with who did it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import changes, revisions
from service.catalog.changes import RowChange
from service.catalog.refresh import refresh_resources
from service.catalog.refresh_topics import refresh_topics, resources_under
from service.catalog.revisions import Action
from service.graph.settled import settle_all

# What may be done to a thing that is gone: a merge lets its id lead somewhere. All else waits until it is restored.
OF_GONE: Collection[Action] = ("restore", "delete", "merge")


@dataclass(frozen=True)
class Editor:
    """Who acts, and how sure an inferred prerequisite must be to be accepted where a curator's word makes room."""

    name: str
    accept_confidence: float = 0.5


@contextmanager
def act(session: Session, editor: Editor, action: Action, subject: str, **told: object) -> Iterator[None]:
    """A block that changes rows which are true in themselves; all that follows from them is done at its end.

    An act that changes nothing leaves no trace. What else is `told` goes into the audit along with the changes.
    """
    revisions.lock(session)
    with folding(session, editor) as found:
        yield
    write_down(session, editor, action, subject, found, **told)


@contextmanager
def folding(session: Session, editor: Editor) -> Iterator[list[RowChange]]:
    """A part of an act: fills the list, when the block ends well, with what it changed, and folds that."""
    with changes.recording(session) as found:
        yield found
        session.flush()
        settle_all(session, editor.accept_confidence)
    if found:
        fold(session, found)


def write_down(
    session: Session, editor: Editor, action: Action, subject: str, found: Sequence[RowChange], **told: object
) -> None:
    """Close an act: one audit entry, one step of the revision; none where nothing was changed."""
    if found:
        detail: dict[str, object] = {"changes": changes.to_json(found), **told}
        revisions.advance(session, editor.name, action, subject, detail)


def fold(session: Session, found: Iterable[RowChange]) -> None:
    """Refresh every resource and topic that these changes bear on."""
    topics, numbers = changes.touched(session, found)
    refreshed = refresh_topics(session, topics)
    refresh_resources(session, numbers | resources_under(session, topics | set(refreshed.relabelled)))
