"""The feed of changes: what an integrator follows, to have in the end what the lists have."""

import orjson
from marshmallow import Schema, fields, validate

from service.api.calls import Call
from service.api.door import Door
from service.api.inputs import DEFAULT_LIMIT, MAX_LIMIT, Several, WholeNumber, text
from service.api.json_text import Json
from service.api.lists import links
from service.api.operations import Answer, Operation
from service.catalog import feed
from service.catalog.feed import CHANGES, Readership, Stretch

NOW = "now"

door = Door(
    "changes", __name__, url_prefix="/api/v1/changes", description="What changed, for those who keep a copy in step."
)


class ChangesQuery(Schema):
    """Where to go on, and with what."""

    since = text(
        f"Where to go on: `next` of an answer, or the `cursor` of a change; `{NOW}` for what is still to come; left "
        "out, from the beginning"
    )
    limit = WholeNumber(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT),
        metadata={"description": "Changes in one answer"},
    )
    type = Several("Changes of these; another choice may go on after the same cursor", feed.TYPES)


class ChangeOfThingSchema(Schema):
    """What became of one thing last."""

    revision = fields.Integer(required=True, metadata={"description": "Of the catalog: the write that changed it"})
    at = fields.AwareDateTime(required=True, format="iso")
    type = fields.String(required=True, validate=validate.OneOf(feed.TYPES))
    id = fields.String(required=True, metadata={"description": "Of a prerequisite, `PREREQUISITE>DEPENDENT`"})
    change = fields.String(
        required=True,
        validate=validate.OneOf(CHANGES),
        metadata={"description": "What is hidden is `deleted` for those who may not curate"},
    )
    version = fields.Integer(required=True, metadata={"description": "The thing's own, as it is now"})
    merged_into = fields.String(required=True, allow_none=True, metadata={"description": "The survivor's id"})
    url = fields.String(required=True, metadata={"format": "uri-reference", "description": "Where it is read"})
    cursor = fields.String(required=True, metadata={"description": "Goes on after this change"})


class ChangesSchema(Schema):
    """Some changes, in the order of the writes that made them."""

    items = fields.List(fields.Nested(ChangeOfThingSchema), required=True)
    next = fields.String(required=True, metadata={"description": "Come back with it as `since`, now or later"})
    has_more = fields.Boolean(required=True, metadata={"description": "Whether there are more right now"})


@door.get("", Operation([Answer("Changes", ChangesSchema, headers=("ETag", "Link"))], ChangesQuery, problems=(410,)))
def list_changes(call: Call) -> Json:
    """List what changed.

    Each thing comes once, with what became of it last; one that changes again moves to the end. Who goes on after
    `next` misses nothing, and is told nothing twice, whatever is written meanwhile. 410 when the catalog has another
    history than the cursor, as after a backup was restored: take `since=now`, read the lists again, go on from there.
    """
    query = call.query
    if query.get("since") == NOW:
        return _answer(call, Stretch([], feed.now(call.session), has_more=False))
    readership = Readership(query.get("type", feed.TYPES), with_hidden=call.may("curate"))
    return _answer(call, feed.changes(call.session, readership, query.get("since"), query["limit"]))


def _answer(call: Call, stretch: Stretch) -> Json:
    return Json(orjson.dumps(stretch), [links(call, stretch.next if stretch.has_more else None, "since")])
