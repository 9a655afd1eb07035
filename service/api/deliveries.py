"""What webhooks were sent: each message with its attempts; the dead ones can be sent again, and a ping any time."""

import time
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields, validate

from service.api import cursors
from service.api.calls import Call
from service.api.editing import actor
from service.api.inputs import PageQuery
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.api.webhooks import door
from service.catalog import webhooks
from service.catalog.models import WebhookDelivery, now
from service.catalog.webhooks import PENDING, STATUSES
from service.curation.webhooks import retry_delivery
from service.errors import Unavailable
from service.outbound import open_client
from service.webhooks.message import Message, new_id
from service.webhooks.sending import fetch_limits, send

RETRY_AFTER_S = 5


class DeliveriesQuery(PageQuery):
    """Which messages."""

    status = fields.String(
        validate=validate.OneOf(STATUSES),
        metadata={"description": "pending, delivered, or dead: given up after the last attempt"},
    )


class DeliverySchema(Schema):
    """One message to a webhook."""

    id = fields.String(required=True, metadata={"description": "The message's: `webhook-id`, whenever it is sent"})
    revision = fields.Integer(required=True, metadata={"description": "The write that it tells of"})
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    attempts = fields.Integer(required=True)
    response_status = fields.Integer(
        required=True, allow_none=True, metadata={"description": "HTTP's, of the last attempt; null: no answer"}
    )
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why the last attempt failed"})
    next_attempt_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    attempted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    created_at = fields.AwareDateTime(required=True, format="iso")


class DeliveryListSchema(ListSchema):
    """A stretch of the messages."""

    items = fields.List(fields.Nested(DeliverySchema), required=True)


class PingSchema(Schema):
    """What came back."""

    id = fields.String(required=True, metadata={"description": "The message's"})
    is_received = fields.Boolean(required=True)
    response_status = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why it was not received"})
    took_ms = fields.Integer(required=True)


@door.live(
    "/<webhook_id>/deliveries",
    Operation(
        [list_answer("Messages, the newest first", DeliveryListSchema, None)],
        DeliveriesQuery,
        scope="admin",
        problems=(404,),
    ),
)
def list_deliveries(call: Call, webhook_id: str) -> Json:
    """List what a webhook was sent, and what waits; with `status=dead`, what was given up."""
    query = call.query
    before = cursors.decode(call.path, query, 0) or None
    webhook = webhooks.find(call.session, webhook_id)
    found, total, position = webhooks.deliveries(call.session, webhook, query.get("status"), before, query["limit"])
    return stretch(call, [orjson.dumps(_told(delivery)) for delivery in found], total, position)


@door.post(
    "/<webhook_id>/deliveries/<delivery_id>/retry",
    Operation([Answer("It is sent within a moment", DeliverySchema)], scope="admin", problems=(404, 409)),
)
def retry_webhook_delivery(call: Call, webhook_id: str, delivery_id: str) -> Response:
    """Send a message again, whatever became of it.

    Under its own id, so that a receiver knows whether it has had it.
    """
    delivery = retry_delivery(call.session, actor(call), webhook_id, delivery_id)
    return Response(orjson.dumps(_told(delivery)), content_type=JSON)


@door.post(
    "/<webhook_id>/test",
    Operation([Answer("What came back", PingSchema)], scope="admin", problems=(404,)),
)
def ping_webhook(call: Call, webhook_id: str) -> Response:
    """Send a webhook a ping now, and tell what came back.

    A message of the type `webhook.test`, signed as all are; it is not sent again. Also to one that is switched off.
    """
    webhook = webhooks.find(call.session, webhook_id)
    body = orjson.dumps({"type": "webhook.test", "timestamp": now(), "data": {"webhook": webhook.id}})
    message = Message(0, new_id(), webhook.url, webhooks.signing_secrets(webhook), body)
    call.session.rollback()  # no transaction waits for another server
    with call.parts.runs.waiting.for_a_while() as has_seat:
        if not has_seat:
            raise Unavailable("Too many requests of this process wait for others already.", RETRY_AFTER_S)
        return Response(orjson.dumps(_ping(call, message)), content_type=JSON)


def _ping(call: Call, message: Message) -> dict[str, Any]:
    limits = fetch_limits(call.parts.webhooks)
    began = time.perf_counter()
    with open_client(limits) as client:
        outcome = send(client, message, limits)
    return {
        "id": message.id,
        "is_received": outcome.failure is None,
        "response_status": outcome.status,
        "reason": outcome.failure,
        "took_ms": round((time.perf_counter() - began) * 1000),
    }


def _told(delivery: WebhookDelivery) -> dict[str, Any]:
    columns = {name: getattr(delivery, name) for name in _COLUMNS}
    return columns | {"next_attempt_at": delivery.due_at if delivery.status == PENDING else None}


_COLUMNS = tuple(name for name in DeliverySchema().fields if name != "next_attempt_at")
