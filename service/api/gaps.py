"""Gaps: what is missing between what a learner knows and a goal."""

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.filters import Together, topics_named
from service.api.inputs import LONGEST_TEXT
from service.api.learners import MOST_GOALS, PreferenceSchema, names, preference
from service.api.operations import JSON, Answer, Operation
from service.api.paths import StepSchema, TimedSchema, steps, times, topic_ref
from service.catalog.best_resources import Preference
from service.catalog.cards import TopicRefSchema
from service.recommend.gap import gap

door = Door("gaps", __name__, url_prefix="/api/v1/gap", description="What is missing for a goal.")


class GapQuestionSchema(Schema):
    """What is known, and what is wanted: one target or several goals."""

    known = names("Topics that are known, by id or name; with all that they build on", load_default=())
    target = fields.String(
        validate=validate.Length(1, LONGEST_TEXT), metadata={"description": "The topic to come to, by id or name"}
    )
    goals = names("Several topics to come to, in place of `target`", most=MOST_GOALS)
    prefer = fields.Nested(PreferenceSchema, load_default=dict)

    @validates_schema
    def _has_a_goal(self, data: dict[str, Any], **_: Any) -> None:
        if ("target" in data) == bool(data.get("goals")):
            raise ValidationError("Give target or goals, one of the two.")


class GapSchema(TimedSchema):
    """What is missing; with what is known, it holds all that the goals need."""

    missing = fields.List(
        fields.Nested(TopicRefSchema), required=True, metadata={"description": "In the order to learn"}
    )
    ready_now = fields.List(
        fields.Nested(TopicRefSchema),
        required=True,
        metadata={"description": "Of these, what needs nothing else that is missing"},
    )
    path = fields.List(fields.Nested(StepSchema), required=True, metadata={"description": "The missing, as steps"})


@door.ask(
    "",
    Operation(
        [Answer("What is missing", GapSchema, examples.GAP)], body=GapQuestionSchema, example=examples.GAP_QUESTION
    ),
)
def find_gap(call: Call) -> Response:
    """Find what is missing for a goal.

    Which topics a learner still needs, in the order to learn, which of them can be begun now, and from what.
    """
    body = call.body
    wanted = [body["target"]] if "target" in body else body["goals"]
    with Together() as together:
        goals = together.read(topics_named, call, wanted, _pointer(body)) or ()
        known = together.read(topics_named, call, body["known"], "/known") or ()
        prefer = together.read(preference, call, body["prefer"], "/prefer") or Preference()
    found = gap(call.session, call.graph, goals, known, prefer)
    told = {
        "missing": [topic_ref(call, id) for id in found.missing],
        "ready_now": [topic_ref(call, id) for id in found.ready_now],
        "path": steps(call, found.path),
        **times(found.path),
    }
    return Response(orjson.dumps(told), content_type=JSON)


def _pointer(body: dict[str, Any]) -> str:
    return "/target" if "target" in body else "/goals"
