"""Bounds on what a request may be, before anything looks at it: its URL, and how many bodies are awaited at once.

A body that comes slowly holds a thread, and no WSGI server sets it a time. So only some threads wait for bodies, and
the others go on answering. The server itself bounds headers.
"""

from collections.abc import Iterable
from io import BytesIO

from service.api.problems import BUSY, NO_SUCH_PATH, URI_TOO_LONG
from service.api.refusals import Handler, refuse
from service.api.requests import Environ, StartResponse
from service.api.seats import Seats

MAX_URL_BYTES = 8_000
RETRY_AFTER_S = 1
WITHOUT_BODY = frozenset(("GET", "HEAD", "OPTIONS"))


class Bounds:
    """Refuses URLs that can be those of nothing, and reads bodies, as many at once as there are seats.

    A body that is told to be too large is left for Flask to refuse.
    """

    def __init__(self, max_body_bytes: int, seats: Seats) -> None:
        self._max_body_bytes = max_body_bytes
        self._seats = seats

    def around(self, inner: Handler) -> Handler:
        """`inner`, for requests within the bounds, whose bodies are here already."""

        def bounded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            path = environ["PATH_INFO"]
            length = len(path) + len(environ.get("QUERY_STRING", ""))
            if length > MAX_URL_BYTES:
                detail = f"The URL has {length} bytes; the bound is {MAX_URL_BYTES}."
                return refuse(environ, start_response, URI_TOO_LONG, detail, {})
            if "\0" in path:
                return refuse(environ, start_response, NO_SUCH_PATH, "A path has no NUL: no database keeps one.", {})
            if environ["REQUEST_METHOD"] not in WITHOUT_BODY and not self._await_body(environ):
                detail = "Too many requests are being sent just now."
                return refuse(environ, start_response, BUSY, detail, {"Retry-After": str(RETRY_AFTER_S)})
            return inner(environ, start_response)

        return bounded

    def _await_body(self, environ: Environ) -> bool:
        """Have the body here; False when too many are awaited."""
        length = self._length(environ)
        if not length:
            return True
        with self._seats.for_a_while() as has_seat:
            if has_seat:
                body = environ["wsgi.input"].read(length)
                environ["wsgi.input"] = BytesIO(body)
                if environ.pop("HTTP_TRANSFER_ENCODING", None):
                    environ["CONTENT_LENGTH"] = str(len(body))
        return has_seat

    def _length(self, environ: Environ) -> int:
        """How much to read, one byte more than is allowed at most."""
        told = environ.get("CONTENT_LENGTH", "")
        if told:
            length = int(told) if told.isascii() and told.isdigit() else 0
            return length if length <= self._max_body_bytes else 0
        return self._max_body_bytes + 1 if environ.get("wsgi.input_terminated") else 0
