"""How an operation is described in the OpenAPI document: what it takes, and everything that it can answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from marshmallow import INCLUDE, Schema, fields

from service.api.problems import (
    BUSY,
    CONTENT_TYPE,
    NAMED,
    PROBLEMS,
    TOO_MANY_REQUESTS,
    TYPE_PREFIX,
    UNAUTHENTICATED,
    URI_TOO_LONG,
    Problem,
)

JSON = "application/json"


class FaultSchema(Schema):
    """One wrong value."""

    pointer = fields.String(
        required=True,
        metadata={"description": "JSON pointer into the body, or /query/NAME for a query parameter"},
    )
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """What went wrong (RFC 9457); some types carry further members."""

    class Meta:
        """Further members are part of the promise."""

        unknown = INCLUDE

    type = fields.String(required=True, metadata={"format": "uri", "description": "Stable, for machines"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What went wrong this time, for people"})
    errors = fields.List(fields.Nested(FaultSchema), required=True)
    request_id = fields.String(required=True, allow_none=True, metadata={"description": "Quote it in a report"})


@dataclass(frozen=True)
class Answer:
    """A good answer: its status, its body in one or several formats, and an example."""

    description: str
    schema: type[Schema] | Mapping[str, Any] | None = None
    example: Any = None
    status: int = 200
    formats: Sequence[str] = (JSON,)
    headers: Sequence[str] = ()  # names in HEADERS


@dataclass(frozen=True)
class Operation:
    """What a call takes and answers; `problems` are the statuses of its own, besides what every such call can meet."""

    answers: Sequence[Answer]
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    problems: Sequence[int] = ()
    example: Any = None  # of the body
    scope: str | None = None  # of the key that a write needs; None: no key
    is_idempotent: bool = False  # whether it honours Idempotency-Key
    shown_once: str | None = None  # a member of the answer that is a secret: repetitions get null
    parameters: Sequence[Mapping[str, Any]] = ()  # further ones, as OpenAPI says them
    is_guarded: bool = True  # False: open to all, always


HEADERS: Mapping[str, str] = {
    "ETag": "Names this state of the answer; send it back in If-None-Match",
    "Link": "RFC 8288: `next` and `first` stretch of the list",
    "Location": "Where it is",
    "Preference-Applied": "What became of the request's Prefer header",
    "RateLimit": "Of the budget that this was taken from: calls left, and seconds until it is whole again",
    "RateLimit-Policy": "That budget: calls in a window of so many seconds, in one of the service's processes",
    "Retry-After": "Seconds to wait",
    "X-Request-ID": "The request's id in the logs; yours, if you send one",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "Of your making; the same request with the same key is done once and answered alike",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
PATH_PARAMETERS: Mapping[str, str] = {
    "topic_id": "A topic's id; a name of it leads there",
    "resource_id": "A resource's id",
    "prerequisite_id": "The id of the topic to learn before",
    "entry_id": "An audit entry's number",
    "key_id": "A key's number",
    "page_id": "A page's id",
    "demo_id": "A demo's id",
    "run_id": "A run's id",
    "check_id": "A link check's id",
    "webhook_id": "A webhook's id",
    "delivery_id": "The id of a webhook's message",
    "name": "A figure's name; with an ending (`loss.png`), in that format",
}
HEADERS_TOO_LARGE = 431  # together with the URL: granian says so, before anything of ours is asked
READ_PROBLEMS = (401, 403, 414, 422, 429, HEADERS_TOO_LARGE, 500, 503)
WRITE_PROBLEMS = (400, 401, 403, 413, 414, 415, 422, 429, HEADERS_TOO_LARGE, 500, 503)
_EXTRA = (
    Problem(400, "bad-request", "Bad Request"),
    Problem(406, "not-acceptable", "Not Acceptable"),
    Problem(413, "request-entity-too-large", "Request Entity Too Large"),
    Problem(415, "unsupported-media-type", "Unsupported Media Type"),
    Problem(428, "precondition-required", "Precondition Required"),
    BUSY,
    NAMED,
    TOO_MANY_REQUESTS,
    UNAUTHENTICATED,
    URI_TOO_LONG,
)


def problem_responses() -> dict[str, dict[str, Any]]:
    """The OpenAPI responses that operations refer to by `problem_name`, one for each status that is no success."""
    by_status: dict[int, list[Problem]] = {}
    for problem in (*PROBLEMS.values(), *_EXTRA):
        by_status.setdefault(problem.status, []).append(problem)
    problems = {problem_name(status): _problem_response(status, found) for status, found in by_status.items()}
    return problems | {problem_name(HEADERS_TOO_LARGE): {"description": "The server's own answer, without a body"}}


def problem_name(status: int) -> str:
    """404 -> "NotFoundProblem"."""
    return "".join(word.capitalize() for word in HTTPStatus(status).name.split("_")) + "Problem"


def describe(operation: Operation, view: Callable[..., Any], method: str) -> dict[str, Any]:
    """The operation object of a view; schemas in it are resolved by apispec."""
    first, *rest = view.__name__.split("_")
    summary, *paragraphs = (" ".join(paragraph.split()) for paragraph in (getdoc(view) or "").split("\n\n"))
    described: dict[str, Any] = {
        "operationId": first + "".join(word.capitalize() for word in rest),
        "summary": summary.rstrip("."),
        "description": "\n\n".join(paragraphs),
        "parameters": _parameters(operation),
        "responses": _responses(operation, READ_PROBLEMS if method == "GET" else WRITE_PROBLEMS),
    }
    if operation.is_guarded:
        # Reads need a key only where the setting PUBLIC_READ says so.
        described["security"] = [{"key": [operation.scope]}] if operation.scope else [{}, {"key": []}]
    if operation.body is not None:
        example = {} if operation.example is None else {"example": operation.example}
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": operation.body, **example}}}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if operation.query is not None:
        parameters.append({"in": "query", "schema": operation.query})
    if operation.is_idempotent:
        parameters.append(IDEMPOTENCY_KEY)
    return [*parameters, *map(dict, operation.parameters)]


def _responses(operation: Operation, common: Sequence[int]) -> dict[str, Any]:
    if not operation.is_guarded:
        common = [status for status in common if status not in (401, 403, 422)]
    responses: dict[str, Any] = {}
    for answer in operation.answers:
        earlier = responses.get(str(answer.status), {}).get("content", {})
        responses[str(answer.status)] = _response(answer, earlier)
    if any("ETag" in answer.headers for answer in operation.answers):
        responses["304"] = {"description": "It is as you have it", "headers": _headers(("ETag",))}
    for status in sorted({*common, *operation.problems}):
        responses[str(status)] = problem_name(status)
    return responses


def _response(answer: Answer, other_formats: Mapping[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": answer.description, "headers": _headers(answer.headers)}
    if answer.schema is not None:
        example = {} if answer.example is None else {"example": answer.example}
        content = {name: {"schema": answer.schema, **example} for name in answer.formats}
        response["content"] = {**other_formats, **content}
    return response


def path_parameters(rule: str) -> list[dict[str, Any]]:
    """What the names in a rule's path stand for."""
    named = [name for name in PATH_PARAMETERS if f"<{name}>" in rule]
    return [{"in": "path", "name": name, "description": PATH_PARAMETERS[name]} for name in named]


def header_components() -> dict[str, dict[str, Any]]:
    """The OpenAPI headers that answers refer to."""
    return {name: {"description": told, "schema": {"type": "string"}} for name, told in HEADERS.items()}


def _headers(names: Sequence[str]) -> dict[str, str]:
    return {name: name for name in (*names, "RateLimit", "RateLimit-Policy", "X-Request-ID")}


def _problem_response(status: int, problems: Sequence[Problem]) -> dict[str, Any]:
    examples = {problem.name: {"value": _example(problem)} for problem in problems}
    headers = {308: ("Location",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
    return {
        "description": "; ".join(dict.fromkeys(problem.title for problem in problems)),
        "headers": _headers(headers),
        "content": {CONTENT_TYPE: {"schema": ProblemSchema, "examples": examples}},
    }


def _example(problem: Problem) -> dict[str, Any]:
    return {
        "type": TYPE_PREFIX + problem.name,
        "title": problem.title,
        "status": problem.status,
        "detail": f"{problem.title}.",
        "errors": [],
        "request_id": "5f0c1a2b3c4d5e6f",
    }
