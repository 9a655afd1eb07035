"""Around every request: an id to find it by in the logs, and what it counts for in the metrics.

As WSGI, below Flask: its hooks and headers would cost ten times more, in every request.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from flask import Flask, request

from service.api.metrics import Metrics

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_ID = "coursegraph.request_id"
ROUTE = "coursegraph.route"  # set by who answers without Flask

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def request_id() -> str:
    """The id of the request that is being answered."""
    return str(request.environ[_ID])


def register(app: Flask, metrics: Metrics) -> None:
    """Give every request an id, every response too, and count it by its route."""
    inner = app.wsgi_app

    def observed(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        environ[_ID] = id = sent if _SANE.fullmatch(sent) else secrets.token_hex(8)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            headers.append((HEADER, id))
            metrics.count(_counted_as(environ), int(status[:3]), perf_counter() - began)
            return start_response(status, headers, *rest)

        return inner(environ, start)

    app.wsgi_app = observed  # type: ignore[method-assign]  # Flask's documentation says to wrap it so


def _counted_as(environ: Environ) -> tuple[str, str]:
    """Method and route. What no route knows goes under one name: a scan of our paths must not fill the memory."""
    route = environ.get(ROUTE) or (request.url_rule and request.url_rule.rule)
    return (environ["REQUEST_METHOD"], route) if route else ("unknown", "unknown")
