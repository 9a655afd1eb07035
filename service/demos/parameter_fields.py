"""The parameters that demos take: bounded, and described so that a form can be made of them."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate

Bounds = tuple[float, float]  # both allowed


def about(title: str, description: str, unit: str = "") -> dict[str, str]:
    """What a form shows beside a field."""
    return {"title": title, "description": description, **({"unit": unit} if unit else {})}


def number(default: float | None, bounds: Bounds, title: str, description: str, unit: str = "") -> fields.Float:
    """A finite number within bounds; a default of None also allows null."""
    return fields.Float(
        load_default=default,
        allow_none=default is None,
        validate=validate.Range(*bounds),
        metadata=about(title, description, unit),
    )


def whole(default: int | None, bounds: Bounds, title: str, description: str, unit: str = "") -> fields.Integer:
    """A whole number within bounds; a default of None also allows null."""
    return fields.Integer(
        load_default=default,
        allow_none=default is None,
        strict=True,
        validate=validate.Range(*map(int, bounds)),
        metadata=about(title, description, unit),
    )


def choice(default: str, options: Sequence[str], title: str, description: str) -> fields.String:
    """One of some names."""
    return fields.String(
        load_default=default, validate=validate.OneOf(list(options)), metadata=about(title, description)
    )


def several(default: Sequence[Any], each: fields.Field[Any], length: Bounds, title: str, description: str) -> Any:
    """A list of fields."""
    return fields.List(
        each,
        load_default=lambda: list(default),
        validate=validate.Length(*map(int, length)),
        metadata=about(title, description),
    )


def refuse_beyond(
    limit_s: float, cost_s: Callable[[Mapping[str, Any]], float], data: Mapping[str, Any], field: str
) -> None:
    """Raise ValidationError on `field`, a whole number, when the run would cost more; it says what would fit."""
    cost = cost_s(data)
    if cost > limit_s:
        fitting = bisect_right(range(data[field]), limit_s, key=lambda n: cost_s({**data, field: n})) - 1
        told = f"That is about {cost:.0f} s of computing, and {limit_s:.0f} s are allowed"
        raise ValidationError(f"{told}: with the other parameters as they are, at most about {fitting}.", field)
