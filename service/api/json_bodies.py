"""JSON bodies as they come: not too deep, and of characters that every database keeps."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from service.errors import Fault, InvalidInput

DEEPEST = 32  # arrays and objects in each other; nothing that is asked for needs more than six
MOST_FAULTS = 20  # that are told
TOO_DEEP = f"The body is nested more than {DEEPEST} deep."
# A page's parser tells the line of what it cannot read, and any question is answered.
TEXTS_OF_ANY_KIND = ("/markdown", "/question")

_UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")
# What such a character may come from, escaped or not. Bodies without it need not be searched text by text.
_SUSPICIOUS = re.compile(rb"\\u(?:0000|d[89a-f])|\xed[\xa0-\xbf]|\x00", re.IGNORECASE)


def read_json_object() -> dict[str, Any]:
    """The body; 415 when it is not JSON, 400 when it is broken, InvalidInput for text that cannot be kept."""
    try:
        body = request.get_json()
    except RecursionError as error:
        raise BadRequest(TOO_DEEP) from error
    except BadRequest as error:
        # Flask tells what the parser says, with line and column, in debug mode alone.
        raise (error.__cause__ if isinstance(error.__cause__, BadRequest) else error) from None
    if _is_deeper(body, DEEPEST):
        raise BadRequest(TOO_DEEP)
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    if _SUSPICIOUS.search(request.get_data()):
        _refuse_unkeepable(body)
    return body


def json_pointer_step(name: object) -> str:
    """A name or a number as one step of a JSON pointer (RFC 6901)."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _is_deeper(value: Any, most: int) -> bool:
    """Whether JSON has more than so many arrays and objects in each other; asked level by level, without recursion."""
    level = [value]
    for _ in range(most):
        level = [inner for outer in level for inner in _inside(outer)]
    return any(isinstance(value, dict | list) for value in level)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_unkeepable(body: dict[str, Any]) -> None:
    faults = [Fault(place, "it has a NUL, or half of a surrogate pair") for place in _unkeepable(body, "")]
    if faults:
        raise InvalidInput("The body has text that cannot be kept.", faults)


def _unkeepable(body: dict[str, Any], place: str) -> Iterable[str]:
    return islice((found for found in _search(body, place) if found not in TEXTS_OF_ANY_KIND), MOST_FAULTS)


def _search(value: dict[str, Any] | list[Any], place: str) -> Iterator[str]:
    """The places of texts with such characters; for a name of a field, of what holds it."""
    if isinstance(value, dict) and any(map(_UNKEEPABLE.search, value)):
        yield place
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, str):
            if _UNKEEPABLE.search(inner):
                yield place + json_pointer_step(name)
        elif isinstance(inner, dict | list):
            yield from _search(inner, place + json_pointer_step(name))
