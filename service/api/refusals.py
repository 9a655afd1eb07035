"""What is refused below Flask, before it has cost anything: a problem like any other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask

from service.api.problems import CONTENT_TYPE, Problem, problem_json
from service.api.requests import REQUEST_ID, ROUTE, Environ, StartResponse

Handler = Callable[[Environ, StartResponse], Iterable[bytes]]
Layer = Callable[[Handler], Handler]
REFUSED = "refused"  # the route that such requests are counted under


def wrap(app: Flask, around: Layer) -> None:
    """Put a layer around all that the app does by now."""
    app.wsgi_app = around(app.wsgi_app)  # type: ignore[method-assign,assignment]  # Flask's documentation says to wrap it so


def refuse(
    environ: Environ, start_response: StartResponse, problem: Problem, detail: str, headers: Mapping[str, str]
) -> list[bytes]:
    """Answer with a problem."""
    environ[ROUTE] = REFUSED
    body = problem_json(problem, detail, str(environ[REQUEST_ID]))
    always: dict[str, Any] = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", "Content-Length": len(body)}
    start_response(f"{problem.status} {problem.title}", [(n, str(v)) for n, v in {**always, **headers}.items()])
    return [body]
