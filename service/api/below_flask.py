"""Reads answered as WSGI, below Flask, whose part would be most of their cost: from memory, or by their views.

What is sent more than a URL (a key, a condition, a wish for another format) goes to Flask. So does whatever goes
wrong: it happens again there, and is told in the words of the API.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Flask, Response

from service.api.calls import Call
from service.api.conditional import KEEPING, VARYING, asked_by, state_etag
from service.api.inputs import QueryReader
from service.api.json_text import Json
from service.api.kept_answers import Kept, is_for_all
from service.api.operations import JSON
from service.api.parts import Parts, parts_of
from service.api.requests import REVISION, ROUTE, Environ, StartResponse

_ANY_FORMAT = (None, "", "*/*", JSON)
_ID = re.compile(r"[\w.-]+", re.ASCII)  # what is the same in a URL, escaped or not


@dataclass(frozen=True)
class QuickRead:
    """A read whose view needs no Flask; `rule` is a path, or one whose last part is an `<id>`."""

    rule: str
    view: Callable[..., Json | Response]
    query: QueryReader | None

    def answer(self, parts: Parts, environ: Environ, question: str, ids: Sequence[str]) -> Kept | None:
        """The answer; None where it takes Flask. What the view raises is raised."""
        session = parts.snapshots.begin(is_lazy=True)
        try:
            environ[REVISION] = session.info["revision"]
            etag = state_etag(session, question)
            call = Call(parts, session, environ)
            if self.query is not None:
                call.query = self.query.read(call.query_string)
            found = self.view(call, *ids)
        finally:
            parts.snapshots.end(session)
        return _kept(etag, found, self.rule) if isinstance(found, Json) else None


class QuickReads:
    """Quick reads by their paths."""

    def __init__(self, reads: Iterable[QuickRead]) -> None:
        by_rule = {read.rule: read for read in reads}
        self._by_path = {rule: read for rule, read in by_rule.items() if not rule.endswith(">")}
        self._by_folder = {rule.rpartition("/")[0]: read for rule, read in by_rule.items() if rule.endswith(">")}

    def find(self, path: str) -> tuple[QuickRead, Sequence[str]] | None:
        """The read at a path, and the ids that the path names."""
        if path in self._by_path:
            return self._by_path[path], ()
        folder, _, id = path.rpartition("/")
        read = self._by_folder.get(folder)
        return (read, (id,)) if read and _ID.fullmatch(id) else None


def register(app: Flask, reads: Iterable[QuickRead]) -> None:
    """Let this app answer reads before Flask is asked."""
    inner = app.wsgi_app
    quick = QuickReads(reads)

    def below(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        kept = _answer(parts_of(app), quick, environ) if is_for_all(environ) else None
        if kept is None:
            return inner(environ, start_response)
        environ[ROUTE] = kept.route
        start_response("200 OK", list(kept.headers))
        return [kept.body]

    app.wsgi_app = below  # type: ignore[method-assign]  # Flask's documentation says to wrap it so


def _answer(parts: Parts, quick: QuickReads, environ: Environ) -> Kept | None:
    question = asked_by(environ)
    kept = parts.kept_answers.get(question)
    try:
        if kept is not None and _is_current(kept, parts, environ, question):
            return kept
        fresh = _worked_out(parts, quick, environ, question)
    except Exception:  # whatever it is happens again inside Flask, and is told in the words of the API
        return None
    if fresh is not None and fresh.lasts:
        parts.kept_answers.keep(question, fresh)
    return fresh


def _worked_out(parts: Parts, quick: QuickReads, environ: Environ, question: str) -> Kept | None:
    """The answer of a quick read, where everybody may have it, as JSON."""
    found = quick.find(environ["PATH_INFO"])
    if found is None or not parts.public_read or environ.get("HTTP_ACCEPT") not in _ANY_FORMAT:
        return None
    read, ids = found
    return read.answer(parts, environ, question, ids)


def _is_current(kept: Kept, parts: Parts, environ: Environ, question: str) -> bool:
    with parts.snapshots.open(is_lazy=True) as session:
        environ[REVISION] = session.info["revision"]
        return kept.etag == state_etag(session, question)


def _kept(etag: str, answer: Json, rule: str) -> Kept:
    body = answer.text if isinstance(answer.text, bytes) else answer.text.encode()
    names = [name for name, _ in answer.headers]
    lasts = "Cache-Control" not in names
    headers = [("Content-Type", JSON), *answer.headers, *(KEEPING if lasts else VARYING)]
    if "ETag" not in names:
        headers.append(("ETag", etag))
    return Kept(etag, body, (*headers, ("Content-Length", str(len(body)))), rule, lasts)
