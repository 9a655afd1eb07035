"""A blueprint whose decorators do what every call needs: describe it, check the key, read the input, answer with ETag.

A view gets a `Call` and returns a `Response`; what it raises is translated in `problems`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy.orm import Session

from service import __version__, graph
from service.api import access
from service.api.inputs import read_body, read_query
from service.api.operations import Operation, describe
from service.api.parts import Parts, parts
from service.catalog import revisions
from service.catalog.snapshots import remember
from service.graph.knowledge import KnowledgeGraph

View = Callable[..., Response]


@dataclass(slots=True)
class Call:
    """One call: what it was sent, and the session that it reads or writes with."""

    parts: Parts
    session: Session
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    actor: str = "anonymous"  # the name of the key

    @property
    def graph(self) -> KnowledgeGraph:
        """The knowledge graph of the revision that this call sees."""
        return graph.current(self.session)

    def require(self, scope: str) -> None:
        """Raise KeyRefused unless the caller's key opens `scope`."""
        self.actor = access.require(self.session, scope)

    def may(self, scope: str) -> bool:
        """Whether the caller sent a key that opens `scope`."""
        return access.opens(self.session, scope)

    def version_etag(self, version: int) -> str:
        """The ETag of one thing with a version of its own: it outlives writes to others."""
        return f'"{version}-{_hash(__version__, _origin(self.session))[:8]}"'


class Door(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """The calls on one kind of thing."""

    def get(self, rule: str, operation: Operation, public: bool | None = None) -> Callable[[View], View]:
        """A read: a snapshot of one revision, an ETag that is checked before any work.

        `public` None leaves it to the setting PUBLIC_READ.
        """
        query = operation.query() if operation.query else None

        def decorate(view: View) -> View:
            @wraps(view)
            def read(**path: Any) -> Response:
                return _read(view, query, public, path)

            return self._described(rule, "GET", operation, read, view)

        return decorate

    def post(self, rule: str, operation: Operation, scope: str | None) -> Callable[[View], View]:
        """A write, in one transaction, committed here when the view has answered well."""
        return self._writing(rule, "POST", operation, scope)

    def delete(self, rule: str, operation: Operation, scope: str | None) -> Callable[[View], View]:
        """As `post`."""
        return self._writing(rule, "DELETE", operation, scope)

    def _writing(self, rule: str, method: str, operation: Operation, scope: str | None) -> Callable[[View], View]:
        query = operation.query() if operation.query else None
        body = operation.body() if operation.body else None

        def decorate(view: View) -> View:
            @wraps(view)
            def write(**path: Any) -> Response:
                with parts().sessions() as session:
                    call = Call(parts(), session)
                    if scope is not None:
                        call.require(scope)
                    call.query = read_query(query) if query else {}
                    call.body = read_body(body) if body else {}
                    response = view(call, **path)
                    session.commit()
                return response

            return self._described(rule, method, operation, write, view, scope)

        return decorate

    def _described(
        self, rule: str, method: str, operation: Operation, call: View, view: View, scope: str | None = None
    ) -> View:
        described = describe(operation, _camel_case(view.__name__), method == "GET")
        if scope is not None:
            described["security"] = [{"key": []}]
        documented: View = self.doc(**described)(call)
        self.add_url_rule(rule, view.__name__, documented, methods=[method])
        return documented


def _read(view: View, query: Schema | None, public: bool | None, path: dict[str, Any]) -> Response:
    found = parts()
    session = found.snapshots.begin()
    try:
        call = Call(found, session)
        if not (found.public_read if public is None else public):
            call.require("read")
        etag = _state_etag(session)
        if etag in request.headers.get("If-None-Match", ""):
            return _finish(Response(status=304), etag)
        if query is not None:
            call.query = read_query(query)
        return _finish(view(call, **path), etag)
    finally:
        found.snapshots.end(session)


def _finish(response: Response, etag: str) -> Response:
    """Say what every read says about keeping its answer; send no body that the caller has already."""
    headers = response.headers
    # Every answer can change with the next write, and asking whether it has costs next to nothing.
    headers.setdefault("Cache-Control", "no-cache")
    if response.status_code not in (200, 304):
        return response
    headers.setdefault("ETag", etag)
    headers["Vary"] = "Accept, Authorization"
    known = request.headers.get("If-None-Match")
    if known and (headers["ETag"] in known or known.strip() == "*"):
        response.status_code = 304
        response.data = b""
        del headers["Content-Type"]
    return response


def _state_etag(session: Session) -> str:
    """Names what this URL answers, in this format, to this key, at this revision, by this version of the program."""
    environ = request.environ
    names = ("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_AUTHORIZATION")
    state = (environ.get(name, "") for name in names)
    return f'"{_hash(__version__, _origin(session), str(session.info["revision"]), *state)}"'


def _origin(session: Session) -> str:
    return remember(session, "origin", lambda: revisions.origin(session))


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
