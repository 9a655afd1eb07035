"""Around every request: an id to find it by in the logs."""

import re
import secrets
from time import perf_counter

from flask import Flask, Response, g, request

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def register(app: Flask) -> None:
    """Give every request an id, and every response too."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = perf_counter()
    sent = request.headers.get(HEADER)
    g.request_id = sent if sent and _SANE.fullmatch(sent) else secrets.token_hex(8)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    return response
