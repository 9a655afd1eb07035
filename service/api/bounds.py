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


def bounded_url(inner: Handler) -> Handler:
    """`inner`, for requests whose URL can be that of something."""

    def bounded(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", ""))
        if length > MAX_URL_BYTES:
            detail = f"The URL has {length} bytes; the bound is {MAX_URL_BYTES}."
            return refuse(environ, start_response, URI_TOO_LONG, detail, {})
        if "\0" in environ["PATH_INFO"]:
            return refuse(environ, start_response, NO_SUCH_PATH, "A path has no NUL, and no database keeps one.", {})
        return inner(environ, start_response)

    return bounded


class BodyReader:
    """Reads bodies, as many at once as there are seats; one that is too large is left for Flask to refuse."""

    def __init__(self, max_bytes: int, seats: Seats) -> None:
        self._max_bytes = max_bytes
        self._seats = seats

    def around(self, inner: Handler) -> Handler:
        """`inner`, with bodies that are here already."""

        def awaited(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            length = self._length(environ)
            if length:
                if not self._seats.take():
                    detail = "Too many requests are being sent just now."
                    return refuse(environ, start_response, BUSY, detail, {"Retry-After": str(RETRY_AFTER_S)})
                try:
                    body = environ["wsgi.input"].read(length)
                finally:
                    self._seats.leave()
                environ["wsgi.input"] = BytesIO(body)
                if environ.pop("HTTP_TRANSFER_ENCODING", None):
                    environ["CONTENT_LENGTH"] = str(len(body))
            return inner(environ, start_response)

        return awaited

    def _length(self, environ: Environ) -> int:
        """How much to read, one byte more than is allowed at most."""
        told = environ.get("CONTENT_LENGTH", "")
        if told:
            length = int(told) if told.isascii() and told.isdigit() else 0
            return length if length <= self._max_bytes else 0
        is_sent = environ["REQUEST_METHOD"] not in WITHOUT_BODY and environ.get("wsgi.input_terminated")
        return self._max_bytes + 1 if is_sent else 0
