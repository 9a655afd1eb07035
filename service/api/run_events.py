"""A run's state as server-sent events: the newest state counts, so nothing is lost by missing one."""

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson
from flask import Response

from service.api.parts import Parts
from service.api.run_answers import run_state
from service.api.server import NO_SERVER
from service.catalog import runs
from service.errors import NotFound, Unavailable

LOOK_S = 0.1
HEARTBEAT_S = 10.0  # a comment, so that proxies keep the stream, and a client that is gone is noticed
LONGEST_STREAM_S = 600.0  # then the client comes back by itself, and others get a chance
COME_BACK_MS = 1000
FULL_RETRY_AFTER_S = 5
# No id: who comes back with the last one misses nothing.
CLOSING = 'event: closing\ndata: {"reason":"The server stops. The run goes on when it is back; so can you."}\n\n'


class State(NamedTuple):
    """A run's state at one moment; `id` differs whenever anything that is told differs."""

    id: str
    status: str
    data: dict[str, Any]


def event_response(parts: Parts, run_id: str, last_event_id: str | None) -> Response:
    """The stream of a run's events, from a seat of its own; Unavailable when there is none."""
    look = _looker(parts, run_id)
    state = look()
    if state.status in runs.FINISHED and state.id == last_event_id:
        return Response(status=204)
    seats = parts.runs.streams
    if not seats.take():
        raise Unavailable("Too many event streams are open. GET the run instead.", FULL_RETRY_AFTER_S)
    response = Response(events(look, last_event_id, parts.server.is_stopping), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    response.call_on_close(seats.leave)
    return response


def events(
    look: Callable[[], State],
    last_event_id: str | None,
    is_stopping: Callable[[], bool] = NO_SERVER.is_stopping,
    heartbeat_s: float = HEARTBEAT_S,
) -> Iterator[str]:
    """An event for each new state, until the run has ended, or the server stops."""
    yield f"retry: {COME_BACK_MS}\n\n"
    told = last_event_id
    ends = time.monotonic() + LONGEST_STREAM_S
    heartbeat = time.monotonic() + heartbeat_s
    while time.monotonic() < ends:
        try:
            state = look()
        except NotFound:  # it has expired meanwhile
            return
        if state.id != told:
            told = state.id
            heartbeat = time.monotonic() + heartbeat_s
            yield _event(state)
        if state.status in runs.FINISHED:
            return
        if is_stopping():
            yield CLOSING
            return
        if time.monotonic() >= heartbeat:
            heartbeat = time.monotonic() + heartbeat_s
            yield ": still here\n\n"
        time.sleep(LOOK_S)


def _event(state: State) -> str:
    return f"id: {state.id}\nevent: {state.status}\ndata: {orjson.dumps(state.data).decode()}\n\n"


def _looker(parts: Parts, run_id: str) -> Callable[[], State]:
    """A function that looks at the run anew, in a session of its own."""

    def look() -> State:
        with parts.sessions() as session:
            run = runs.find(session, run_id)
            state = run_state(session, run, parts.runs.workers)
        return State(f"{run.version}-{state['position'] or 0}", run.status, state)

    return look
