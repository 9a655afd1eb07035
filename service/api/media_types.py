"""Media types: what kinds of things there are to learn from, and how people call them."""

from dataclasses import asdict

import orjson
from flask import Response
from marshmallow import Schema, fields

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.lists import ListSchema
from service.api.operations import JSON, Answer, Operation
from service.catalog.resources import counts_by_media_type

door = Door("media types", __name__, url_prefix="/api/v1/media-types", description="The kinds of resources.")


class MediaTypeSchema(Schema):
    """A kind of resource."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    plural = fields.String(required=True)
    names = fields.List(fields.String(), required=True, metadata={"description": "What filters and questions may say"})
    resources = fields.Integer(required=True, metadata={"description": "How many active resources are of it"})


class MediaTypeListSchema(ListSchema):
    """All media types, in the order to show them; `next` is null."""

    items = fields.List(fields.Nested(MediaTypeSchema), required=True)


@door.get("", Operation([Answer("The media types", MediaTypeListSchema, examples.MEDIA_TYPES, headers=("ETag",))]))
def list_media_types(call: Call) -> Response:
    """List the media types."""
    counts = counts_by_media_type(call.session)
    kinds = call.parts.vocabulary.media_types.values()
    items = [{**asdict(kind), "resources": counts.get(kind.id, 0)} for kind in kinds]
    return Response(orjson.dumps({"items": items, "total": len(items), "next": None}), content_type=JSON)
