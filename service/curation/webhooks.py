"""Acts on webhooks. Each is written down, without secret or URL; none is a new revision: no reader sees any of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.catalog import revisions, webhooks
from service.catalog.models import Webhook, WebhookDelivery, now
from service.catalog.revisions import Action


def add_webhook(session: Session, actor: str, values: Mapping[str, Any], limit: int) -> Webhook:
    """Register one: url, types, description, is_active. Refused when `limit` are registered already."""
    revisions.lock(session)
    made = webhooks.add(session, values, limit)
    _note(session, actor, "add", made)
    return made


def edit_webhook(session: Session, actor: str, id: str, version: int, values: Mapping[str, Any]) -> Webhook:
    """Set some of its values. NotFound or StaleVersion."""
    revisions.lock(session)
    webhook = webhooks.at_version(session, id, version)
    webhooks.edit(session, webhook, values)
    _note(session, actor, "edit", webhook, fields=sorted(values))
    return webhook


def rotate_secret(session: Session, actor: str, id: str, version: int, overlap_hours: float) -> Webhook:
    """Give it another secret; the one that it had signs beside it for so long. NotFound or StaleVersion."""
    revisions.lock(session)
    webhook = webhooks.at_version(session, id, version)
    webhooks.rotate(webhook, now() + timedelta(hours=overlap_hours))
    _note(session, actor, "rotate", webhook)
    return webhook


def remove_webhook(session: Session, actor: str, id: str, version: int) -> None:
    """Forget it, and its messages. NotFound or StaleVersion."""
    revisions.lock(session)
    webhook = webhooks.at_version(session, id, version)
    _note(session, actor, "delete", webhook)
    session.delete(webhook)


def retry_delivery(session: Session, actor: str, id: str, delivery_id: str) -> WebhookDelivery:
    """Send a message again. NotFound, or Refused while the webhook is switched off."""
    revisions.lock(session)
    webhook = webhooks.find(session, id)
    delivery = webhooks.send_again(session, webhook, delivery_id)
    _note(session, actor, "retry", webhook, delivery=delivery_id)
    return delivery


def _note(session: Session, actor: str, action: Action, webhook: Webhook, **detail: object) -> None:
    revisions.note(session, actor, action, f"webhook:{webhook.id}", detail)
