"""Which other sites' scripts may ask (CORS): those of a list all that their key opens, others at most open reads."""

import re
from collections.abc import Iterable
from typing import Any

from service.api.refusals import Handler
from service.api.requests import ROUTE, Environ, StartResponse
from service.errors import Fault, InvalidInput

ANY = "*"
PREFLIGHT = "preflight"  # the route that these are counted under
KEEP_S = 7200  # that a browser may remember a preflight's answer
READS = ("GET", "HEAD")
ALL = (*READS, "POST", "PUT", "PATCH", "DELETE")
SENT = "Accept, Content-Type, If-None-Match, Last-Event-ID, Prefer, X-Request-ID"
SENT_WITH_KEY = f"{SENT}, Authorization, Idempotency-Key, If-Match"
SHOWN = (
    "ETag, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, "
    "X-Request-ID"
)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?", re.ASCII)


class Cors:
    """The policy: `origins` are separated by commas; `*` lets all others read without a key."""

    def __init__(self, origins: str) -> None:
        named = {origin.strip() for origin in origins.split(",")} - {""}
        for origin in named - {ANY}:
            if not _ORIGIN.fullmatch(origin):
                raise InvalidInput(f"CORS_ORIGINS: {origin!r} is not like https://lms.example.", [Fault("", origin)])
        self._named = named - {ANY}
        self._is_open = ANY in named

    def around(self, inner: Handler) -> Handler:
        """`inner`, whose answers say who may read them. Without any origin it stays as it is."""
        if not self._named and not self._is_open:
            return inner

        def shared(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
                environ[ROUTE] = PREFLIGHT
                start_response("204 No Content", self._preflight(environ))
                return []
            told = self._told(environ)

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(status, headers + told, *rest)

            return inner(environ, start)

        return shared

    def _told(self, environ: Environ) -> list[tuple[str, str]]:
        origin = self._allowed(environ.get("HTTP_ORIGIN"), environ["REQUEST_METHOD"])
        told = [("Vary", "Origin")] if self._named else []
        if origin is not None:
            told += [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", SHOWN)]
        return told

    def _preflight(self, environ: Environ) -> list[tuple[str, str]]:
        told = [("Vary", "Origin, Access-Control-Request-Method")]
        origin = self._allowed(environ.get("HTTP_ORIGIN"), environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"])
        if origin is None:
            return told
        methods, sent = (READS, SENT) if origin == ANY else (ALL, SENT_WITH_KEY)
        return [
            *told,
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", ", ".join(methods)),
            ("Access-Control-Allow-Headers", sent),
            ("Access-Control-Max-Age", str(KEEP_S)),
        ]

    def _allowed(self, origin: str | None, method: str) -> str | None:
        """What `Access-Control-Allow-Origin` says to this origin; None: nothing."""
        if origin in self._named:
            return origin
        return ANY if origin is not None and self._is_open and method in READS else None
