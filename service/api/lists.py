"""Lists of stored cards: `{items, total, next}` joined without parsing any, and their links (RFC 8288)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import orjson
from marshmallow import Schema, fields

from service.api import cursors
from service.api.calls import Call
from service.api.json_text import Json
from service.api.operations import Answer


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
    items: Iterable[bytes],
    total: int,
    position: int | str | None,
    further: Mapping[str, object] | None = None,
) -> Json:
    """A stretch of a list that goes on after `position`: items in JSON; `further` members follow the contract's own."""
    next_cursor = None if position is None else cursors.encode(call.path, call.query, position)
    rest = orjson.dumps({"total": total, "next": next_cursor, **(further or {})})
    return Json(b"".join((b'{"items":[', b",".join(items), b"],", rest[1:])), [links(call, next_cursor)])


def links(call: Call, next_cursor: str | None, parameter: str = "cursor") -> tuple[str, str]:
    """A Link header to the `next` and the `first` stretch of the list that is asked for.

    Relative, so that they hold behind any proxy; built from the query as it was sent.
    """
    others = [
        pair if _IN_QUERIES.fullmatch(pair) else quote(pair, _UNQUOTED)
        for pair in call.query_string.split("&")
        if pair and not pair.startswith(f"{parameter}=")
    ]
    first = f'<{_url(call.path, others)}>; rel="first"'
    if next_cursor is None:
        return ("Link", first)
    return ("Link", f'<{_url(call.path, [*others, f"{parameter}={next_cursor}"])}>; rel="next", {first}')


_UNQUOTED = "!$'()*+,;:@/?=%-._~"
_IN_QUERIES = re.compile(rf"[\w{re.escape(_UNQUOTED)}]*", re.ASCII)  # what quoting leaves as it is


def _url(path: str, pairs: Sequence[str]) -> str:
    return f"{path}?{'&'.join(pairs)}" if pairs else path
