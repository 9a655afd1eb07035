"""A run as callers see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from flask import Response, url_for
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from service.api.operations import JSON
from service.catalog import runs
from service.catalog.models import Figure, Run

STATUSES = ("queued", "running", *runs.FINISHED)
STILL_FORMATS = ("svg", "png", "json")
FIGURE_FORMATS = (*STILL_FORMATS, "gif")


class RunFigureSchema(Schema):
    """A figure of a run, and where its pictures are."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True, metadata={"description": "What one sees in it: the text alternative"})
    links = fields.Dict(
        fields.String(validate=validate.OneOf(FIGURE_FORMATS)),
        fields.String(metadata={"format": "uri-reference"}),
        required=True,
        metadata={"description": "svg, png, json (Vega-Lite), and gif where it moves"},
    )


class RunErrorSchema(Schema):
    """Why a run has no result."""

    code = fields.String(
        required=True,
        metadata={
            "description": "failed, crashed, unavailable, time_limit, memory_limit, result_limit or worker_lost: "
            "stable, for machines"
        },
    )
    detail = fields.String(required=True)


class TimingSchema(Schema):
    """How long it took, in milliseconds; null where it has not come to that."""

    queued = fields.Float(required=True, allow_none=True)
    running = fields.Float(required=True, allow_none=True)


class RunStateSchema(Schema):
    """Where a run stands."""

    id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    position = fields.Integer(
        required=True, allow_none=True, metadata={"description": "In the queue, while it is queued; 1 is next"}
    )
    eta_s = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "While it is queued: seconds until it should be done, if that can be told"},
    )
    progress = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    message = fields.String(required=True, metadata={"description": "What it is doing"})
    error = fields.Nested(RunErrorSchema, required=True, allow_none=True)


class RunSchema(RunStateSchema):
    """One execution of a demo."""

    demo = fields.String(required=True)
    device = fields.String(required=True, metadata={"description": "Where it computes: cpu or cuda"})
    versions = fields.Dict(
        fields.String(),
        fields.String(),
        required=True,
        metadata={"description": "Of the demo, of Coursegraph and of what it computes with"},
    )
    seed = fields.String(required=True)
    parameters = fields.Dict(required=True, metadata={"description": "All of them, defaults filled in"})
    output = fields.Dict(required=True, allow_none=True, metadata={"description": "Null until it has succeeded"})
    figures = fields.List(fields.Nested(RunFigureSchema), required=True)
    timing_ms = fields.Nested(TimingSchema, required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    finished_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


def run_answer(session: Session, run: Run, workers: int, status: int = 200) -> Response:
    """A run, whole. A finished one never changes again, so a cache may keep it."""
    body = {
        **run_state(session, run, workers),
        "demo": run.demo,
        "device": run.device,
        "versions": run.versions,
        "seed": run.seed,
        "parameters": run.parameters,
        "output": orjson.Fragment(run.output or "null"),
        "figures": [_figure(run, figure) for figure in runs.figures(session, run)],
        "timing_ms": {
            "queued": _between_ms(run.created_at, run.started_at),
            "running": _between_ms(run.started_at, run.finished_at),
        },
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }
    response = Response(orjson.dumps(body), status, content_type=JSON)
    if run.status in runs.FINISHED:
        response.headers["Cache-Control"] = UNCHANGING
    return response


def run_state(session: Session, run: Run, workers: int) -> dict[str, Any]:
    """Where a run stands, without what it gave."""
    place = runs.place(session, run, workers) if run.status == "queued" else None
    return {
        "id": run.id,
        "status": run.status,
        "position": place and place.position,
        "eta_s": place and place.eta_s,
        "progress": run.progress,
        "message": run.message,
        "error": run.error,
    }


# Private: with PUBLIC_READ off a shared cache would answer without a key.
UNCHANGING = "private, max-age=86400, immutable"


def location(run_id: str) -> str:
    """Where a run is."""
    return url_for("runs.get_run", run_id=run_id)


def formats_of(figure: Figure) -> tuple[str, ...]:
    """The formats that a figure comes in."""
    return FIGURE_FORMATS if figure.is_animated else STILL_FORMATS


def _figure(run: Run, figure: Figure) -> Mapping[str, object]:
    where = url_for("runs.get_figure", run_id=run.id, name=figure.name)
    return {
        "name": figure.name,
        "title": figure.title,
        "description": figure.description,
        "links": {format: f"{where}.{format}" for format in formats_of(figure)},
    }


def _between_ms(start: datetime | None, end: datetime | None) -> float | None:
    return round((end - start).total_seconds() * 1000, 1) if start and end else None
