"""API keys, for admins: made and shown once, listed without the key, revoked."""

from typing import Any

import orjson
from flask import Response, url_for
from marshmallow import Schema, fields, validate

from service.api import cursors
from service.api.calls import Call
from service.api.door import Door
from service.api.editing import CREATED, actor
from service.api.inputs import PageQuery, path_number
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.catalog import keys
from service.catalog.keys import LONGEST_LIFE_DAYS, LONGEST_NAME, NAME_TOLD, SCOPES
from service.catalog.models import ApiKey
from service.curation.keys import issue, revoke

door = Door("keys", __name__, url_prefix="/api/v1/keys", description="For admins: who may do what.")

STATUSES = ("active", "expired", "revoked")


class NewKeySchema(Schema):
    """A key to be made."""

    name = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_NAME),
        metadata={"description": f"Whose it is: {NAME_TOLD}"},
    )
    scope = fields.String(required=True, validate=validate.OneOf(SCOPES))
    expires_in_days = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_LIFE_DAYS, min_inclusive=False),
        metadata={"description": "null: it does not expire"},
    )


class KeySchema(Schema):
    """A key, without the key itself."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    actor = fields.String(required=True, metadata={"description": "What the audit calls it: NAME#ID"})
    scope = fields.String(required=True, validate=validate.OneOf(SCOPES))
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    created_at = fields.AwareDateTime(required=True, format="iso")
    expires_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    revoked_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    last_used_at = fields.AwareDateTime(
        required=True, allow_none=True, format="iso", metadata={"description": "To the minute"}
    )


class IssuedKeySchema(KeySchema):
    """A new key."""

    key = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Shown this once: null when the request is repeated with its Idempotency-Key"},
    )


class KeyListSchema(ListSchema):
    """A stretch of the keys."""

    items = fields.List(fields.Nested(KeySchema), required=True)


@door.live("", Operation([list_answer("Keys, the newest first", KeyListSchema, None)], PageQuery, scope="admin"))
def list_keys(call: Call) -> Json:
    """List the keys, the newest first, also those that are no more."""
    before = cursors.decode(call.path, call.query, 0) or None
    found, total, position = keys.listed(call.session, before, call.query["limit"])
    return stretch(call, [orjson.dumps(_told(record)) for record in found], total, position)


@door.live(
    "/<key_id>",
    Operation([Answer("The key's record", KeySchema, headers=("ETag",))], scope="admin", problems=(404,)),
)
def get_key(call: Call, key_id: str) -> Response:
    """Show what is known of a key."""
    return Response(orjson.dumps(_told(keys.find(call.session, path_number("key", key_id)))), content_type=JSON)


@door.post(
    "",
    Operation(
        [Answer("The key; it cannot be shown again", IssuedKeySchema, status=CREATED, headers=("Location",))],
        body=NewKeySchema,
        scope="admin",
        is_idempotent=True,
        shown_once="key",
    ),
)
def create_key(call: Call) -> Response:
    """Make a key.

    Only its hash is kept. Two keys may have one name: the audit tells them apart by their numbers.
    """
    body = call.body
    issued = issue(call.session, actor(call), body["scope"], body["name"], body["expires_in_days"])
    location = url_for("keys.get_key", key_id=issued.record.id)
    told = orjson.dumps(_told(issued.record) | {"key": issued.key})
    return Response(told, CREATED, {"Location": location, "Cache-Control": "no-store"}, content_type=JSON)


@door.delete("/<key_id>", Operation([Answer("It opens nothing any more", status=204)], scope="admin", problems=(404,)))
def revoke_key(call: Call, key_id: str) -> Response:
    """Revoke a key.

    It is refused from the next request on, and cannot come back; its record stays, for the audit.
    """
    revoke(call.session, actor(call), path_number("key", key_id))
    return Response(status=204)


def _told(record: ApiKey) -> dict[str, Any]:
    names = ("id", "name", "scope", "created_at", "expires_at", "revoked_at", "last_used_at")
    columns = {name: getattr(record, name) for name in names}
    return columns | {"actor": keys.actor(record), "status": keys.status(record)}
