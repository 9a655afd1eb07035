"""Who may: the key in `Authorization: Bearer cg_…`, never in a query string."""

from flask import request
from sqlalchemy.orm import Session

from service.catalog import keys
from service.errors import KeyRefused

_SCHEME = "bearer "


def require(session: Session, scope: str) -> str:
    """The name of the caller's key if it opens `scope`; else KeyRefused."""
    return keys.check(session, _bearer(), scope)


def opens(session: Session, scope: str) -> bool:
    """Whether the caller sent a key, and it opens `scope`."""
    if "HTTP_AUTHORIZATION" not in request.environ:
        return False
    try:
        require(session, scope)
    except KeyRefused:
        return False
    return True


def _bearer() -> str:
    header = request.headers.get("Authorization", "")
    if not header:
        raise KeyRefused("Send a key: Authorization: Bearer cg_… (`coursegraph key create` makes one).")
    if not header.lower().startswith(_SCHEME):
        raise KeyRefused("The Authorization header must say: Bearer cg_…")
    return header[len(_SCHEME) :].strip()
