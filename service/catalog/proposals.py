"""Questions to a curator: asked once, closed when they are answered, moved along when their subject is merged.

A question is never dropped, so that its number stays its own and a decision about it is never taken for another's.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import Proposal
from service.catalog.refresh import batches

PAIRS = ("same_resource", "same_topic")  # `suggestion` is the id of the other one
OF_AN_ADDRESS = ("broken_link", "moved_link")  # a merged resource leaves its address behind


def pair_key(kind: str, one: str, other: str) -> str:
    """The key of a question about two things, in either order."""
    return ":".join((kind, *sorted((one, other))))


def ask(session: Session, questions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Put questions before a curator, by key; `questions` have the columns of Proposal. Tells whether any is new.

    One that was decided stays so; one that was closed is open again; one that is open says what is so now, unless
    another page asked it first.
    """
    known = _by_key(session, questions)
    session.add_all(Proposal(key=key, **values) for key, values in questions.items() if key not in known)
    closed = [row for row in known.values() if row.status == "closed"]
    for row in known.values():
        values = questions[row.key]
        is_own = row.status == "open" and row.page_id == values.get("page_id")
        if is_own or row in closed:
            for name, value in {**values, "status": "open"}.items():
                setattr(row, name, value)
    session.flush()
    return bool(closed) or len(known) < len(questions)


def close(session: Session, keys: Collection[str]) -> bool:
    """Ask these no longer, where they are open: whoever asked has the answer. Tells whether any was."""
    rows = [row for row in _by_key(session, keys).values() if row.status == "open"]
    for row in rows:
        row.status = "closed"
    session.flush()
    return bool(rows)


def open_keys(session: Session, page_id: str) -> set[str]:
    """The keys of what a page leaves open."""
    return set(session.scalars(select(Proposal.key).where(Proposal.page_id == page_id, Proposal.status == "open")))


def open_pairs(session: Session, kind: str, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Of the open questions about two things, those about any of these: by key, the ids of both."""
    asked = select(Proposal.key, Proposal.subject, Proposal.suggestion)
    rows = session.execute(asked.where(Proposal.kind == kind, Proposal.status == "open"))
    pairs = {key: (subject.partition(":")[2], other or "") for key, subject, other in rows}
    return {key: pair for key, pair in pairs.items() if not set(pair).isdisjoint(ids)}


def still_open(session: Session, keys: Collection[str]) -> set[str]:
    """Those of the keys whose question nobody has decided."""
    return {key for key, row in _by_key(session, keys).items() if row.status == "open"}


def is_approved(session: Session, key: str) -> bool:
    """Whether a curator approved this."""
    approved = select(Proposal.id).where(Proposal.key == key, Proposal.status == "approved")
    return session.scalar(approved) is not None


def move(session: Session, type: Literal["resource", "topic"], id: str, into: str) -> None:
    """Ask the survivor of a merge what was asked of the merged one, unless it is asked the same already.

    What was decided of a pair holds for the survivor in its place.
    """
    of_pairs = and_(Proposal.kind == f"same_{type}", Proposal.suggestion == id)
    of_merged = or_(Proposal.subject == f"{type}:{id}", of_pairs)
    for row in session.scalars(select(Proposal).where(of_merged).order_by(Proposal.id)):
        if row.kind in PAIRS:
            _move_pair(session, row, id, into)
        elif row.status == "open":
            if row.kind in OF_AN_ADDRESS or _is_asked(session, row.kind, f"{type}:{into}"):
                row.status = "closed"
            else:
                row.subject = f"{type}:{into}"
        session.flush()


def _move_pair(session: Session, row: Proposal, id: str, into: str) -> None:
    type, _, subject = row.subject.partition(":")
    one, other = (into if end == id else end for end in (subject, row.suggestion or ""))
    key = pair_key(row.kind, one, other)
    if one == other or _by_key(session, [key]):
        row.status = "closed" if row.status == "open" else row.status
    else:
        row.subject, row.suggestion, row.key = f"{type}:{one}", other, key


def _is_asked(session: Session, kind: str, subject: str) -> bool:
    asked = select(Proposal.id).where(Proposal.kind == kind, Proposal.subject == subject, Proposal.status == "open")
    return session.scalar(asked.limit(1)) is not None


def _by_key(session: Session, keys: Collection[str]) -> dict[str, Proposal]:
    found: dict[str, Proposal] = {}
    for batch in batches(sorted(keys)):
        found.update((row.key, row) for row in session.scalars(select(Proposal).where(Proposal.key.in_(batch))))
    return found
