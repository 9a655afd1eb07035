"""Topics: lists, and each with what is on it and what to learn before and after it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields, validate

from service.api import cursors, examples
from service.api.calls import Call
from service.api.conditional import shown_etag
from service.api.door import Door
from service.api.inputs import PageQuery, Several, WholeNumber, YesNo
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.api.problems import NAMED, answer, elsewhere
from service.catalog import topics
from service.catalog.cards import EvidenceSchema, TopicRefSchema, TopicSchema
from service.catalog.snapshots import remember
from service.catalog.topics import PrerequisiteRow
from service.errors import NotFound
from service.graph import Shown

STATUSES = ("accepted", "proposed", "rejected")
KINDS = ("stated", "inferred", "curated")
ANY_OF = "A group's name: of the edges in it that lead to one topic, one is enough; null: the edge stands for itself"

door = Door(
    "topics", __name__, url_prefix="/api/v1/topics", description="The nodes of the subject, and what builds on what."
)


class TopicListSchema(ListSchema):
    """A stretch of a list of topics."""

    items = fields.List(fields.Nested(TopicSchema), required=True)


class DemoRefSchema(Schema):
    """A demo, in short."""

    id = fields.String(required=True)
    title = fields.String(required=True)


class TopicDetailSchema(TopicSchema):
    """A topic with what there is on it."""

    resource_counts = fields.Dict(
        fields.String(),
        fields.Integer(),
        required=True,
        metadata={"description": "By media type: active resources filed under the topic itself"},
    )
    demos = fields.List(fields.Nested(DemoRefSchema), required=True, metadata={"description": "What shows it at work"})


class PrerequisitesQuery(Schema):
    """How far to go, and how sure to be."""

    depth = WholeNumber(
        validate=validate.Range(1, 100),
        metadata={"description": "1 is what comes directly before; left out, all the way"},
    )
    status = Several("Edges in any of these", STATUSES, load_default=("accepted",))
    transitive = YesNo(
        load_default=False,
        metadata={"description": "Also edges that add nothing: a longer way leads from the one to the other too"},
    )


class PrerequisiteEvidenceSchema(EvidenceSchema):
    """Why an edge is believed, and where it is said."""

    page = fields.String(allow_none=True)
    line = fields.Integer(allow_none=True)
    prior = fields.Float(
        metadata={"minimum": 0, "maximum": 1, "description": "Of a model: its confidence before it read the names"}
    )
    any_of = fields.String(metadata={"description": "Where a page states alternatives: all of them"})


class PrerequisiteSchema(Schema):
    """A topic at the other end of a prerequisite, by the surest edge of the nearest."""

    topic = fields.Nested(TopicRefSchema, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    confidence = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    evidence = fields.List(fields.Nested(PrerequisiteEvidenceSchema), required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    depth = fields.Integer(required=True, metadata={"minimum": 1, "description": "Steps away; 1 is direct"})
    any_of = fields.String(required=True, allow_none=True, metadata={"description": ANY_OF})
    is_transitive = fields.Boolean(
        required=True, metadata={"description": "A longer way leads from the one to the other too"}
    )
    version = fields.Integer(required=True, metadata={"description": "Of the edge; in quotes, If-Match of its edits"})


class PrerequisiteListSchema(ListSchema):
    """Topics before or after one; never cut into stretches, `next` is null."""

    items = fields.List(fields.Nested(PrerequisiteSchema), required=True)


@door.quick("", Operation([list_answer("Topics, by id", TopicListSchema, examples.TOPICS)], PageQuery))
def list_topics(call: Call) -> Json:
    """List topics."""
    after = cursors.decode(call.path, call.query, "")
    cards, total, position = topics.cards(call.session, after, call.query["limit"])
    return stretch(call, map(str.encode, cards), total, position)


@door.quick(
    "/<topic_id>",
    Operation([Answer("The topic", TopicDetailSchema, examples.TOPIC, headers=("ETag",))], problems=(308, 404, 410)),
)
def get_topic(call: Call, topic_id: str) -> Json | Response:
    """Get a topic.

    A name in place of the id (`/topics/backprop`) leads to the topic that it names; so does the id of a topic that
    was merged into another. A hidden one is shown to curators alone.
    """
    is_hidden = topic_id not in call.graph.topics
    if is_hidden and not (call.may("curate") and topics.is_hidden(call.session, topic_id)):
        return lead_on(call, topic_id)
    card, version = topics.card(call.session, topic_id)
    further = {
        "resource_counts": call.graph.filed.counts(topic_id),
        "demos": remember(call.session, "demos", lambda: _demos(call)).get(topic_id, []),
    }
    shown = f"{card[:-1]},{orjson.dumps(further).decode()[1:]}"
    return Json(shown, [("ETag", shown_etag(version, shown))])


_EDGES = [
    Answer(
        "Topics and the edges to them, the nearest first",
        PrerequisiteListSchema,
        examples.PREREQUISITES,
        headers=("ETag",),
    )
]


@door.get("/<topic_id>/prerequisites", Operation(_EDGES, PrerequisitesQuery, problems=(308, 404, 410)))
def list_prerequisites(call: Call, topic_id: str) -> Response:
    """List what to learn before a topic.

    Nesting is no prerequisite; only accepted edges are followed further. An edge that a longer way implies is shown
    on request.
    """
    if topic_id not in call.graph.topics:
        return lead_on(call, topic_id)
    edges = call.graph.prerequisites(topic_id, call.query.get("depth"), _shown(call))
    return _edges(call, [(edge.prerequisite_id, edge, depth) for edge, depth in edges])


@door.get("/<topic_id>/dependents", Operation(_EDGES, PrerequisitesQuery, problems=(308, 404, 410)))
def list_dependents(call: Call, topic_id: str) -> Response:
    """List what a topic opens.

    The topics that build on it; the mirror of its prerequisites.
    """
    if topic_id not in call.graph.topics:
        return lead_on(call, topic_id)
    edges = call.graph.dependents(topic_id, call.query.get("depth"), _shown(call))
    return _edges(call, [(edge.dependent_id, edge, depth) for edge, depth in edges])


def _demos(call: Call) -> dict[str, list[dict[str, str]]]:
    """What there is to run, by the topics that it shows."""
    found: dict[str, list[dict[str, str]]] = {}
    for demo in call.parts.runs.demos:
        for topic_id in {call.graph.resolve(name) for name in demo.topics} - {None}:
            found.setdefault(str(topic_id), []).append({"id": demo.id, "title": demo.title})
    return found


def lead_on(call: Call, topic_id: str) -> Response:
    """308 to the topic that a name means; Merged, Gone or NotFound when there is none."""
    try:
        topics.card(call.session, topic_id)
    except NotFound:
        named = call.graph.resolve(topic_id)
        if named is None:
            raise
        headers = {"Location": elsewhere(topic_id, named), "Cache-Control": "no-cache"}
        return answer(NAMED, f"{topic_id!r} is a name of {call.graph.label(named)}.", headers, survivor=named)
    raise NotFound("topic", topic_id)


def _shown(call: Call) -> Shown:
    return Shown(call.query["status"], call.query["transitive"])


def _edges(call: Call, edges: Sequence[tuple[str, PrerequisiteRow, int]]) -> Response:
    items = [_edge(call, *edge) for edge in edges]
    return Response(orjson.dumps({"items": items, "total": len(items), "next": None}), content_type=JSON)


def _edge(call: Call, topic_id: str, edge: PrerequisiteRow, depth: int) -> dict[str, Any]:
    told = {name: value for name, value in asdict(edge).items() if not name.endswith("_id")}
    told["is_transitive"] = call.graph.is_transitive(edge)
    return {"topic": {"id": topic_id, "label": call.graph.label(topic_id)}, **told, "depth": depth}
