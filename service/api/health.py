"""For operators: is it alive, is it ready, what has it done; and the description of the API itself."""

import orjson
from flask import Response, current_app
from marshmallow import Schema, fields
from prometheus_client import CONTENT_TYPE_LATEST

from service.api.door import Door
from service.api.operations import JSON, Answer, Operation
from service.api.parts import parts
from service.api.problems import Problem, answer
from service.api.readiness import CHECKS, SPARE, ask
from service.api.spec import openapi
from service.api.state_metrics import StateCollector

NOT_READY = Problem(503, "not-ready", "Not ready to answer")
RETRY_AFTER_S = 5

door = Door("service", __name__, description="For operators, outside the versioned API.")


class AliveSchema(Schema):
    """The process answers."""

    status = fields.String(required=True)
    version = fields.String(required=True)


class ReadySchema(Schema):
    """Every part that is needed is ready."""

    status = fields.String(required=True, metadata={"description": "ready or degraded"})
    degraded = fields.List(
        fields.String(), required=True, metadata={"description": "The parts that it answers without, for now"}
    )
    parts = fields.Dict(
        fields.String(), fields.String(), required=True, metadata={"description": "What each part says"}
    )


_ALIVE = Answer("It is alive", AliveSchema, {"status": "alive", "version": "0.1.0"})
_READY = Answer(
    "All parts are ready",
    ReadySchema,
    {
        "status": "ready",
        "degraded": [],
        "parts": {"database": "answers, at revision 1", "schema": "0001", "graph": "13 topics"},
    },
)
_METRICS = Answer("Metrics, as Prometheus reads them", {"type": "string"}, formats=("text/plain",))


@door.plain("/healthz", Operation([_ALIVE]))
def healthz() -> Response:
    """Tell whether the process is alive.

    Asks nothing else: a database that is away is no reason to restart the process. `/readyz` tells about that.
    """
    return _json({"status": "alive", "version": parts().version})


@door.plain("/readyz", Operation([_READY], problems=(503,)))
def readyz() -> Response:
    """Tell whether every part is ready, and which is not.

    503 when it cannot answer. What it can answer without, as the search index, a model, or a process that works beside
    it on this machine, only makes it `degraded`: the part says what is wrong.
    """
    told = {name: ask(check) for name, check in (CHECKS | SPARE).items()}
    said = {name: words for name, (_, words) in told.items()}
    missing = [name for name, (is_ready, _) in told.items() if not is_ready]
    if not CHECKS.keys().isdisjoint(missing):
        detail = "; ".join(f"{name}: {said[name]}" for name in missing if name in CHECKS)
        return answer(NOT_READY, detail, {"Retry-After": str(RETRY_AFTER_S)}, parts=said)
    return _json({"status": "degraded" if missing else "ready", "degraded": missing, "parts": said})


@door.plain("/metrics", Operation([_METRICS]))
def read_metrics() -> Response:
    """Read the metrics."""
    return Response(parts().metrics.exposition(StateCollector(parts())), content_type=CONTENT_TYPE_LATEST)


@door.plain("/openapi.json", Operation([Answer("This description", {"type": "object"})]))
def read_openapi() -> Response:
    """Read the OpenAPI document."""
    return _json(openapi(current_app))


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), content_type=JSON, headers={"Cache-Control": "no-store"})
