"""Headers that keep browsers from making more of an answer than data: on every answer, whoever gives it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, request

from service.api.refusals import Handler
from service.api.requests import Environ, StartResponse

TOLD = "coursegraph.told"  # what other layers say: in the environ, for each layer that asks to speak costs its time
OWN_POLICY = "coursegraph.own_policy"  # in the environ where a view has said what browsers may do
POLICY_NAME = "Content-Security-Policy"
# An answer that is opened by itself loads nothing, runs nothing, and is nobody's frame.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Vega's pictures style their text in attributes.
FIGURE_HEADERS = {
    POLICY_NAME: f"{DATA_POLICY}; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # any page may show them
}


def with_policy(response: Response, headers: Mapping[str, str]) -> Response:
    """The response, which says itself what browsers may do with it."""
    request.environ[OWN_POLICY] = True
    response.headers.update(headers)
    return response


class BrowserHeaders:
    """Says what every answer says; HSTS where the service is reached by TLS alone."""

    def __init__(self, hsts_max_age_s: int = 0) -> None:
        hsts = [("Strict-Transport-Security", f"max-age={hsts_max_age_s}")] if hsts_max_age_s else []
        self._always = [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), *hsts]
        self._for_data = [
            *self._always,
            (POLICY_NAME, DATA_POLICY),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ]

    def around(self, inner: Handler) -> Handler:
        """`inner`, whose answers say so."""

        def told(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                headers += environ.get(TOLD, ())
                headers += self._always if OWN_POLICY in environ else self._for_data
                return start_response(status, headers, *rest)

            return inner(environ, start)

        return told
