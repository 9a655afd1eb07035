"""What is like a resource."""

import orjson
from flask import Response
from marshmallow import Schema, fields, validate

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.inputs import WholeNumber
from service.api.lists import ListSchema
from service.api.operations import JSON, Answer, Operation
from service.catalog import resources
from service.catalog.cards import ResourceSchema
from service.inference.minilm import VERSION
from service.recommend.similar import similar

MOST_SIMILAR = 50

door = Door("similar", __name__, url_prefix="/api/v1/resources", description="What is like a resource.")


class SimilarQuery(Schema):
    """How many."""

    limit = WholeNumber(
        load_default=10, validate=validate.Range(1, MOST_SIMILAR), metadata={"description": "At most so many"}
    )


class SimilarSchema(Schema):
    """A resource like the one asked about."""

    resource = fields.Nested(ResourceSchema, required=True)
    score = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    why = fields.String(required=True)
    signals = fields.Dict(
        fields.String(),
        fields.Float(),
        required=True,
        metadata={"description": "The scores behind it, 0..1: graph, and meaning where vectors are kept"},
    )


class SimilarListSchema(ListSchema):
    """The likest first; never cut into stretches, `next` is null."""

    items = fields.List(fields.Nested(SimilarSchema), required=True)


@door.live(
    "/<resource_id>/similar",
    Operation(
        [Answer("Resources like it", SimilarListSchema, examples.SIMILAR, headers=("ETag",))],
        SimilarQuery,
        problems=(308, 404, 410),
    ),
)
def list_similar(call: Call, resource_id: str) -> Response:
    """List resources like one.

    In meaning, and by where they stand in the graph: under the same topics and those around them.
    """
    card, _ = resources.card(call.session, resource_id, with_hidden=call.may("curate"))
    found = similar(call.session, call.graph, orjson.loads(card), call.query["limit"], VERSION)
    items = [
        {"resource": orjson.Fragment(one.resource), "score": one.score, "why": one.why, "signals": one.signals}
        for one in found
    ]
    return Response(orjson.dumps({"items": items, "total": len(items), "next": None}), content_type=JSON)
