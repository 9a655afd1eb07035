"""Lists of stored cards: `{items, total, next}` joined without parsing any, and their links (RFC 8288)."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import orjson
from flask import Response, request
from marshmallow import Schema, fields

from service.api import cursors
from service.api.calls import Call
from service.api.operations import JSON, Answer
from service.catalog.cards import join


class ListSchema(Schema):
    """A stretch of a list."""

    total = fields.Integer(required=True, metadata={"description": "How many there are in the whole list"})
    next = fields.String(
        required=True, allow_none=True, metadata={"description": "The cursor of what follows; null at the end"}
    )


def list_answer(description: str, schema: type[Schema], example: object) -> Answer:
    """What a list answers."""
    return Answer(description, schema, example, headers=("ETag", "Link"))


def stretch(
    call: Call,
    cards: Sequence[str],
    total: int,
    position: int | str | None,
    further: Mapping[str, object] | None = None,
) -> Response:
    """A stretch of a list that goes on after `position`; `further` members follow the contract's own."""
    path = request.path
    next_cursor = None if position is None else cursors.encode(path, call.query, position)
    rest = orjson.dumps({"total": total, "next": next_cursor, **(further or {})}).decode()
    body = f'{{"items":{join(cards)},{rest[1:]}'
    return with_links(Response(body, headers=[("Content-Type", JSON)]), next_cursor)


def with_links(response: Response, next_cursor: str | None, parameter: str = "cursor") -> Response:
    """The response, with a Link header to the `next` and the `first` stretch of its list."""
    response.headers.add("Link", _links(request.path, next_cursor, parameter))
    return response


def _links(path: str, next_cursor: str | None, parameter: str) -> str:
    """Relative, so that they hold behind any proxy; built from the query as it was sent."""
    sent = request.query_string.decode("latin-1").split("&")
    others = [quote(pair, _IN_QUERIES) for pair in sent if pair and not pair.startswith(f"{parameter}=")]
    first = f'<{_url(path, others)}>; rel="first"'
    if next_cursor is None:
        return first
    return f'<{_url(path, [*others, f"{parameter}={next_cursor}"])}>; rel="next", {first}'


_IN_QUERIES = "!$'()*+,;:@/?=%-._~"


def _url(path: str, pairs: Sequence[str]) -> str:
    return f"{path}?{'&'.join(pairs)}" if pairs else path
