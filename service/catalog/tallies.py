"""How much there is of everything, for operators."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.catalog.models import (
    AuditEntry,
    Mention,
    Page,
    Prerequisite,
    Proposal,
    Resource,
    Run,
    RunWebhook,
    Topic,
    WebhookDelivery,
)
from service.catalog.snapshots import remember

_SIZES: Mapping[str, Select[int]] = {
    "pages": select(func.count()).select_from(Page),
    "topics": select(func.count()).where(Topic.status == "active"),
    "resources": select(func.count()).where(Resource.status == "active"),
    "mentions": select(func.count()).select_from(Mention),
    "prerequisites": select(func.count()).where(Prerequisite.status == "accepted"),
    "questions": select(func.count()).where(Proposal.status == "open"),
}
_WRITES = select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
_RUNS = select(Run.demo, Run.status, func.count()).group_by(Run.demo, Run.status)
_DELIVERIES = select(WebhookDelivery.status, func.count()).group_by(WebhookDelivery.status)


class RunTally(NamedTuple):
    """So many runs of a demo have this status."""

    demo: str
    status: str
    runs: int


def sizes(session: Session) -> Mapping[str, int]:
    """What the catalog holds at this revision, by kind."""
    return remember(
        session, "sizes", lambda: {kind: session.execute(count).scalar_one() for kind, count in _SIZES.items()}
    )


def writes(session: Session) -> Mapping[str, int]:
    """How many acts the audit tells, by what was done."""
    return {row[0]: row[1] for row in session.execute(_WRITES)}


def runs(session: Session) -> Sequence[RunTally]:
    """The runs that are kept."""
    return [RunTally(*row) for row in session.execute(_RUNS)]


def messages(session: Session) -> Mapping[str, int]:
    """How many messages to webhooks wait, and how many were given up (those of runs are forgotten then)."""
    waiting = session.execute(select(func.count()).select_from(RunWebhook)).scalar_one()
    kept = {row[0]: row[1] for row in session.execute(_DELIVERIES)}
    return {"waiting": waiting + kept.get("pending", 0), "dead": kept.get("dead", 0)}
