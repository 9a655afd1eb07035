"""Which links are due for a check, and what becomes of what it found: history, broken resources, questions.

A resource is broken while its URL is the one that was found broken: with another URL it is as good as new.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.catalog import changes, proposals, revisions
from service.catalog.models import LinkCheck, Proposal, Resource
from service.catalog.refresh import batches, refresh_resources

RESULTS = ("ok", "redirected", "gone", "blocked", "unreachable", "unknown")
CHECKED_STATUSES = ("active", "broken")  # of resources
# How sure we are, until a curator looks, that a resource's URL is the one to show: the worst comes first.
BROKEN_CONFIDENCE, MOVED_CONFIDENCE = 0.05, 0.4

_PLAIN = {"synchronize_session": False}


@dataclass(frozen=True)
class LinkScope:
    """Which links a check is about: those of a host, those not checked since a moment, the oldest so many."""

    before: datetime
    host: str | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Link:
    """A resource's URL, and what the last check of it left to go on from."""

    number: int  # the resource's, and its id
    id: str
    url: str  # without fragment
    known_since: datetime
    is_broken: bool
    failing_since: datetime | None = None
    final_url: str | None = None
    etag: str | None = None  # of `final_url`, as is the next
    last_modified: str | None = None


@dataclass(frozen=True)
class Finding:
    """What a look at a link found; `result` is one of RESULTS."""

    result: str
    status_code: int | None = None
    final_url: str | None = None
    moved_to: str | None = None  # where it says to have moved for good
    error: str | None = None
    ms: int = 0
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Checked:
    """A link after a look at it; `is_broken` is None where the look says nothing of that."""

    link: Link
    at: datetime
    finding: Finding
    failing_since: datetime | None
    is_broken: bool | None
    archive_url: str | None = None  # a copy, for a broken one


@dataclass(frozen=True)
class Recorder:
    """In whose name checks are written down, under which subject, and how many are kept of one link."""

    actor: str
    subject: str
    keep: int


def due(session: Session, scope: LinkScope) -> list[Link]:
    """The links to check: those never checked and those whose URL is new first, then the oldest checks."""
    beginning = func.substr(Resource.url, 1, func.length(LinkCheck.url) + 1)
    is_same = or_(Resource.url == LinkCheck.url, beginning == LinkCheck.url + "#")
    current = and_(LinkCheck.resource_number == Resource.number, LinkCheck.is_latest, is_same)
    conditions: list[ColumnElement[bool]] = [
        Resource.status.in_(CHECKED_STATUSES),
        or_(LinkCheck.at.is_(None), LinkCheck.at < scope.before),
    ]
    if scope.host is not None:
        conditions.append(Resource.host == scope.host)
    rows = session.execute(
        select(*_LINK_COLUMNS)
        .outerjoin_from(Resource, LinkCheck, current)
        .where(*conditions)
        .order_by(LinkCheck.at.is_not(None), LinkCheck.at, Resource.number)
        .limit(scope.limit)
    )
    return [_link(row) for row in rows]


_LINK_COLUMNS: Sequence[Any] = (
    Resource.number,
    Resource.id,
    Resource.url,
    Resource.created_at,
    Resource.broken_url,
    LinkCheck.failing_since,
    LinkCheck.final_url,
    LinkCheck.etag,
    LinkCheck.last_modified,
)


def store(session: Session, checks: Sequence[Checked], recorder: Recorder) -> bool:
    """Write checks down; one revision where something that readers see has changed, and whether that is so."""
    revisions.lock(session)
    resources = _unchanged(session, checks)
    current = [check for check in checks if check.link.number in resources]
    with changes.recording(session) as found:
        for check in current:
            _judge(resources[check.link.number], check)
        has_new_questions = _ask_curators(session, current, resources)
    _write_history(session, current, recorder.keep)
    if not (found or has_new_questions):
        return False
    refresh_resources(session, [int(change.key) for change in found if change.table == "resource"])
    detail: dict[str, object] = {"changes": changes.to_json(found), "checked": len(current)}
    revisions.advance(session, recorder.actor, "check_links", recorder.subject, detail)
    return True


