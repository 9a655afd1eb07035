"""A message, and what came back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """A message that is due: where to, signed with what, what it says; `attempts` counts this one."""

    number: int
    id: str
    url: str
    secrets: Sequence[str] = field(repr=False)
    body: bytes = field(repr=False)
    attempts: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came back: an HTTP status, unless there was no answer, and the reason where it is no success."""

    status: int | None
    failure: str | None = None


def new_id() -> str:
    """A message's id: the same each time it is sent."""
    return f"msg_{secrets.token_hex(12)}"
