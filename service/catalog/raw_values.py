"""Values of the database as JSON has them, the same from every database: for backups.

A moment is RFC 3339 in UTC, bytes are base64, and JSON is kept as the text that it is, to the last digit.
"""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, DateTime, LargeBinary, Text, cast
from sqlalchemy.types import NullType, TypeEngine

Row = Sequence[Any]
Codec = Callable[[Any], Any]


def selected(column: Column[Any]) -> ColumnElement[Any]:
    """How a column is read."""
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def stored_type(column: Column[Any]) -> TypeEngine[Any]:
    """How a column is written: JSON as the text that it is, which no driver is to understand."""
    return NullType() if isinstance(column.type, JSON) else column.type


def encoder(column: Column[Any]) -> Codec:
    """What makes a read value fit for JSON."""
    if isinstance(column.type, DateTime):
        return _moment_told
    return _bytes_told if isinstance(column.type, LargeBinary) else _as_it_is


def decoder(column: Column[Any]) -> Codec:
    """What makes it a value for the database again."""
    if isinstance(column.type, DateTime):
        return _moment
    return _bytes if isinstance(column.type, LargeBinary) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _moment_told(value: datetime | None) -> str | None:
    """SQLite forgets the zone, which is always UTC."""
    if value is None:
        return None
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _bytes_told(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode("ascii")


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else base64.b64decode(value, validate=True)
