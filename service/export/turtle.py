"""The graph as Turtle: the same statements as in JSON-LD, for tools of RDF."""

from collections.abc import Iterator
from itertools import islice

import orjson
from rdflib import Graph

from service.export.document import GraphDocument
from service.export.linked_data import LinkedData
from service.export.pieces import in_pieces

NODES_PER_BATCH = 500  # in rdflib's hands at a time: it takes some 10 KB for a resource


def to_turtle(document: GraphDocument, base: str) -> Iterator[bytes]:
    """Write the document as Turtle, in pieces; `base` as for `to_json_ld`.

    Made by rdflib, batch by batch; prefixes stand before each batch, as Turtle allows.
    """
    return in_pieces(_parts(LinkedData(document, base)))


def _parts(linked_data: LinkedData) -> Iterator[bytes]:
    context, nodes = linked_data.context, linked_data.nodes()
    while batch := list(islice(nodes, NODES_PER_BATCH)):
        graph = Graph().parse(data=orjson.dumps({"@context": context, "@graph": batch}), format="json-ld")
        yield graph.serialize(format="turtle").encode()
