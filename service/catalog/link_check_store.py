"""What becomes of what link checks found: their history, broken resources, and questions to curators.

A resource is broken while its URL is the one that was found broken: with another URL it is as good as new.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.catalog import changes, proposals, revisions
from service.catalog.link_checks import Checked, without_fragment
from service.catalog.models import LinkCheck, Proposal, Resource
from service.catalog.refresh import batches, refresh_resources

# How sure we are, until a curator looks, that a resource's URL is the one to show: the worst comes first.
BROKEN_CONFIDENCE, MOVED_CONFIDENCE = 0.05, 0.4

_PLAIN = {"synchronize_session": False}


@dataclass(frozen=True)
class Recorder:
    """In whose name checks are written down, under which subject, and how many are kept of one link."""

    actor: str
    subject: str
    keep: int


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


def _unchanged(session: Session, checks: Sequence[Checked]) -> dict[int, Resource]:
    """The resources that still have the URL that was looked at."""
    asked = {check.link.number: check.link.url for check in checks}
    found: dict[int, Resource] = {}
    for batch in batches(sorted(asked)):
        rows = session.scalars(select(Resource).where(Resource.number.in_(batch), Resource.merged_into.is_(None)))
        found.update((row.number, row) for row in rows if without_fragment(row.url) == asked[row.number])
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
