"""An answer in pieces, as server-sent events: what can be shown first comes first."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from flask import Response

STREAM = "text/event-stream"
_PIECES = {"claims": "claim", "citations": "citation", "resources": "resource"}  # one event for each
_WHOLE = ("path", "demo")
_LAST = ("answer", "consulted", "conversation_id", "revision")


def stream(answer: Mapping[str, Any]) -> Response:
    """The stream of an answer; it ends with `done`."""
    response = Response(_events(answer), content_type=STREAM)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    return response


def _events(answer: Mapping[str, Any]) -> Iterator[bytes]:
    yield _event("interpretation", answer["interpretation"])
    for name, event in _PIECES.items():
        for piece in answer[name]:
            yield _event(event, piece)
    for name in _WHOLE:
        if name in answer:
            yield _event(name, answer[name])
    yield _event("done", {name: answer[name] for name in _LAST})


def _event(name: str, data: Any) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data))
