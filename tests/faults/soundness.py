"""Whether a catalog is what its clients were told: nothing lost, nothing twice, and all that is derived is in step."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from curation.fruit import DERIVED
from faults.ledger import Ledger, Write
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import models, revisions
from service.catalog.refresh import refresh_resources
from service.catalog.refresh_topics import refresh_topics
from service.catalog.topics import prerequisite_rows
from service.errors import CycleError
from service.graph.acyclic import accepted_graph

ACTIONS = ("add", "edit", "accepted", "rejected", "ingest")  # what clients of this harness ask for
_MARKED = {"resource": "curated.title", "prerequisite": "any_of"}  # the field that holds a write's mark


class Soundness:
    """Looks again and again; ids that were seen once must stay, with their numbers."""

    def __init__(self, sessions: sessionmaker[Session], ledger: Ledger) -> None:
        self._sessions = sessions
        self._ledger = ledger
        self._seen: dict[str, int | None] = {}

    def troubles(self) -> list[str]:
        """What is wrong; clients may write meanwhile."""
        acknowledged = self._ledger.read("acknowledged")
        with self._sessions() as session:
            revisions.lock(session)  # from here on nobody else writes, and what was asked after this is not in it
            found = [
                *_audit_troubles(session, Counter(acknowledged), Counter(self._ledger.read("asked"))),
                *_content_troubles(session),
                *_cycles(session),
                *self._ids(session),
                *_stale_rows(session),
                *_damage(session),
            ]
            session.rollback()
        return found

    def _ids(self, session: Session) -> Iterator[str]:
        there: dict[str, int | None] = {row.id: row.number for row in session.scalars(select(models.Resource))}
        there |= {f"topic:{id}": None for id in session.scalars(select(models.Topic.id))}
        for id, number in self._seen.items():
            if id not in there or there[id] != number:
                yield f"the id {id} is gone, or another's"
        self._seen = there


def _audit_troubles(session: Session, acknowledged: Counter[Write], asked: Counter[Write]) -> Iterator[str]:
    written = Counter(_written(session))
    yield from (f"lost: {write}" for write in acknowledged - written)
    yield from (f"written, but not asked for so often: {write}" for write in written - asked)


def _written(session: Session) -> Iterator[Write]:
    """The writes that the audit tells of, oldest first."""
    editions = {page: iter(session.scalars(_editions(page)).all()) for page in session.scalars(select(models.Page.id))}
    entries = select(models.AuditEntry).where(models.AuditEntry.action.in_(ACTIONS)).order_by(models.AuditEntry.id)
    for entry in session.scalars(entries):
        if entry.action == "ingest":
            mark = next(editions[entry.subject.removeprefix("page:")], "")
        else:
            marks = [change["after"].get(_MARKED.get(change["table"]), "") for change in entry.detail["changes"]]
            mark = max(marks, default="")
        yield Write(entry.action, entry.subject, mark)


def _editions(page: str) -> Any:
    of_it = select(models.PageEdition.sha256).where(models.PageEdition.page_id == page)
    return of_it.order_by(models.PageEdition.edition)


def _content_troubles(session: Session) -> Iterator[str]:
    """The last write on each thing is what the thing says."""
    says: dict[str, str] = {f"resource:{row.id}": row.title for row in session.scalars(select(models.Resource))}
    says |= {f"page:{page.id}": page.sha256 for page in session.scalars(select(models.Page))}
    for edge in session.scalars(select(models.Prerequisite)):
        says[f"prerequisite:{edge.prerequisite_id}>{edge.dependent_id}"] = f"{edge.status} {edge.any_of}"
    for subject, write in {write.subject: write for write in _written(session)}.items():
        told = f"{write.action} {write.mark}" if subject.startswith("prerequisite:") else write.mark
        if says.get(subject) != told:
            yield f"{subject} says {says.get(subject)!r}, and was told {told!r}"


def _cycles(session: Session) -> Iterator[str]:
    accepted = [row for row in prerequisite_rows(session) if row.status == "accepted"]
    try:
        accepted_graph({end for row in accepted for end in (row.prerequisite_id, row.dependent_id)}, accepted)
    except CycleError as error:
        yield f"the accepted prerequisites have a cycle: {error}"


def _stale_rows(session: Session) -> Iterator[str]:
    """Cards and look-up rows that folding everything anew would change."""
    before = _derived(session)
    topics = list(session.scalars(select(models.Topic.id)))
    numbers = list(session.scalars(select(models.Resource.number)))
    yield from (f"stale card: topic {id}" for id in refresh_topics(session, topics).changed)
    yield from (f"stale card: resource {id}" for id in refresh_resources(session, numbers))
    session.flush()
    after = _derived(session)
    yield from (f"stale rows: {table}" for table in before if before[table] != after[table])


def _derived(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    rows = {table.__tablename__: session.execute(select(*table.__table__.columns)) for table in DERIVED}
    names = select(models.TopicName.topic_id, models.TopicName.folded, models.TopicName.name, models.TopicName.kind)
    rows["topic_name"] = session.execute(names)
    return {name: {tuple(row) for row in found} for name, found in rows.items()}


def _damage(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        for check in ("integrity_check", "foreign_key_check"):
            said = [tuple(row) for row in session.execute(text(f"PRAGMA {check}"))]
            if said not in ([], [("ok",)]):
                yield f"{check}: {said}"
