"""One call: what it was sent, who sent it, and the session that it reads or writes with."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from service import graph
from service.api import access
from service.api.parts import Parts
from service.graph.knowledge import KnowledgeGraph


@dataclass(slots=True)
class Call:
    """What a view gets."""

    parts: Parts
    session: Session
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    actor: str = "anonymous"  # the name of the caller's key, for the audit

    @property
    def graph(self) -> KnowledgeGraph:
        """The knowledge graph of the revision that this call sees."""
        return graph.current(self.session)

    def require(self, scope: str) -> None:
        """Raise KeyRefused unless the caller's key opens `scope`."""
        self.actor = access.require(self.session, scope)

    def require_read(self) -> None:
        """Raise KeyRefused where reads need a key, and the caller has none that opens them."""
        if not self.parts.public_read:
            self.require("read")

    def may(self, scope: str) -> bool:
        """Whether the caller sent a key that opens `scope`."""
        return access.opens(self.session, scope)
