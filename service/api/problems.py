"""Errors as `application/problem+json` (RFC 9457): one table over the error tree, used once, at the door."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Flask, Response, request, url_for
from werkzeug.exceptions import HTTPException

from service import errors
from service.api.requests import request_id

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:coursegraph:problem:"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """How an error is told over HTTP; `facts` are its attributes that go along, under their own names."""

    status: int
    name: str  # the end of `type`: stable, for machines
    title: str  # the same for every occurrence, for people
    facts: tuple[str, ...] = ()


PROBLEMS: Mapping[type[errors.CoursegraphError], Problem] = {
    errors.CoursegraphError: Problem(500, "internal", "Something went wrong in the service"),
    errors.InvalidInput: Problem(422, "invalid-input", "A value cannot be used"),
    errors.PageError: Problem(422, "unreadable-page", "The page cannot be read", ("source", "line")),
    errors.NotFound: Problem(404, "not-found", "Nothing has this id"),
    errors.Gone: Problem(410, "gone", "It was here and was removed"),
    errors.Merged: Problem(308, "merged", "It was merged into another", ("survivor",)),
    errors.CursorExpired: Problem(410, "resync", "Start again from the lists"),
    errors.Refused: Problem(409, "refused", "It would break a rule"),
    errors.CycleError: Problem(409, "cycle", "The prerequisite closes a cycle", ("path", "weakest")),
    errors.TooManyRemovals: Problem(409, "too-many-removals", "Confirm the removals", ("page", "removed", "total")),
    errors.StaleVersion: Problem(412, "stale-version", "It has changed since", ("current",)),
    errors.UndoConflict: Problem(409, "changed-since", "It has been changed since", ("conflicts",)),
    errors.UndoneAlready: Problem(409, "undone-already", "It has been undone already", ("undone_by",)),
    errors.FetchError: Problem(422, "fetch-failed", "The URL could not be fetched", ("url", "reason")),
    errors.BlockedAddress: Problem(422, "blocked-address", "The URL leads to a private address", ("url",)),
    errors.KeyRefused: Problem(403, "key-refused", "The key does not open this", ("missing_scope",)),
    errors.KeyInvalid: Problem(401, "key-invalid", "The key or token is not good"),
    errors.Unavailable: Problem(503, "unavailable", "Try again later"),
    errors.QueueFull: Problem(503, "queue-full", "No room for another run now"),
    errors.DeviceUnavailable: Problem(503, "device-unavailable", "The device is not on this machine"),
    errors.DemoUnavailable: Problem(503, "demo-unavailable", "The demo cannot run on this machine"),
    errors.ModelUnavailable: Problem(503, "model-unavailable", "A model cannot be loaded"),
    errors.IndexUnavailable: Problem(503, "index-unavailable", "The search index is missing or damaged"),
}
NAMED = Problem(308, "named", "A name, in place of the id")
NO_SUCH_PATH = Problem(404, "not-found", "Nothing is at this path")
URI_TOO_LONG = Problem(414, "uri-too-long", "URI Too Long")
TOO_MANY_REQUESTS = Problem(429, "too-many-requests", "Too Many Requests")
BUSY = Problem(503, "busy", "Too many requests are being sent")
UNAUTHENTICATED = Problem(401, "key-needed", "This needs a key")
# What to do, where Werkzeug says only what happened, and to people at browsers.
INSTEAD = {
    404: "Nothing is at this path. /docs shows every call, /openapi.json describes them.",
    405: "This path does not take this method; the header Allow names those that it takes.",
    415: "Send the body as JSON, with the header Content-Type: application/json.",
}


def register(app: Flask) -> None:
    """Answer every error of the app as a problem."""
    app.register_error_handler(errors.CoursegraphError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def problem_for(error: errors.CoursegraphError) -> Problem:
    """The table's entry for an error, or for its nearest ancestor."""
    if type(error) is errors.KeyRefused and error.missing_scope is None:
        return UNAUTHENTICATED
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)


def answer(problem: Problem, detail: str, headers: Mapping[str, str], **members: Any) -> Response:
    """A problem as a response."""
    body = problem_json(problem, detail, request_id(), **members)
    response = Response(body, status=problem.status, headers=dict(headers), content_type=CONTENT_TYPE)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def problem_json(problem: Problem, detail: str, request_id: str, **members: Any) -> bytes:
    """The body of a problem."""
    return orjson.dumps(_body(problem, detail, request_id, members))


def described(error: errors.CoursegraphError) -> dict[str, Any]:
    """A problem as a part of an answer that tells of several things."""
    return _body(problem_for(error), str(error), request_id(), _members(error))


def _body(problem: Problem, detail: str, request_id: str, members: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": TYPE_PREFIX + problem.name,
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "errors": members.pop("errors", []),
        "request_id": request_id,
        **members,
    }


def _domain_error(error: errors.CoursegraphError) -> Response:
    problem = problem_for(error)
    if problem.status == 500:
        return _unforeseen(error)
    return answer(problem, str(error), _headers(error), **_members(error))


def _members(error: errors.CoursegraphError) -> dict[str, Any]:
    facts = problem_for(error).facts
    members = {name: getattr(error, name) for name in facts if getattr(error, name, None) is not None}
    if isinstance(error, errors.InvalidInput):
        members["errors"] = [{"pointer": fault.pointer, "detail": fault.detail} for fault in error.faults]
    if isinstance(error, errors.FetchError):
        members["errors"] = [{"pointer": "/page_url", "detail": error.reason}]
    return members


def _headers(error: errors.CoursegraphError) -> dict[str, str]:
    """What an error says in headers: where to, with which key, or when again."""
    if isinstance(error, errors.Merged):
        return {"Location": elsewhere(error.id, error.survivor), "Cache-Control": "no-cache"}
    if isinstance(error, errors.KeyRefused):
        return {"WWW-Authenticate": _challenge(error)}
    if isinstance(error, errors.Unavailable) and error.retry_after_s is not None:
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def elsewhere(id: str, other: str) -> str:
    """The URL of this request with one id in its path replaced by another."""
    path: Any = {name: other if value == id else value for name, value in (request.view_args or {}).items()}
    query = request.query_string.decode("ascii", "replace")
    return url_for(str(request.endpoint), **path) + (f"?{query}" if query else "")


def _challenge(error: errors.KeyRefused) -> str:
    """RFC 6750, section 3."""
    if isinstance(error, errors.KeyInvalid):
        return 'Bearer realm="coursegraph", error="invalid_token"'
    if error.missing_scope is None:
        return 'Bearer realm="coursegraph"'
    return f'Bearer realm="coursegraph", error="insufficient_scope", scope="{error.missing_scope}"'


def _http_error(error: HTTPException) -> Response:
    """What Flask itself refuses: no such path, no such method, a body too large or not JSON."""
    if error.code is None or error.code >= 500:
        return _unforeseen(error)
    kept = {name: value for name, value in error.get_headers(request.environ) if name.lower() != "content-type"}
    problem = Problem(error.code, error.name.lower().replace(" ", "-"), error.name)
    return answer(problem, INSTEAD.get(error.code) or error.description or error.name, kept)


def _unforeseen(error: Exception) -> Response:
    """A mistake of ours: told to the log in full, to the caller as a number to quote."""
    _log.error("%s %s failed [%s]", request.method, request.path, request_id(), exc_info=error)
    detail = "The service made a mistake. Quote the request id when you report it."
    return answer(PROBLEMS[errors.CoursegraphError], detail, {})
