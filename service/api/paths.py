"""Learning paths: what to learn, in which order, to come to a topic."""

from collections.abc import Collection
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields, validate

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.filters import language_named, media_types_named, names_in, topics_named
from service.api.inputs import Several, WholeNumber, YesNo, text
from service.api.operations import JSON, Answer, Operation
from service.api.topics import PrerequisiteEvidenceSchema, lead_on
from service.catalog.best_resources import Preference
from service.catalog.cards import ResourceSchema, TopicRefSchema
from service.recommend.motivation import recommended_before
from service.recommend.path import LearningPath, Step, learning_path

MOST_MINUTES = 100_000

door = Door("paths", __name__, url_prefix="/api/v1/topics", description="What to learn, in which order.")


class PathQuery(Schema):
    """What is known already, and what one likes best to learn from."""

    known = Several("Topics that are known, by id or name; with all that they build on")
    prefer = Several("Media types to put first, by id or name")
    language = text("By BCP 47 tag or name: resources to put first")
    free = YesNo(load_default=False, metadata={"description": "Put first what is stated to be free"})
    max_minutes = WholeNumber(
        validate=validate.Range(1, MOST_MINUTES), metadata={"description": "Put first what is stated to take no longer"}
    )


class StepSchema(Schema):
    """One topic to learn."""

    topic = fields.Nested(TopicRefSchema, required=True)
    why = fields.String(required=True)
    needed_for = fields.Nested(
        TopicRefSchema, required=True, allow_none=True, metadata={"description": "The topic here that builds on it"}
    )
    evidence = fields.List(
        fields.Nested(PrerequisiteEvidenceSchema), required=True, metadata={"description": "That it builds on it"}
    )
    instead = fields.List(
        fields.Nested(TopicRefSchema),
        required=True,
        metadata={"description": "Topics of which one would do in its place; this one leaves the fewest to learn"},
    )
    resource = fields.Nested(
        ResourceSchema, required=True, allow_none=True, metadata={"description": "null: no page lists one"}
    )
    alternatives = fields.List(
        fields.Nested(ResourceSchema), required=True, metadata={"description": "Further resources, the best first"}
    )


class TimedSchema(Schema):
    """How long it takes."""

    total_minutes = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Of the steps whose resource states a duration; null when none does"},
    )
    untimed_steps = fields.Integer(
        required=True, metadata={"description": "Steps without a known duration: over 0, the total is only a part"}
    )


class RecommendedSchema(Schema):
    """A topic that says why others are worth learning."""

    topic = fields.Nested(TopicRefSchema, required=True)
    before = fields.Nested(TopicRefSchema, required=True, metadata={"description": "The first step that it motivates"})


class PathSchema(TimedSchema):
    """A path; it ends at the topic, and is empty for who knows that already."""

    items = fields.List(fields.Nested(StepSchema), required=True)
    recommended = fields.List(
        fields.Nested(RecommendedSchema),
        required=True,
        metadata={"description": "What pages put before it as motivation; nothing requires it"},
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
    resources that suit best. Where one of several prerequisites is enough, the one that leaves the least to learn.
    """
    if topic_id not in call.graph.topics:
        return lead_on(call, topic_id)
    query = call.query
    named = names_in(call, query, {"language": language_named, "prefer": media_types_named, "known": topics_named})
    known = named.get("known", ())
    prefer = Preference(named.get("language"), named.get("prefer", ()), query["free"], query.get("max_minutes"))
    path = learning_path(call.session, call.graph, topic_id, known, prefer)
    return Response(orjson.dumps(path_json(call, path, known)), content_type=JSON)


def path_json(call: Call, path: LearningPath, known: Collection[str]) -> dict[str, Any]:
    """A path from what is known, as JSON."""
    return {"items": steps(call, path), "recommended": _recommended(call, path, known), **times(path)}


def _recommended(call: Call, path: LearningPath, known: Collection[str]) -> list[dict[str, Any]]:
    words = call.parts.vocabulary.teaching_words
    found = recommended_before(call.session, call.graph, words, [step.topic for step in path.items], known)
    return [{"topic": topic_ref(call, one.topic), "before": topic_ref(call, one.before)} for one in found]


def steps(call: Call, path: LearningPath) -> list[dict[str, Any]]:
    """The steps of a path, as JSON."""
    return [_step(call, step) for step in path.items]


def times(path: LearningPath) -> dict[str, Any]:
    """How long a path takes, as JSON."""
    return {"total_minutes": path.total_minutes, "untimed_steps": path.untimed_steps}


def topic_ref(call: Call, topic_id: str) -> dict[str, str]:
    """A topic in short, as JSON."""
    return {"id": topic_id, "label": call.graph.label(topic_id)}


def _step(call: Call, step: Step) -> dict[str, Any]:
    reason = step.reason
    return {
        "topic": topic_ref(call, step.topic),
        "why": reason.why,
        "needed_for": topic_ref(call, reason.needed_for) if reason.needed_for else None,
        "evidence": list(reason.evidence),
        "instead": [topic_ref(call, id) for id in reason.instead],
        "resource": None if step.resource is None else orjson.Fragment(step.resource),
        "alternatives": [orjson.Fragment(card) for card in step.alternatives],
    }
