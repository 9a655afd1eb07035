"""Headers that keep browsers from making more of an answer than data: on every answer, whoever gives it."""

from collections.abc import Iterable
from typing import Any

from service.api.refusals import Handler
from service.api.requests import Environ, StartResponse

# An answer that is opened by itself loads nothing, runs nothing, and is nobody's frame.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Vega's pictures style their text in attributes.
FIGURE_HEADERS = {
    "Content-Security-Policy": f"{DATA_POLICY}; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # any page may show them
}


class BrowserHeaders:
    """Says what every answer says; HSTS where the service is reached by TLS alone."""

    def __init__(self, hsts_max_age_s: int = 0) -> None:
        hsts = [("Strict-Transport-Security", f"max-age={hsts_max_age_s}")] if hsts_max_age_s else []
        self._always = [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), *hsts]
        self._unless_said = [
            ("Content-Security-Policy", DATA_POLICY),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ]

    def around(self, inner: Handler) -> Handler:
        """`inner`, whose answers say so."""

        def told(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                said = {name for name, _ in headers}
                headers += self._always
                headers += [header for header in self._unless_said if header[0] not in said]
                return start_response(status, headers, *rest)

            return inner(environ, start)

        return told
