"""A blueprint whose decorators do what every call needs: describe it, check the key, read the input, answer with ETag.

A view gets a `Call` and returns a `Response`, or `Json` where it reads; what it raises is translated in `problems`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from service.api import kept_answers, replies
from service.api.below_flask import QuickRead
from service.api.calls import Call
from service.api.conditional import asked_by, content_etag, finish, is_known, not_modified, state_etag
from service.api.editing import IF_MATCH, based_on
from service.api.inputs import QueryReader, read_body
from service.api.json_text import Json
from service.api.operations import Operation, describe, path_parameters
from service.api.parts import parts
from service.api.requests import REVISION
from service.catalog.database import writing
from service.catalog.revisions import WRITTEN

View = Callable[..., Response]
ReadView = Callable[..., Json | Response]


class Door(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """The calls on one kind of thing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quick_reads: list[QuickRead] = []

    def plain(self, rule: str, operation: Operation) -> Callable[[View], View]:
        """A read of something else than the catalog: open to all, without session and input."""

        def decorate(view: View) -> View:
            return self._add(rule, "GET", replace(operation, is_guarded=False), view)

        return decorate

    def get(self, rule: str, operation: Operation) -> Callable[[ReadView], View]:
        """A read: a snapshot of one revision, and an ETag that is checked before any work."""
        query = QueryReader(operation.query()) if operation.query else None

        def decorate(view: ReadView) -> View:
            @wraps(view)
            def read(**path: Any) -> Response:
                return _read(view, operation.scope, query, path)

            return self._add(rule, "GET", operation, read)

        return decorate

    def quick(self, rule: str, operation: Operation) -> Callable[[ReadView], View]:
        """A `get` that is asked for often: its view does without Flask where it can, and is answered below it."""
        query = QueryReader(operation.query()) if operation.query else None

        def decorate(view: ReadView) -> View:
            self.quick_reads.append(QuickRead(self.url_prefix + rule, view, query))
            return self.get(rule, operation)(view)

        return decorate

    def ask(self, rule: str, operation: Operation) -> Callable[[View], View]:
        """A question too long for a URL: a POST that only reads, from a snapshot of one revision."""
        body = operation.body() if operation.body else None

        def decorate(view: View) -> View:
            @wraps(view)
            def read(**path: Any) -> Response:
                with parts().snapshots.open() as session:
                    call = Call(parts(), session, request.environ)
                    call.admit()
                    call.body = read_body(body) if body else {}
                    return view(call, **path)

            return self._add(rule, "POST", operation, read)

        return decorate

    def live(self, rule: str, operation: Operation) -> Callable[[ReadView], View]:
        """A read of what changes without a new revision, as runs do; its ETag names the very bytes of the answer."""
        query = QueryReader(operation.query()) if operation.query else None

        def decorate(view: ReadView) -> View:
            @wraps(view)
            def read(**path: Any) -> Response:
                with writing(parts().sessions) as session:
                    call = Call(parts(), session, request.environ)
                    call.admit(operation.scope)
                    response = _answer(view, call, query, path)
                return response if response.is_streamed else finish(response, content_etag(response))

            return self._add(rule, "GET", operation, read)

        return decorate

    def post(
        self, rule: str, operation: Operation, then: Callable[[Response], Response] | None = None
    ) -> Callable[[View], View]:
        """A write, in one transaction that is committed here when the view has answered.

        `then` may go on from there, outside of the transaction: what it answers is not kept for repetitions.
        """
        return self._writing(rule, "POST", operation, then)

    def patch(self, rule: str, operation: Operation) -> Callable[[View], View]:
        """As `post`."""
        return self._writing(rule, "PATCH", operation)

    def put(self, rule: str, operation: Operation) -> Callable[[View], View]:
        """As `post`."""
        return self._writing(rule, "PUT", operation)

    def delete(self, rule: str, operation: Operation) -> Callable[[View], View]:
        """As `post`."""
        return self._writing(rule, "DELETE", operation)

    def _writing(
        self, rule: str, method: str, operation: Operation, then: Callable[[Response], Response] | None = None
    ) -> Callable[[View], View]:
        query = QueryReader(operation.query()) if operation.query else None
        body = operation.body() if operation.body else None

        def decorate(view: View) -> View:
            @wraps(view)
            def write(**path: Any) -> Response:
                with writing(parts().sessions) as session:
                    call = Call(parts(), session, request.environ)
                    call.admit(operation.scope)
                    call.query = query.read(call.query_string) if query else {}
                    call.body = read_body(body) if body else {}
                    once = operation.is_idempotent
                    response = _answer_once(view, call, path, operation) if once else view(call, **path)
                    session.commit()
                    request.environ[REVISION] = session.info.get(WRITTEN)
                return then(response) if then else response

            return self._add(rule, method, operation, write)

        return decorate

    def _add(self, rule: str, method: str, operation: Operation, view: View) -> View:
        # What `Blueprint.doc` does, without the wrapper that it puts around every call.
        view._apidoc = {"manual_doc": describe(operation, view, method)}  # type: ignore[attr-defined]
        self.add_url_rule(rule, view.__name__, view, methods=[method], parameters=path_parameters(rule))
        return view


def _read(view: ReadView, scope: str | None, query: QueryReader | None, path: dict[str, Any]) -> Response:
    found = parts()
    session = found.snapshots.begin()
    try:
        call = Call(found, session, request.environ)
        call.admit(scope)
        request.environ[REVISION] = session.info["revision"]
        question = asked_by(request.environ)
        etag = state_etag(session, question)
        if is_known(etag):
            return not_modified(etag)
        response = finish(_answer(view, call, query, path), etag)
        kept_answers.keep(found.kept_answers, question, etag, response)
        return response
    finally:
        found.snapshots.end(session)


def _answer(view: ReadView, call: Call, query: QueryReader | None, path: dict[str, Any]) -> Response:
    if query is not None:
        call.query = query.read(call.query_string)
    found = view(call, **path)
    return found.response() if isinstance(found, Json) else found


def _answer_once(view: View, call: Call, path: dict[str, Any], operation: Operation) -> Response:
    keyed = replies.keyed_request()
    if keyed is None:
        return view(call, **path)
    if IF_MATCH in operation.parameters:
        based_on()  # a repetition has to say it too
    earlier = replies.earlier_reply(call, keyed)
    return earlier or replies.keep(call, keyed, view(call, **path), operation.shown_once)
