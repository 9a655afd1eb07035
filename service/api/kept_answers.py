"""Answers given before: the same question at the same revision is not worked out twice, and not routed either.

They are given as WSGI, below Flask, whose part in an answer from memory would be nearly all of it. Each is kept with
its state's ETag, which names everything that it depends on; what is no longer asked for makes room in time.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from flask import Flask, Response, request

from service.api.conditional import asked_by, state_etag
from service.api.requests import REVISION, ROUTE, Environ, StartResponse
from service.catalog.snapshots import Snapshots

MAX_BYTES = 32_000_000  # of bodies, in each worker process
# A key can be withdrawn without a new revision; what the caller has already is compared in `conditional`.
_NEED_FLASK = ("HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_RANGE")


@dataclass(frozen=True)
class Kept:
    """A good answer, of the state that this ETag names."""

    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    route: str


class KeptAnswers:
    """The answers that were asked for last, as many as fit."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._changing = Lock()

    def get(self, question: str) -> Kept | None:
        """The newest answer to this question."""
        kept = self._kept.get(question)
        if kept is not None:
            with self._changing:
                if question in self._kept:
                    self._kept.move_to_end(question)
        return kept

    def keep(self, question: str, kept: Kept) -> None:
        """Keep an answer, and let the ones go that were not asked for longest."""
        if len(kept.body) > self._max_bytes // 100:
            return
        with self._changing:
            older = self._kept.pop(question, None)
            self._kept[question] = kept
            self._bytes += len(kept.body) - (len(older.body) if older else 0)
            while self._bytes > self._max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body)


def keep(answers: KeptAnswers, etag: str, response: Response) -> None:
    """Keep the answer to the request that is being answered, if it is good, for everybody, and stays so."""
    environ = request.environ
    if (
        response.status_code != 200
        or response.is_streamed
        or response.cache_control.no_store
        or not _is_for_all(environ)
    ):
        return
    rule = request.url_rule
    headers = tuple(response.get_wsgi_headers(environ))
    answers.keep(asked_by(environ), Kept(etag, response.get_data(), headers, rule.rule if rule else ""))


def register(app: Flask, answers: KeptAnswers, snapshots: Snapshots) -> None:
    """Let this app give its kept answers before anything else is asked."""
    inner = app.wsgi_app

    def from_memory(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        kept = answers.get(asked_by(environ)) if _is_for_all(environ) else None
        if kept is None or not _is_current(kept, environ, snapshots):
            return inner(environ, start_response)
        environ[ROUTE] = kept.route
        start_response("200 OK", list(kept.headers))
        return [kept.body]

    app.wsgi_app = from_memory  # type: ignore[method-assign]  # Flask's documentation says to wrap it so


def _is_for_all(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "GET" and not any(name in environ for name in _NEED_FLASK)


def _is_current(kept: Kept, environ: Environ, snapshots: Snapshots) -> bool:
    try:
        with snapshots.open() as session:
            environ[REVISION] = session.info["revision"]
            return kept.etag == state_etag(session, environ)
    except Exception:  # whatever it is happens again inside Flask, and is told in the words of the API
        return False
