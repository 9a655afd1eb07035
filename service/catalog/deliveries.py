"""Messages on what changes: one for each revision, made and sent by a process of its own, kept for a while.

A webhook's place in the feed moves on in the transaction that makes the message: each change is told, none is told
by two messages.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from service.catalog import feed, revisions, webhooks
from service.catalog.feed import Readership
from service.catalog.leases import has_ended
from service.catalog.models import Revision, Webhook, WebhookDelivery, now
from service.catalog.prepared import Prepared
from service.catalog.webhooks import DEAD, DELIVERED, PENDING
from service.webhooks.limits import WebhookLimits
from service.webhooks.message import Message, Outcome, new_id

CHANGES_TOLD = 100  # in one message; the rest is read from its `next` on
MOST_WAITING = 100  # messages of one webhook; further changes are told when one of these is settled
NO_MORE = 410  # what a receiver answers that wants no more
_PLAIN = {"synchronize_session": False}
_NEWEST = select(Revision.number).scalar_subquery()
_PENDING = Prepared(
    select(WebhookDelivery.number)
    .join(Webhook, Webhook.number == WebhookDelivery.webhook_number)
    .where(Webhook.is_active.is_(True), WebhookDelivery.status == PENDING)
    .limit(1)
)
_UNTOLD = Prepared(select(Webhook.number).where(Webhook.is_active.is_(True), Webhook.revision < _NEWEST).limit(1))
# Rows that no other sender has locked: who waits for nobody is in no deadlock. SQLite has one writer at a time.
_OF_NOBODY: dict[str, Any] = {"skip_locked": True, "of": Webhook}


@dataclass(frozen=True)
class Deliveries:
    """The messages that wait. A slow receiver holds up one sender at most."""

    limits: WebhookLimits

    def is_due(self, session: Session) -> bool:
        """Whether something is to be sent now, or is to be told; cheap while there is nothing at all."""
        if not any(waiting.rows(session) for waiting in (_PENDING, _UNTOLD)):
            return False
        return any(session.scalar(waiting.limit(1)) is not None for waiting in (_receivers(), _behind()))

    def claim(self, session: Session, lease_s: float) -> Message | None:
        """Make the messages that are lacking, and take the one that has been due for longest, for so long."""
        for behind in session.scalars(_behind().with_for_update(**_OF_NOBODY)).all():
            _make_next(session, behind)
        webhook = _lease(session, lease_s)
        if webhook is None:
            return None
        delivery = _oldest_due(session, webhook)
        if delivery is None:  # another sender was quicker
            webhook.busy_until = None
            return None
        delivery.attempts += 1
        delivery.attempted_at = now()
        secrets = webhooks.signing_secrets(webhook)
        body = delivery.body.encode()
        return Message(delivery.number, delivery.id, webhook.url, secrets, body, delivery.attempts)

    def settle(self, session: Session, message: Message, outcome: Outcome, retry_at: datetime | None) -> None:
        """Write down what came back; switch off a webhook that wants no more, or has been dead for long."""
        delivery = session.get(WebhookDelivery, message.number)
        if delivery is None or delivery.id != message.id:  # removed with its webhook
            return
        webhook = session.get_one(Webhook, delivery.webhook_number)
        webhook.busy_until = None
        delivery.response_status, delivery.reason = outcome.status, outcome.failure
        if outcome.failure is None:
            delivery.status, webhook.failing_since = DELIVERED, None
        elif delivery.status == PENDING:
            if retry_at is None or outcome.status == NO_MORE:
                delivery.status = DEAD
            else:
                delivery.due_at = retry_at
            self._judge(session, webhook, outcome)
        session.flush()
        _forget_oldest(session, webhook, self.limits.kept_deliveries)

    def _judge(self, session: Session, webhook: Webhook, outcome: Outcome) -> None:
        webhook.failing_since = webhook.failing_since or now()
        if outcome.status == NO_MORE:
            webhooks.switch_off(session, webhook, f"It answered {NO_MORE}: it wants no more messages.")
        elif now() - webhook.failing_since > timedelta(days=self.limits.give_up_days):
            since = f"{webhook.failing_since:%Y-%m-%d %H:%M} UTC"
            webhooks.switch_off(session, webhook, f"It has received nothing since {since}: {outcome.failure}.")


def _behind() -> Select[Webhook]:
    """The webhooks that are to be told of a revision, and have room for a message."""
    mine = WebhookDelivery.webhook_number == Webhook.number
    waiting = select(func.count()).where(mine, WebhookDelivery.status == PENDING).scalar_subquery()
    return select(Webhook).where(Webhook.is_active.is_(True), Webhook.revision < _NEWEST, waiting < MOST_WAITING)


def _make_next(session: Session, webhook: Webhook) -> None:
    """Make the message on the first revision that the webhook has not been told of, unless another sender does."""
    newest = revisions.current(session)  # before looking: what is committed meanwhile comes after it
    readership = Readership(webhook.types)
    revision = feed.next_revision(session, readership, webhook.revision)
    mine = update(Webhook).where(Webhook.number == webhook.number, Webhook.revision == webhook.revision)
    moved = mine.values(revision=newest if revision is None else revision).returning(Webhook.number)
    if session.execute(moved, execution_options=_PLAIN).first() is None or revision is None:
        return
    told = feed.changes_of(session, readership, revision, CHANGES_TOLD)
    if told.items:  # else all of it has changed again since, and is told then
        body = orjson.dumps(_payload(revision, told)).decode()
        session.add(WebhookDelivery(id=new_id(), webhook_number=webhook.number, revision=revision, body=body))
        session.flush()


def _payload(revision: int, told: feed.Stretch) -> dict[str, object]:
    data = {"revision": revision, "changes": told.items, "has_more": told.has_more, "next": told.next}
    return {"type": "catalog.changed", "timestamp": told.items[0]["at"], "data": data}


def _receivers() -> Select[int]:
    """The numbers of the webhooks that nobody talks to, and whose messages are due; the longest first."""
    due = select(Webhook.number).join(WebhookDelivery, WebhookDelivery.webhook_number == Webhook.number)
    return due.where(_is_free(), _is_due()).order_by(WebhookDelivery.due_at, WebhookDelivery.number)


def _lease(session: Session, lease_s: float) -> Webhook | None:
    """The first of these, to talk to for so long; None where there is none, or another sender was quicker."""
    number = session.scalar(_receivers().limit(1).with_for_update(**_OF_NOBODY))
    mine = update(Webhook).where(Webhook.number == number, _is_free())
    lease = mine.values(busy_until=now() + timedelta(seconds=lease_s)).returning(Webhook.number)
    if number is None or session.execute(lease, execution_options=_PLAIN).first() is None:
        return None
    return session.get_one(Webhook, number, populate_existing=True)


def _oldest_due(session: Session, webhook: Webhook) -> WebhookDelivery | None:
    due = select(WebhookDelivery).where(WebhookDelivery.webhook_number == webhook.number, _is_due())
    return session.scalar(due.order_by(WebhookDelivery.due_at, WebhookDelivery.number).limit(1))


def _is_free() -> ColumnElement[bool]:
    """Of a webhook."""
    return and_(Webhook.is_active.is_(True), or_(Webhook.busy_until.is_(None), has_ended(Webhook.busy_until)))


def _is_due() -> ColumnElement[bool]:
    """Of a message."""
    return and_(WebhookDelivery.status == PENDING, WebhookDelivery.due_at <= now())


def _forget_oldest(session: Session, webhook: Webhook, kept: int) -> None:
    """Of the messages that are settled, keep the newest."""
    settled = (WebhookDelivery.webhook_number == webhook.number, WebhookDelivery.status != PENDING)
    newest = select(WebhookDelivery.number).where(*settled).order_by(WebhookDelivery.number.desc())
    last = session.scalar(newest.offset(kept).limit(1))
    if last is not None:
        older = delete(WebhookDelivery).where(*settled, WebhookDelivery.number <= last)
        session.execute(older, execution_options=_PLAIN)
