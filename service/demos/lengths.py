"""Lists and tables longer than a demo takes, found before anything in them is looked at.

marshmallow checks each of a million items before it counts them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.errors import Fault

MOST_NAMES = 200  # in an object


def too_long(schema: Schema, given: Mapping[str, Any]) -> Iterator[Fault]:
    """A fault for each list that is longer than its field allows, and each object with too many names."""
    if len(given) > MOST_NAMES:
        yield Fault("", f"It has {len(given)} names; at most {MOST_NAMES} are read.")
        return
    for name, field in schema.fields.items():
        if name in given:
            yield from _in_field(field, given[name], f"/{name}")


def _in_field(field: fields.Field[Any], value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(field, fields.List) and isinstance(value, list):
        longest = _longest(field)
        if longest is not None and len(value) > longest:
            yield Fault(pointer, f"It has {len(value)} items; at most {longest} are taken.")
            return
        for place, item in enumerate(value):
            yield from _in_field(field.inner, item, f"{pointer}/{place}")
    elif isinstance(field, fields.Nested) and isinstance(value, Mapping):
        yield from (Fault(pointer + fault.pointer, fault.detail) for fault in too_long(field.schema, value))
    elif isinstance(field, fields.Dict) and isinstance(value, Mapping) and len(value) > MOST_NAMES:
        yield Fault(pointer, f"It has {len(value)} names; at most {MOST_NAMES} are taken.")


def _longest(field: fields.Field[Any]) -> int | None:
    ends = [rule.max for rule in field.validators if isinstance(rule, validate.Length) and rule.max is not None]
    return min(ends, default=None)
