"""Learning paths: what to learn, in which order, to come to a topic."""

import orjson
from flask import Response
from marshmallow import Schema, fields

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.filters import media_types_named, topics_named
from service.api.inputs import Several, YesNo, text
from service.api.operations import JSON, Answer, Operation
from service.api.topics import lead_on
from service.catalog.best_resources import Preference
from service.catalog.cards import ResourceSchema, TopicRefSchema
from service.recommend.path import Step, learning_path

door = Door("paths", __name__, url_prefix="/api/v1/topics", description="What to learn, in which order.")


class PathQuery(Schema):
    """What is known already, and what one likes best to learn from."""

    known = Several("Topics that are known, by id or name; with all that they build on")
    prefer = Several("Media types to put first, by id or name")
    language = text("BCP 47 tag of the resources to put first")
    free = YesNo(load_default=False, metadata={"description": "Put first what is stated to be free"})


class StepSchema(Schema):
    """One topic to learn."""

    topic = fields.Nested(TopicRefSchema, required=True)
    why = fields.String(required=True)
    resource = fields.Nested(
        ResourceSchema, required=True, allow_none=True, metadata={"description": "null: no page lists one"}
    )
    alternatives = fields.List(fields.Nested(ResourceSchema), required=True)


class PathSchema(Schema):
    """A path; it ends at the topic, and is empty for who knows that already."""

    items = fields.List(fields.Nested(StepSchema), required=True)
    total_minutes = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Of the first resources whose duration is known; null when none is"},
    )


@door.get(
    "/<topic_id>/path",
    Operation(
        [Answer("The path, in the order to learn", PathSchema, examples.PATH, headers=("ETag",))],
        PathQuery,
        problems=(308, 404, 410),
    ),
)
def get_path(call: Call, topic_id: str) -> Response:
    """Get a learning path to a topic.

    The fewest topics that lead there from what is known, in the order to learn, each with its reason and with the
    resources that suit best.
    """
    if topic_id not in call.graph.topics:
        return lead_on(call, topic_id)
    query = call.query
    prefer = Preference(
        language=query.get("language"),
        media_types=media_types_named(call, query.get("prefer", ()), "/query/prefer"),
        is_free=query["free"],
    )
    known = topics_named(call, query.get("known", ()), "/query/known")
    path = learning_path(call.session, call.graph, topic_id, known, prefer)
    items = [_step(call, step) for step in path.items]
    return Response(orjson.dumps({"items": items, "total_minutes": path.total_minutes}), content_type=JSON)


def _step(call: Call, step: Step) -> dict[str, object]:
    return {
        "topic": {"id": step.topic, "label": call.graph.label(step.topic)},
        "why": step.why,
        "resource": None if step.resource is None else orjson.Fragment(step.resource),
        "alternatives": [orjson.Fragment(card) for card in step.alternatives],
    }