def _link(row: Row[Any]) -> Link:
    url = _without_fragment(row.url)
    last = (row.failing_since, row.final_url, row.etag, row.last_modified)
    return Link(row.number, row.id, url, row.created_at, row.broken_url == url, *last)


def _unchanged(session: Session, checks: Sequence[Checked]) -> dict[int, Resource]:
    """The resources that still have the URL that was looked at."""
    asked = {check.link.number: check.link.url for check in checks}
    found: dict[int, Resource] = {}
    for batch in batches(sorted(asked)):
        rows = session.scalars(select(Resource).where(Resource.number.in_(batch), Resource.merged_into.is_(None)))
        found.update((row.number, row) for row in rows if _without_fragment(row.url) == asked[row.number])
    return found


def _judge(resource: Resource, check: Checked) -> None:
    if check.is_broken is not None:
        resource.broken_url = check.link.url if check.is_broken else None


def _ask_curators(session: Session, checks: Sequence[Checked], resources: Mapping[int, Resource]) -> bool:
    """Ask what these leave open, and no longer what they answer; whether that changes the queue."""
    questions: dict[str, Mapping[str, Any]] = {}
    for check in checks:
        questions.update(_questions(check, resources[check.link.number]))
    subjects = [f"resource:{check.link.id}" for check in checks if check.is_broken is not None]
    answered = proposals.close(session, _open_keys(session, subjects) - questions.keys())
    return proposals.ask(session, questions) or answered


def _questions(check: Checked, resource: Resource) -> dict[str, Mapping[str, Any]]:
    finding, subject = check.finding, f"resource:{check.link.id}"
    fragment = resource.url[len(check.link.url) :]
    if check.is_broken:
        reason = finding.error or f"the server answered {finding.status_code}"
        detail = f"{check.link.url} failed at least twice, days apart; the last time: {reason}"
        values = {"kind": "broken_link", "suggestion": check.archive_url, "confidence": BROKEN_CONFIDENCE}
        return {f"broken_link:{subject}:{check.link.url}": {"subject": subject, "detail": detail, **values}}
    if finding.moved_to:
        new = finding.moved_to + ("" if "#" in finding.moved_to else fragment)
        detail = f"{check.link.url} says that it has moved for good, to {new}"
        values = {"kind": "moved_link", "suggestion": new, "confidence": MOVED_CONFIDENCE}
        return {f"moved_link:{subject}:{new}": {"subject": subject, "detail": detail, **values}}
    return {}


def _open_keys(session: Session, subjects: Collection[str]) -> set[str]:
    found: set[str] = set()
    for batch in batches(sorted(subjects)):
        asked = select(Proposal.key).where(Proposal.kind.in_(proposals.OF_AN_ADDRESS), Proposal.status == "open")
        found.update(session.scalars(asked.where(Proposal.subject.in_(batch))))
    return found


def _write_history(session: Session, checks: Sequence[Checked], keep: int) -> None:
    numbers = [check.link.number for check in checks]
    for batch in batches(numbers):
        latest = update(LinkCheck).where(LinkCheck.resource_number.in_(batch), LinkCheck.is_latest)
        session.execute(latest.values(is_latest=False), execution_options=_PLAIN)
    session.add_all(_row(check) for check in checks)
    session.flush()
    for number in numbers:
        newest = select(LinkCheck.number).where(LinkCheck.resource_number == number)
        oldest_kept = newest.order_by(LinkCheck.number.desc()).offset(max(keep, 1) - 1).limit(1).scalar_subquery()
        old = delete(LinkCheck).where(LinkCheck.resource_number == number, LinkCheck.number < oldest_kept)
        session.execute(old, execution_options=_PLAIN)


def _row(check: Checked) -> LinkCheck:
    found = {name: value for name, value in asdict(check.finding).items() if name != "moved_to"}
    return LinkCheck(
        resource_number=check.link.number, at=check.at, url=check.link.url, failing_since=check.failing_since, **found
    )


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]
