"""Runs: where they stand, what they gave, their pictures; and calling them off."""

from collections.abc import Sequence

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from service.api import examples
from service.api.browser_headers import FIGURE_HEADERS, with_policy
from service.api.calls import Call
from service.api.door import Door
from service.api.operations import Answer, Operation
from service.api.run_answers import UNCHANGING, RunSchema, formats_of, run_answer
from service.api.run_events import event_response
from service.api.waiting import wait_until
from service.catalog import drawings, runs
from service.catalog.models import Figure, Run
from service.errors import NotFound, Unavailable

door = Door("runs", __name__, url_prefix="/api/v1/runs", description="Executions of demos.")

DRAWING_PATIENCE_S = 10.0
CONTENT_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/vnd.vegalite.v5+json",
    "gif": "image/gif",
}
_PICTURE = {"type": "string", "format": "binary"}
_FIGURE = [
    Answer("The figure", _PICTURE, formats=("image/svg+xml", "image/png", "image/gif"), headers=("ETag",)),
    Answer("The figure", {"type": "object"}, formats=(CONTENT_TYPES["json"],), headers=("ETag",)),
]


@door.live(
    "/<run_id>",
    Operation([Answer("The run", RunSchema, examples.RUN, headers=("ETag",))], problems=(404,)),
)
def get_run(call: Call, run_id: str) -> Response:
    """Get a run.

    Once it has succeeded, failed or been cancelled it never changes again; after some weeks it is forgotten.
    """
    return run_answer(call.session, runs.find(call.session, run_id), call.parts.runs.workers)


@door.delete("/<run_id>", Operation([Answer("The run, as it is now", RunSchema)], problems=(404,)))
def cancel_run(call: Call, run_id: str) -> Response:
    """Cancel a run.

    One that waits will not be executed, one that runs is stopped; one that has ended stays as it is. A key is
    needed only where reads need one: nobody but who posted the run knows its id.
    """
    return run_answer(call.session, runs.cancel(call.session, run_id), call.parts.runs.workers)


@door.live(
    "/<run_id>/events",
    Operation(
        [
            Answer(
                "An event whenever the run's state changes, named by its status, until it has ended",
                {"type": "string"},
                formats=("text/event-stream",),
            ),
            Answer("You have seen the end: do not come back", status=204),
        ],
        problems=(404,),
    ),
)
def get_run_events(call: Call, run_id: str) -> Response:
    """Follow a run, as server-sent events.

    Each event's data is the run's state without its output. A client that comes back with `Last-Event-ID` is told
    what is new since. When the server stops, the last event is `closing`. Open streams are bounded: 503 when there
    are too many, and asking for the run always works.
    """
    runs.status(call.session, run_id)
    return event_response(call.parts, run_id, request.headers.get("Last-Event-ID"))


@door.live(
    "/<run_id>/figures/<name>",
    Operation(_FIGURE, problems=(404, 406)),
)
def get_figure(call: Call, run_id: str, name: str) -> Response:
    """Get a figure of a run.

    As SVG, PNG or Vega-Lite, and as GIF where it moves, by the `Accept` header or by an ending: `/figures/loss.svg`.
    A picture is drawn when it is first asked for, which takes a moment, and kept.
    """
    stem, _, ending = name.rpartition(".")
    figure = _figure(call, runs.find(call.session, run_id), stem or name)
    format = ending if stem else _accepted_format(formats_of(figure))
    if format not in formats_of(figure):
        raise NotFound("figure", name)
    content = figure.specification.encode() if format == "json" else _drawn(call, figure, format)
    headers = {"Cache-Control": UNCHANGING, "Vary": "Accept"}
    return with_policy(Response(content, headers=headers, content_type=CONTENT_TYPES[format]), FIGURE_HEADERS)


def _accepted_format(formats: Sequence[str]) -> str:
    """What Accept asks for; SVG where it asks for nothing."""
    offered = {**{CONTENT_TYPES[format]: format for format in formats}, "application/json": "json"}
    accepted = request.accept_mimetypes
    best = accepted.best_match(list(offered)) if accepted else CONTENT_TYPES["svg"]
    if best is None:
        raise NotAcceptable(f"A figure comes as {', '.join(offered)}.")
    return offered[best]


def _figure(call: Call, run: Run, name: str) -> Figure:
    if run.status not in runs.FINISHED:
        raise Unavailable(f"The run is {run.status}; its figures come with its end.", retry_after_s=1)
    for figure in runs.figures(call.session, run):
        if figure.name == name:
            return figure
    raise NotFound("figure", name)


def _drawn(call: Call, figure: Figure, format: str) -> bytes:
    """The picture; Unavailable when nobody has drawn it in time."""
    session = call.session
    drawings.order(session, figure, format)
    session.commit()

    def look() -> bool:
        drawing = drawings.find(session, figure, format)
        session.rollback()
        return drawing is None or drawing.status in {"drawn", "failed"}

    with call.parts.runs.waiting.for_a_while() as has_seat:
        wait_until(look, DRAWING_PATIENCE_S if has_seat else 0, call.parts.server.is_stopping)
    drawing = drawings.find(session, figure, format)
    if drawing is None or drawing.status in {"wanted", "begun"}:
        raise Unavailable("The figure is being drawn.", retry_after_s=2)
    if drawing.content is None:
        raise RuntimeError(f"The figure {figure.name} cannot be drawn as {format}.")
    return drawing.content
