"""How topics hang together: a frozen view per revision."""

from service.graph.knowledge import KnowledgeGraph
from service.graph.snapshots import current

__all__ = ["KnowledgeGraph", "current"]
