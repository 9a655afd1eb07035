"""Demos: what can be run to see a topic at work, and running it."""

from functools import cache
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.lists import ListSchema
from service.api.operations import JSON, Answer, Operation
from service.api.preferences import PREFER
from service.api.run_answers import RunSchema, location
from service.api.run_requests import RunRequestSchema, answer_soon, requested
from service.catalog import run_devices, run_webhooks, runs
from service.catalog.cards import TopicRefSchema
from service.demos.demo import CUDA, Demo, require_here, resolve_parameters
from service.demos.devices import choose_device
from service.demos.json_schema import json_schema

door = Door(
    "demos", __name__, url_prefix="/api/v1/demos", description="Small models whose outputs show a topic at work."
)
_schema_of = cache(json_schema)


class PresetSchema(Schema):
    """A run worth looking at."""

    name = fields.String(required=True)
    parameters = fields.Dict(required=True, metadata={"description": "What differs from the defaults"})


class DemoFigureSchema(Schema):
    """A figure that a run may give."""

    name = fields.String(required=True)
    description = fields.String(required=True)


class DemoSchema(Schema):
    """A runnable illustration of topics."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    version = fields.String(required=True, metadata={"description": "Grows when equal parameters give other outputs"})
    topics = fields.List(
        fields.Nested(TopicRefSchema), required=True, metadata={"description": "What it shows, of the graph's topics"}
    )
    devices = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Where it can compute; cuda where a worker has a GPU"},
    )
    unavailable = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What it lacks to run on this machine; null when it can run"},
    )
    cost_s = fields.Float(required=True, metadata={"description": "Rough seconds that the default run computes"})


class DemoDetailSchema(DemoSchema):
    """A demo, and how to run it."""

    parameters = fields.Dict(required=True, metadata={"description": "JSON Schema (2020-12) of the parameters"})
    presets = fields.List(fields.Nested(PresetSchema), required=True)
    figures = fields.List(fields.Nested(DemoFigureSchema), required=True)


class DemoListSchema(ListSchema):
    """All demos; never cut into stretches, `next` is null."""

    items = fields.List(fields.Nested(DemoSchema), required=True)


@door.get("", Operation([Answer("The demos", DemoListSchema, examples.DEMOS, headers=("ETag",))]))
def list_demos(call: Call) -> Response:
    """List the demos."""
    items = [_summary(call, demo) for demo in call.parts.runs.demos]
    return Response(orjson.dumps({"items": items, "total": len(items), "next": None}), content_type=JSON)


@door.get(
    "/<demo_id>",
    Operation([Answer("The demo", DemoDetailSchema, examples.DEMO, headers=("ETag",))], problems=(404,)),
)
def get_demo(call: Call, demo_id: str) -> Response:
    """Get a demo, with the JSON Schema of its parameters."""
    demo = call.parts.runs.demo(demo_id)
    detail = {
        "parameters": _schema_of(demo.parameters),
        "presets": [{"name": name, "parameters": parameters} for name, parameters in demo.presets.items()],
        "figures": [{"name": name, "description": shown} for name, shown in demo.figures.items()],
    }
    return Response(orjson.dumps(_summary(call, demo) | detail), content_type=JSON)


@door.post(
    "/<demo_id>/runs",
    Operation(
        [
            Answer("It is done", RunSchema, examples.RUN, headers=("ETag", "Location", "Preference-Applied")),
            Answer(
                "It is waiting or running: look again at Location, or listen to its events",
                RunSchema,
                status=202,
                headers=("Location", "Preference-Applied", "Retry-After"),
            ),
        ],
        body=RunRequestSchema,
        problems=(404,),
        example=examples.RUN_REQUEST,
        is_idempotent=True,
        parameters=[PREFER],
    ),
    then=answer_soon,
)
def post_run(call: Call, demo_id: str) -> Response:
    """Run a demo.

    Answered with the run when it is done within `Prefer: wait=SECONDS` (2 without it), else with 202. A run equal to
    a finished one (same demo and version, parameters, seed and device) is answered with that one. A key is needed
    only where reads need one: bounds on the queue, and on each run's time and memory, protect the service.
    """
    desk = call.parts.runs
    demo = desk.demo(demo_id)
    require_here(demo)
    request = requested(demo, call.body, lambda asked: _device(call, demo, asked))
    run = runs.find_finished(call.session, request.fingerprint)
    run = run or runs.enqueue(call.session, request, desk.limits.queue)
    if (webhook := call.body["webhook"]) is not None:
        run_webhooks.order(call.session, run, webhook["url"], webhook["secret"], desk.limits.webhooks)
    return Response(status=202, headers={"Location": location(run.id)})


def _device(call: Call, demo: Demo, asked: str) -> str:
    return choose_device(demo, asked, call.parts.runs.device, lambda: run_devices.is_offered(call.session, CUDA))


def _summary(call: Call, demo: Demo) -> dict[str, Any]:
    topic_ids = dict.fromkeys(id for name in demo.topics if (id := call.graph.resolve(name)))
    return {
        "id": demo.id,
        "title": demo.title,
        "description": demo.description,
        "version": demo.version,
        "topics": [{"id": id, "label": call.graph.label(id)} for id in topic_ids],
        "devices": list(demo.devices),
        "unavailable": demo.lack(),
        "cost_s": round(demo.cost_s(resolve_parameters(demo, {})), 3),
    }
