"""Around every request: an id to find it by, a line in the log, and what it counts for in the metrics.

As WSGI, below Flask: its hooks and headers would cost ten times more, in every request.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any

from flask import Flask, has_request_context, request

from service.api.metrics import Metrics
from service.logs import LogNews
from service.tracing import request_span

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
REQUEST_ID = "coursegraph.request_id"
ROUTE = "coursegraph.route"  # set by who answers without Flask
REVISION = "coursegraph.revision"  # set by who knows: which one was read, or which the write led to
CALLER = "coursegraph.caller"  # set by who looks at the key: its holder, whose `actor` is for the audit
_STREAM = "text/event-stream"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def request_id() -> str:
    """The id of the request that is being answered."""
    return str(request.environ[REQUEST_ID])


def facts() -> Mapping[str, Any]:
    """What every line of the log says that is written while a request is answered."""
    return {"request_id": request_id()} if has_request_context() else {}


class _Observed:
    """One request: when it began, and what became of it."""

    def __init__(self, environ: Environ, metrics: Metrics, log: LogNews) -> None:
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        self.id = sent if _SANE.fullmatch(sent) else _new_id()
        self.is_stream = False
        self._environ = environ
        self._metrics = metrics
        self._log = log
        self._began = perf_counter()
        self._status = 0
        self.route: tuple[str, str] = ("unknown", "unknown")

    def answered(self, status: str, headers: list[tuple[str, str]]) -> None:
        """The answer begins: count it. The route is known now, and while Flask's context lasts."""
        headers.append((HEADER, self.id))
        self.is_stream = _type(headers).startswith(_STREAM)
        self._status = int(status[:3])
        self.route = _counted_as(self._environ)
        self._metrics.count(self.route, self._status, perf_counter() - self._began)

    def traced(self) -> dict[str, str | int]:
        """What its span says, by OpenTelemetry's conventions."""
        method, route = self.route
        return {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": self._status,
            "coursegraph.request_id": self.id,
        }

    def told(self) -> None:
        """The answer has ended: log it."""
        caller = self._environ.get(CALLER)
        self._log(
            "request",
            method=self.route[0],
            route=self.route[1],
            status=self._status,
            ms=round((perf_counter() - self._began) * 1000, 2),
            request_id=self.id,
            key=caller.actor if caller else None,
            revision=self._environ.get(REVISION),
        )


def register(app: Flask, metrics: Metrics, log: LogNews) -> None:
    """Give every request an id, every response too; count it by its route, and log it."""
    inner = app.wsgi_app

    def observed(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        observed = _Observed(environ, metrics, log)
        environ[REQUEST_ID] = observed.id

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            observed.answered(status, headers)
            return start_response(status, headers, *rest)

        with request_span(environ) as span:
            answer = inner(environ, start)
            if span:
                span.update_name(" ".join(observed.route))
                span.set_attributes(observed.traced())
        if observed.is_stream:
            return _Stream(answer, observed.told)
        observed.told()
        return answer

    app.wsgi_app = observed  # type: ignore[method-assign]  # Flask's documentation says to wrap it so


class _Stream:
    """A stream's pieces; `then` is called when it has ended, or its reader has gone."""

    def __init__(self, pieces: Iterable[bytes], then: Callable[[], None]) -> None:
        self._pieces = pieces
        self._then = then

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        """What a WSGI server calls in the end."""
        if hasattr(self._pieces, "close"):
            self._pieces.close()
        self._then()


def _new_id() -> str:
    """No secret, so the system is not asked for chance: while it answers, another thread takes this one's turn."""
    return f"{random.getrandbits(64):016x}"


def _type(headers: list[tuple[str, str]]) -> str:
    for name, value in headers:  # it comes first, mostly
        if name == "Content-Type":
            return value
    return ""


def _counted_as(environ: Environ) -> tuple[str, str]:
    """Method and route. What no route knows goes under one name: a scan of our paths must not fill the memory."""
    route = environ.get(ROUTE) or (request.url_rule.rule if has_request_context() and request.url_rule else None)
    return (environ["REQUEST_METHOD"], route) if route else ("unknown", "unknown")
