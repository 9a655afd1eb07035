"""Who may: the key in `Authorization: Bearer cg_…`, or an OIDC token in its place; never in a query string."""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from service.api.parts import parts
from service.api.requests import CALLER
from service.catalog import keys
from service.errors import KeyInvalid, KeyRefused

_SCHEME = "bearer "


@dataclass(frozen=True)
class Caller:
    """Who sent a request, as the audit names them, and what that opens."""

    actor: str
    scope: str | None  # None: a token that opens nothing

    def may(self, scope: str) -> bool:
        """Whether this opens `scope`."""
        return self.scope is not None and keys.SCOPES.index(self.scope) >= keys.SCOPES.index(scope)


def sends_key() -> bool:
    """Whether the request carries a key or token, good or bad."""
    return str(request.environ.get("HTTP_AUTHORIZATION", ""))[: len(_SCHEME)].lower() == _SCHEME


def identify(session: Session) -> Caller:
    """Who sent this request; KeyRefused where it carries no key, KeyInvalid where that is not good."""
    known: Caller | None = request.environ.get(CALLER)
    if known is None:
        known = request.environ[CALLER] = _identify(session)
    return known


def require(session: Session, scope: str) -> str:
    """The caller's name for the audit if their key opens `scope`; else KeyRefused."""
    caller = identify(session)
    if not caller.may(scope):
        has = f"the scope {caller.scope!r}" if caller.scope else "no scope"
        raise KeyRefused(f"This key has {has}; this call needs {scope!r}.", scope)
    return caller.actor


def opens(session: Session, scope: str) -> bool:
    """Whether the caller sent a key, and it opens `scope`."""
    return sends_key() and identify(session).may(scope)


def _identify(session: Session) -> Caller:
    sent, found = _bearer(), parts()
    if found.tokens is not None and not sent.startswith(keys.PREFIX):
        caller = Caller(*found.tokens.verify(sent))
    else:
        holder = keys.check(session, sent)
        keys.note_use(found.engine, holder)
        caller = Caller(holder.actor, holder.scope)
    found.rate_limiter.recognise(request.environ["HTTP_AUTHORIZATION"], caller.actor)
    return caller


def _bearer() -> str:
    header = request.headers.get("Authorization", "")
    if not header:
        raise KeyRefused("Send a key: Authorization: Bearer cg_… (`coursegraph key create` makes one).")
    if not sends_key():
        raise KeyInvalid("The Authorization header must say: Bearer cg_…")
    return header[len(_SCHEME) :].strip()
