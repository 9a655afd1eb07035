"""How topics hang together: a frozen view per revision."""

from service.graph.knowledge import KnowledgeGraph, Shown
from service.graph.snapshots import current

__all__ = ["KnowledgeGraph", "Shown", "current"]
