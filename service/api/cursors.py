"""Where a list goes on: an opaque cursor that knows which list it belongs to."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson

from service.errors import Fault, InvalidInput

NOT_FILTERS = ("cursor", "limit")  # a reader may change the length of the stretches as they go
_FAULT = Fault("/query/cursor", "not a cursor of this list")


def encode(path: str, query: Mapping[str, Any], position: int | str) -> str:
    """The cursor that goes on after `position` in the list that `path` and `query` describe."""
    return urlsafe_b64encode(orjson.dumps([_list(path, query), position])).decode().rstrip("=")


def decode(path: str, query: Mapping[str, Any], start: int | str) -> Any:
    """The position in `query["cursor"]`, of the type of `start`; `start` when there is none."""
    cursor = query.get("cursor")
    if cursor is None:
        return start
    try:
        described, position = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise InvalidInput("The cursor is not one that this service gave out.", [_FAULT]) from error
    if described != _list(path, query) or type(position) is not type(start):
        raise InvalidInput("The cursor belongs to another list: keep the filters while you page.", [_FAULT])
    return position


def _list(path: str, query: Mapping[str, Any]) -> str:
    filters = {name: value for name, value in query.items() if name not in NOT_FILTERS}
    return hashlib.blake2b(orjson.dumps([path, filters], option=orjson.OPT_SORT_KEYS), digest_size=6).hexdigest()
