"""The graph in other formats. Every writer yields pieces of the file, so that no export is ever whole in memory."""

from service.export.document import GraphDocument, graph_document
from service.export.graphml import to_graphml
from service.export.json import to_json
from service.export.json_ld import resource_to_json_ld, to_json_ld
from service.export.turtle import to_turtle

__all__ = ["GraphDocument", "graph_document", "resource_to_json_ld", "to_graphml", "to_json", "to_json_ld", "to_turtle"]
