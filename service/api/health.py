"""For operators: is it alive, is it ready, what has it done; and the description of the API itself."""

from collections.abc import Callable

import orjson
from flask import Response, current_app
from marshmallow import Schema, fields
from prometheus_client import CONTENT_TYPE_LATEST

from service import graph
from service.api.door import Door
from service.api.operations import JSON, Answer, Operation
from service.api.parts import Parts, parts
from service.api.problems import Problem, answer
from service.api.spec import openapi
from service.catalog.schema import schema_state
from service.errors import ModelUnavailable, Unavailable

NOT_READY = Problem(503, "not-ready", "Not ready to answer")
RETRY_AFTER_S = 5

door = Door("service", __name__, description="For operators, outside the versioned API.")


class AliveSchema(Schema):
    """The process answers."""

    status = fields.String(required=True)
    version = fields.String(required=True)


class ReadySchema(Schema):
    """Every part that is needed is ready."""

    status = fields.String(required=True, metadata={"description": "ready, or degraded: parts says what is missing"})
    parts = fields.Dict(
        fields.String(), fields.String(), required=True, metadata={"description": "What each part says"}
    )


_ALIVE = Answer("It is alive", AliveSchema, {"status": "alive", "version": "0.1.0"})
_READY = Answer(
    "All parts are ready",
    ReadySchema,
    {"status": "ready", "parts": {"database": "answers, at revision 1", "schema": "0001", "graph": "13 topics"}},
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

    Without the search index or its model questions are still answered, from what is left: the status is `degraded`.
    """
    told = {name: _ask(check) for name, check in (CHECKS | SPARE).items()}
    missing = [f"{name}: {said}" for name, (is_ready, said) in told.items() if not is_ready and name in CHECKS]
    said = {name: words for name, (_, words) in told.items()}
    if missing:
        return answer(NOT_READY, "; ".join(missing), {"Retry-After": str(RETRY_AFTER_S)}, parts=said)
    is_whole = all(is_ready for is_ready, _ in told.values())
    return _json({"status": "ready" if is_whole else "degraded", "parts": said})


@door.plain("/metrics", Operation([_METRICS]))
def read_metrics() -> Response:
    """Read the metrics."""
    return Response(parts().metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


@door.plain("/openapi.json", Operation([Answer("This description", {"type": "object"})]))
def read_openapi() -> Response:
    """Read the OpenAPI document."""
    return _json(openapi(current_app))


def _database(parts: Parts) -> str:
    with parts.snapshots.open() as session:
        return f"answers, at revision {session.info['revision']}"


def _schema(parts: Parts) -> str:
    found, wanted = schema_state(parts.engine, parts.migrations)
    if found != wanted:
        raise Unavailable(f"at {found or 'nothing'}, this version needs {wanted}: run `coursegraph db upgrade`")
    return str(found)


def _graph(parts: Parts) -> str:
    with parts.snapshots.open() as session:
        return f"{len(graph.current(session).topics)} topics"


def _vocabulary(parts: Parts) -> str:
    return f"{len(parts.vocabulary.media_types)} media types"


def _prerequisite_model(parts: Parts) -> str:
    """Nothing that readiness hangs on: pages are ingested without it too, by what they show themselves."""
    judge = parts.ingest_options.prerequisites.judge
    try:
        return judge.version if judge else "none"
    except ModelUnavailable as error:
        return f"not available, ingest does without: {error}"


CHECKS: dict[str, Callable[[Parts], str]] = {
    "database": _database,
    "schema": _schema,
    "graph": _graph,
    "vocabulary": _vocabulary,
    "prerequisite_model": _prerequisite_model,
}


def _index(parts: Parts) -> str:
    with parts.snapshots.open() as session:
        return parts.retrieval.index_state(session)


def _model(parts: Parts) -> str:
    return parts.retrieval.model_state()


# What the service can do without.
SPARE: dict[str, Callable[[Parts], str]] = {"search_index": _index, "search_model": _model}


def _ask(check: Callable[[Parts], str]) -> tuple[bool, str]:
    try:
        return True, check(parts())
    except Unavailable as error:
        return False, str(error)
    except Exception as error:  # whatever is wrong with a part, the others still get their say
        return False, f"{type(error).__name__}; the log says more"


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), content_type=JSON, headers={"Cache-Control": "no-store"})
