"""Webhooks of changes, for admins: who is told, signed with a secret that is shown once."""

from typing import Any

import orjson
from flask import Response, url_for
from marshmallow import Schema, fields, validate

from service.api import cursors
from service.api.calls import Call
from service.api.door import Door
from service.api.editing import CREATED, IF_MATCH, actor, based_on
from service.api.inputs import PageQuery, PlainText, TrueOrFalse, receiver_url
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.catalog import feed, webhooks
from service.catalog.models import Webhook
from service.curation.webhooks import add_webhook, edit_webhook, remove_webhook, rotate_secret

LONGEST_DESCRIPTION = 200  # characters
NEVER_KEPT = {"Cache-Control": "no-store"}

door = Door("webhooks", __name__, url_prefix="/api/v1/webhooks", description="For admins: who is told what changes.")


def _types(**kwargs: Any) -> Any:
    kinds = fields.String(validate=validate.OneOf(feed.TYPES))
    told = {"description": "Of the changes that are told, as in `/changes`"}
    return fields.List(kinds, validate=validate.Length(1, 10), metadata=told, **kwargs)


def _description(**kwargs: Any) -> PlainText:
    return PlainText(validate=validate.Length(max=LONGEST_DESCRIPTION), **kwargs)


class WebhookEditSchema(Schema):
    """What is to be another; the rest stays."""

    url = receiver_url()
    types = _types()
    description = _description()
    is_active = TrueOrFalse(
        metadata={
            "description": "One that is switched on is told what comes from then on; dead messages may be sent again"
        },
    )


class NewWebhookSchema(Schema):
    """Whom to tell, and what."""

    url = receiver_url(required=True)
    types = _types(load_default=lambda: list(feed.TYPES))
    description = _description(load_default="")
    is_active = TrueOrFalse(load_default=True)


class WebhookSchema(Schema):
    """A webhook, without its secret."""

    id = fields.String(required=True)
    url = fields.String(required=True, metadata={"format": "uri"})
    types = fields.List(fields.String(validate=validate.OneOf(feed.TYPES)), required=True)
    description = fields.String(required=True)
    is_active = fields.Boolean(required=True)
    off_reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why we switched it off: 410, or dead for long"}
    )
    old_secret_until = fields.AwareDateTime(
        required=True, allow_none=True, format="iso", metadata={"description": "The secret before signs too until then"}
    )
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    updated_at = fields.AwareDateTime(required=True, format="iso")


class WebhookWithSecretSchema(WebhookSchema):
    """A webhook with a new secret."""

    secret = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Shown this once: null when the request is repeated with its Idempotency-Key"},
    )


class WebhookListSchema(ListSchema):
    """A stretch of the webhooks."""

    items = fields.List(fields.Nested(WebhookSchema), required=True)


_IT = Answer("The webhook", WebhookSchema, headers=("ETag",))
_MADE = Answer("It is told what comes", WebhookWithSecretSchema, status=CREATED, headers=("Location", "ETag"))
_ROTATED = Answer("The new secret", WebhookWithSecretSchema, headers=("ETag",))
_EDIT: dict[str, Any] = {"scope": "admin", "parameters": [IF_MATCH], "problems": (404, 409, 412, 428)}


@door.live(
    "", Operation([list_answer("Webhooks, the oldest first", WebhookListSchema, None)], PageQuery, scope="admin")
)
def list_webhooks(call: Call) -> Json:
    """List the webhooks."""
    after = cursors.decode(call.path, call.query, 0)
    found, total, position = webhooks.listed(call.session, after, call.query["limit"])
    return stretch(call, [orjson.dumps(_told(webhook)) for webhook in found], total, position)


@door.live("/<webhook_id>", Operation([_IT], scope="admin", problems=(404,)))
def get_webhook(call: Call, webhook_id: str) -> Response:
    """Get a webhook."""
    return _answer(webhooks.find(call.session, webhook_id))


@door.post(
    "",
    Operation([_MADE], body=NewWebhookSchema, scope="admin", is_idempotent=True, shown_once="secret", problems=(409,)),
)
def create_webhook(call: Call) -> Response:
    """Register a webhook.

    After each write, one message says what it changed, signed by Standard Webhooks: `{type: "catalog.changed",
    timestamp, data{revision, changes[], has_more, next}}`, with changes as `/changes` has them for readers, and `next`
    to go on there. It is sent again for some hours until it is answered 2xx. 410 switches the webhook off.
    """
    made = add_webhook(call.session, actor(call), call.body, call.parts.webhooks.webhooks)
    headers = NEVER_KEPT | {"Location": url_for("webhooks.get_webhook", webhook_id=made.id)}
    return _answer(made, CREATED, headers, secret=made.secret)


@door.patch("/<webhook_id>", Operation([_IT], body=WebhookEditSchema, **_EDIT))
def update_webhook(call: Call, webhook_id: str) -> Response:
    """Edit a webhook, or switch it on or off."""
    return _answer(edit_webhook(call.session, actor(call), webhook_id, based_on(), call.body))


@door.delete("/<webhook_id>", Operation([Answer("It is told nothing any more", status=204)], **_EDIT))
def delete_webhook(call: Call, webhook_id: str) -> Response:
    """Remove a webhook, with its secret and its messages."""
    remove_webhook(call.session, actor(call), webhook_id, based_on())
    return Response(status=204)


@door.post("/<webhook_id>/secret", Operation([_ROTATED], is_idempotent=True, shown_once="secret", **_EDIT))
def rotate_webhook_secret(call: Call, webhook_id: str) -> Response:
    """Give a webhook another secret.

    For some hours messages carry both signatures, so that the receiver may change over at any moment within them.
    """
    overlap_hours = call.parts.webhooks.overlap_hours
    webhook = rotate_secret(call.session, actor(call), webhook_id, based_on(), overlap_hours)
    return _answer(webhook, headers=NEVER_KEPT, secret=webhook.secret)


def _answer(webhook: Webhook, status: int = 200, headers: dict[str, str] | None = None, **further: str) -> Response:
    etag = {"ETag": f'"{webhook.version}"'}
    return Response(orjson.dumps(_told(webhook) | further), status, etag | (headers or {}), content_type=JSON)


def _told(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in _SHOWN}


_SHOWN = tuple(WebhookSchema().fields)
