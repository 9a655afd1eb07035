"""Who is told what changes: webhooks are registered, edited, switched off, removed; and what they were sent."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.models import Webhook, WebhookDelivery, now
from service.errors import NotFound, Refused, StaleVersion
from service.webhooks.signing import new_secret

STATUSES = PENDING, DELIVERED, DEAD = "pending", "delivered", "dead"  # of a message


def add(session: Session, values: Mapping[str, Any], limit: int) -> Webhook:
    """Register a webhook that is told of what comes from now on; Refused when `limit` are registered already."""
    if session.execute(select(func.count()).select_from(Webhook)).scalar_one() >= limit:
        raise Refused(f"{limit} webhooks are registered already: remove one first.")
    made = Webhook(id=f"wh_{secrets.token_hex(8)}", secret=new_secret(), revision=revisions.current(session), **values)
    session.add(made)
    session.flush()
    return made


def find(session: Session, id: str) -> Webhook:
    """One webhook, or NotFound."""
    found = session.scalar(select(Webhook).where(Webhook.id == id))
    if found is None:
        raise NotFound("webhook", id)
    return found


def at_version(session: Session, id: str, version: int) -> Webhook:
    """One webhook for an edit that is based on a version of it; NotFound or StaleVersion."""
    found = find(session, id)
    if found.version != version:
        raise StaleVersion(found.version)
    return found


def listed(session: Session, after: int, limit: int) -> tuple[Sequence[Webhook], int, int | None]:
    """Webhooks after the one numbered `after`: (webhooks, how many in all, the number to go on after)."""
    total = session.execute(select(func.count()).select_from(Webhook)).scalar_one()
    found = session.scalars(select(Webhook).where(Webhook.number > after).order_by(Webhook.number).limit(limit + 1))
    rows = found.all()
    return rows[:limit], total, rows[limit - 1].number if len(rows) > limit else None


def edit(session: Session, webhook: Webhook, values: Mapping[str, Any]) -> None:
    """Set some of url, types, description, is_active. One that is switched on again is told what comes from now on."""
    was_active = webhook.is_active
    for name, value in values.items():
        setattr(webhook, name, value)
    if was_active and not webhook.is_active:
        switch_off(session, webhook, None)
        return
    if webhook.is_active and not was_active:
        webhook.off_reason = webhook.failing_since = webhook.busy_until = None
        webhook.revision = revisions.current(session)
    if "url" in values:
        webhook.failing_since = None
    _changed(webhook)


def switch_off(session: Session, webhook: Webhook, reason: str | None) -> None:
    """Send it nothing more; what waited is dead. `reason` is ours, None where somebody decided."""
    webhook.is_active, webhook.off_reason = False, reason
    waiting = update(WebhookDelivery).where(
        WebhookDelivery.webhook_number == webhook.number, WebhookDelivery.status == PENDING
    )
    session.execute(waiting.values(status=DEAD, reason="the webhook was switched off"))
    _changed(webhook)


def rotate(webhook: Webhook, overlap_until: datetime) -> None:
    """Give it another secret; the one that it had signs beside it until then."""
    webhook.old_secret, webhook.old_secret_until = webhook.secret, overlap_until
    webhook.secret = new_secret()
    _changed(webhook)


def signing_secrets(webhook: Webhook) -> list[str]:
    """What its messages are signed with now."""
    if webhook.old_secret is None or webhook.old_secret_until is None or webhook.old_secret_until <= now():
        return [webhook.secret]
    return [webhook.secret, webhook.old_secret]


def deliveries(
    session: Session, webhook: Webhook, status: str | None, before: int | None, limit: int
) -> tuple[Sequence[WebhookDelivery], int, int | None]:
    """A webhook's messages, the newest first: (messages, how many in all, the number to go on before)."""
    conditions = [WebhookDelivery.webhook_number == webhook.number]
    if status is not None:
        conditions.append(WebhookDelivery.status == status)
    total = session.execute(select(func.count()).select_from(WebhookDelivery).where(*conditions)).scalar_one()
    if before is not None:
        conditions.append(WebhookDelivery.number < before)
    wanted = select(WebhookDelivery).where(*conditions).order_by(WebhookDelivery.number.desc()).limit(limit + 1)
    rows = session.scalars(wanted).all()
    return rows[:limit], total, rows[limit - 1].number if len(rows) > limit else None


def send_again(session: Session, webhook: Webhook, id: str) -> WebhookDelivery:
    """Send a message again, whatever became of it; NotFound, or Refused while its webhook is switched off."""
    mine = (WebhookDelivery.id == id, WebhookDelivery.webhook_number == webhook.number)
    delivery = session.scalar(select(WebhookDelivery).where(*mine))
    if delivery is None:
        raise NotFound("delivery", id)
    if not webhook.is_active:
        raise Refused("The webhook is switched off: switch it on first.")
    delivery.status, delivery.attempts, delivery.due_at = PENDING, 0, now()
    return delivery


def _changed(webhook: Webhook) -> None:
    webhook.version += 1
    webhook.updated_at = now()
