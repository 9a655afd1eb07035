"""Recommendations: what to learn from next, one by one or many in one call."""

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.events import learner_id
from service.api.filters import Together, topics_named
from service.api.inputs import LONGEST_TEXT
from service.api.learners import MOST_GOALS, PreferenceSchema, names, preference
from service.api.operations import JSON, Answer, Operation
from service.api.paths import topic_ref
from service.catalog.best_resources import Preference
from service.catalog.cards import ResourceSchema, TopicRefSchema
from service.inference.minilm import VERSION
from service.recommend.learner import Learner
from service.recommend.recommendations import Recommendation, recommend

MOST_ITEMS = 50
MOST_QUESTIONS = 20  # in one batch
MOST_RESOURCES = 2_000

door = Door("recommendations", __name__, url_prefix="/api/v1/recommendations", description="What to learn from next.")


class RecommendationQuestionSchema(Schema):
    """What there is to know about a learner; all of it may be left out."""

    known_topics = names("Topics that are known, by id or name; with all that they build on", load_default=())
    goal = fields.String(
        validate=validate.Length(1, LONGEST_TEXT), metadata={"description": "The topic to come to, by id or name"}
    )
    goals = names("Several topics to come to, in place of `goal`", most=MOST_GOALS, load_default=())
    completed = names("Resources that were finished, by id, the latest first", MOST_RESOURCES, load_default=())
    seen = names("Resources that are not to be shown again, by id, the latest first", MOST_RESOURCES, load_default=())
    learner = learner_id()
    prefer = fields.Nested(PreferenceSchema, load_default=dict)
    limit = fields.Integer(strict=True, load_default=10, validate=validate.Range(1, MOST_ITEMS))

    @validates_schema
    def _has_one_kind_of_goal(self, data: dict[str, Any], **_: Any) -> None:
        if "goal" in data and data.get("goals"):
            raise ValidationError("Give goal or goals, one of the two.")


class RecommendationSchema(Schema):
    """A resource to learn from next."""

    resource = fields.Nested(ResourceSchema, required=True)
    topic = fields.Nested(TopicRefSchema, required=True, metadata={"description": "For which it is recommended"})
    score = fields.Float(
        required=True,
        metadata={"minimum": 0, "maximum": 1, "description": "By itself; the place in the list heeds the others too"},
    )
    why = fields.String(required=True)
    is_ready = fields.Boolean(
        required=True, metadata={"description": "Whether all is known that the topic needs; these come first"}
    )
    signals = fields.Dict(
        fields.String(),
        fields.Float(),
        required=True,
        metadata={"description": "The scores behind it, 0..1: graph, meaning, learners; those that say something"},
    )


class RecommendationsSchema(Schema):
    """What suits a learner now, the best first."""

    items = fields.List(fields.Nested(RecommendationSchema), required=True)
    message = fields.String(required=True, metadata={"description": "What they rest on, and what did not count"})


class BatchQuestionSchema(Schema):
    """Several questions."""

    requests = fields.List(
        fields.Nested(RecommendationQuestionSchema), required=True, validate=validate.Length(1, MOST_QUESTIONS)
    )


class BatchSchema(Schema):
    """An answer to each question, in the same order."""

    items = fields.List(fields.Nested(RecommendationsSchema), required=True)


@door.ask(
    "",
    Operation(
        [Answer("The recommendations", RecommendationsSchema, examples.RECOMMENDATIONS)],
        body=RecommendationQuestionSchema,
        example=examples.RECOMMENDATION_QUESTION,
    ),
)
def recommend_resources(call: Call) -> Response:
    """Recommend what to learn from next.

    Ready to learn first, on the way to the goal if there is one; ranked by the graph, by meaning and by what learners
    did, and not all alike. Each says why. Ids of resources that are none are passed over.
    """
    answer = _recommended(call, _learner(call, call.body, ""), call.body["limit"])
    return Response(orjson.dumps(answer), content_type=JSON)


@door.ask(
    "/batch",
    Operation(
        [Answer("The recommendations", BatchSchema)],
        body=BatchQuestionSchema,
        example={"requests": [examples.RECOMMENDATION_QUESTION, {"known_topics": ["backprop"], "limit": 3}]},
    ),
)
def recommend_in_batches(call: Call) -> Response:
    """Recommend to many learners.

    Each question as by itself, all of one revision.
    """
    requests = call.body["requests"]
    with Together() as together:
        learners = [together.read(_learner, call, body, f"/requests/{place}") for place, body in enumerate(requests)]
    answers = [_recommended(call, who, body["limit"]) for who, body in zip(learners, requests, strict=True) if who]
    return Response(orjson.dumps({"items": answers}), content_type=JSON)


def _recommended(call: Call, learner: Learner, limit: int) -> dict[str, Any]:
    found = recommend(call.session, call.graph, learner, limit, VERSION)
    return {"items": [_item(call, one) for one in found.items], "message": found.message}


def _learner(call: Call, body: dict[str, Any], pointer: str) -> Learner:
    """The learner that a question tells of; InvalidInput for all that is wrong with it."""
    goals, where = ([body["goal"]], "goal") if "goal" in body else (body["goals"], "goals")
    with Together() as together:
        known = together.read(topics_named, call, body["known_topics"], f"{pointer}/known_topics")
        wanted = together.read(topics_named, call, goals, f"{pointer}/{where}")
        prefer = together.read(preference, call, body["prefer"], f"{pointer}/prefer")
    return Learner(
        known=known or (),
        goals=wanted or (),
        completed=tuple(dict.fromkeys(body["completed"])),
        seen=tuple(dict.fromkeys(body["seen"])),
        id=body.get("learner"),
        prefer=prefer or Preference(),
    )


def _item(call: Call, one: Recommendation) -> dict[str, Any]:
    return {
        "resource": orjson.Fragment(one.resource),
        "topic": topic_ref(call, one.topic),
        "score": one.score,
        "why": one.why,
        "is_ready": one.is_ready,
        "signals": one.signals,
    }
