"""A curator's word on a prerequisite: accepted or rejected, whatever pages and models say."""

import orjson
from flask import Response, request
from marshmallow import Schema, fields, validate

from service.api.calls import Call
from service.api.editing import IF_MATCH, THERE_PROBLEMS, based_on, editor
from service.api.inputs import PlainText
from service.api.operations import JSON, Answer, Operation
from service.api.topics import ANY_OF, PrerequisiteEvidenceSchema, door
from service.curation.prerequisites import ACCEPTED, REJECTED, Edge, decide_edge


class EdgeDecisionSchema(Schema):
    """What a curator decides of an edge."""

    status = fields.String(required=True, validate=validate.OneOf([ACCEPTED, REJECTED]))
    any_of = PlainText(
        load_default=None, allow_none=True, validate=validate.Length(1, 80), metadata={"description": ANY_OF}
    )


class DecidedEdgeSchema(Schema):
    """An edge as it is now."""

    prerequisite = fields.String(required=True)
    dependent = fields.String(required=True)
    kind = fields.String(required=True)
    status = fields.String(required=True)
    confidence = fields.Float(required=True)
    evidence = fields.List(fields.Nested(PrerequisiteEvidenceSchema), required=True)
    any_of = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)


_IF_MATCH = IF_MATCH | {"required": False, "description": "The edge's `version` in quotes, where there is one"}
_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "description": "`*`, in place of If-Match, for an edge that is not there yet",
    "schema": {"type": "string", "enum": ["*"]},
}


@door.put(
    "/<topic_id>/prerequisites/<prerequisite_id>",
    Operation(
        [Answer("The edge as it is now", DecidedEdgeSchema, headers=("ETag",))],
        body=EdgeDecisionSchema,
        scope="curate",
        parameters=[_IF_MATCH, _IF_NONE_MATCH],
        problems=THERE_PROBLEMS,
    ),
)
def decide_prerequisite(call: Call, topic_id: str, prerequisite_id: str) -> Response:
    """Accept or reject a prerequisite of a topic.

    One that closes a cycle is refused with the cycle's path and its weakest edge.
    """
    version = None if request.headers.get("If-None-Match", "").strip() == "*" else based_on()
    edge = Edge(prerequisite_id, topic_id)
    record = decide_edge(call.session, editor(call), edge, version, call.body["status"], call.body["any_of"])
    shown = {name: getattr(record, name) for name in ("kind", "status", "confidence", "evidence", "any_of", "version")}
    body = orjson.dumps({"prerequisite": prerequisite_id, "dependent": topic_id, **shown})
    return Response(body, headers={"Content-Type": JSON, "ETag": f'"{record.version}"'})
