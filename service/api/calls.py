"""One call: what it was sent, who sent it, and the session that it reads or writes with."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from service import graph
from service.api import access
from service.api.parts import Parts
from service.api.requests import Environ
from service.graph.knowledge import KnowledgeGraph


@dataclass(slots=True)
class Call:
    """What a view gets."""

    parts: Parts
    session: Session
    environ: Environ  # the request, as WSGI has it
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    actor: str = "anonymous"  # the caller's key, as the audit names it

    @property
    def path(self) -> str:
        """The path of the request's URL."""
        path: str = self.environ["PATH_INFO"]
        return path

    @property
    def query_string(self) -> str:
        """The query of the request's URL, escaped as it was sent."""
        sent: str = self.environ.get("QUERY_STRING", "")
        return sent

    @property
    def graph(self) -> KnowledgeGraph:
        """The knowledge graph of the revision that this call sees."""
        return graph.current(self.session)

    def require(self, scope: str) -> None:
        """Raise KeyRefused unless the caller's key opens `scope`."""
        self.actor = access.require(self.session, scope)

    def admit(self, scope: str | None = None) -> None:
        """As `require`; without a scope, a key is needed only where reads need one.

        One that is sent must be good all the same: nobody is to find out later that theirs has expired.
        """
        if scope is not None or not self.parts.public_read:
            self.require(scope or "read")
        elif access.sends_key():
            self.actor = access.identify(self.session).actor

    def may(self, scope: str) -> bool:
        """Whether the caller sent a key that opens `scope`."""
        return "HTTP_AUTHORIZATION" in self.environ and access.opens(self.session, scope)
