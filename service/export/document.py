"""The graph as nodes and edges: pages, topics and resources, and how they hang together.

Edges, by `type`: `broader` from a topic to the one it is nested in; `prerequisite` from what to learn first to what
builds on it; `about` from a resource to a topic; `mention` from a page to a resource.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from service.catalog.exports import all_pages, all_resource_cards, all_topic_cards
from service.catalog.pages import PageSummary
from service.catalog.topics import PrerequisiteRow
from service.graph import KnowledgeGraph

Record = dict[str, Any]

_TOPIC_FIELDS = ("label", "aliases", "lecture")
_RESOURCE_FIELDS = ("url", "media_type", "authors", "publisher", "year", "language", "is_free", "duration_minutes")


@dataclass(frozen=True)
class GraphDocument:
    """The graph of one revision, read as it is written: use it while its session is open."""

    session: Session
    graph: KnowledgeGraph

    def pages(self) -> Iterator[PageSummary]:
        """The pages, by id."""
        return all_pages(self.session)

    def topics(self) -> Iterator[Record]:
        """The topics as their cards have them."""
        return map(orjson.loads, all_topic_cards(self.session))

    def resources(self) -> Iterator[Record]:
        """The active resources as their cards have them."""
        return map(orjson.loads, all_resource_cards(self.session))

    def nodes(self) -> Iterator[Record]:
        """Each has `id` (with its type before it), `type` and `label`, and what its type knows."""
        for page in self.pages():
            yield {"id": f"page:{page.id}", "type": "page", "label": page.title, "url": page.url}
        for topic in self.topics():
            yield {"id": f"topic:{topic['id']}", "type": "topic"} | _only(topic, _TOPIC_FIELDS)
        for resource in self.resources():
            node = {"id": f"resource:{resource['id']}", "type": "resource", "label": resource["title"]}
            yield node | _only(resource, _RESOURCE_FIELDS)

    def edges(self) -> Iterator[Record]:
        """Each has `source`, `target` and `type`, and what its type knows."""
        for broader, narrower in self.graph.nesting.edges:
            yield _edge(f"topic:{narrower}", f"topic:{broader}", "broader")
        for row in self.prerequisites():
            edge = _edge(f"topic:{row.prerequisite_id}", f"topic:{row.dependent_id}", "prerequisite")
            told = {"kind": row.kind, "confidence": row.confidence, "status": row.status}
            yield edge | told | ({"any_of": row.any_of} if row.any_of else {})
        for resource in self.resources():
            yield from _resource_edges(resource)

    def prerequisites(self) -> Iterator[PrerequisiteRow]:
        """Accepted and proposed edges; what a curator rejected is no part of the graph."""
        for rows in self.graph.edges_into.values():
            yield from (row for row in rows if row.status != "rejected")


def graph_document(session: Session, graph: KnowledgeGraph) -> GraphDocument:
    """The document of the graph that the session sees."""
    return GraphDocument(session, graph)


def _resource_edges(resource: Record) -> Iterator[Record]:
    id = f"resource:{resource['id']}"
    for topic in resource["topics"]:
        yield _edge(id, f"topic:{topic['id']}", "about")
    for mention in resource["mentions"]:
        yield _edge(f"page:{mention['page']}", id, "mention") | _only(mention, ("line", "locator"))


def _edge(source: str, target: str, type: str) -> Record:
    return {"source": source, "target": target, "type": type}


def _only(record: Mapping[str, Any], names: tuple[str, ...]) -> Record:
    return {name: record[name] for name in names}
