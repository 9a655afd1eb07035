"""Headers that keep browsers from making more of an answer than data: on every answer, whoever gives it."""

from collections.abc import Iterable
from typing import Any

from service.api.refusals import Handler
from service.api.requests import Environ, StartResponse

TOLD = "coursegraph.told"  # what other layers say: in the environ, for each layer that asks to speak costs its time
POLICY_NAME = "Content-Security-Policy"
# An answer that is opened by itself loads nothing, runs nothing, and is nobody's frame.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Vega's pictures style their text in attributes.
FIGURE_HEADERS = {
    POLICY_NAME: f"{DATA_POLICY}; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # any page may show them
}


class BrowserHeaders:
    """Says what every answer says; HSTS where the service is reached by TLS alone.

    An answer with a policy of its own says itself who may show it.
    """

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
                for name, _ in headers:  # a set of the names would cost three times as much
                    if name == POLICY_NAME:
                        headers += self._always
                        break
                else:
                    headers += self._for_data
                return start_response(status, headers, *rest)

            return inner(environ, start)

        return told
