"""The graph as JSON-LD 1.1, with its context inside."""

from collections.abc import Iterator

import orjson

from service.export.document import GraphDocument, Record
from service.export.json import listed
from service.export.linked_data import LinkedData
from service.export.pieces import in_pieces


def to_json_ld(document: GraphDocument, base: str) -> Iterator[bytes]:
    """Write the document as JSON-LD, in pieces; `base` is the IRI under which topics, resources and pages are."""
    return in_pieces(_parts(LinkedData(document, base)))


def resource_to_json_ld(document: GraphDocument, base: str, resource: Record) -> bytes:
    """Write one resource, given as its card has it, as JSON-LD."""
    linked_data = LinkedData(document, base)
    return orjson.dumps({"@context": linked_data.context, **linked_data.resource(resource)})


def _parts(linked_data: LinkedData) -> Iterator[bytes]:
    yield b'{"@context":%b,"@graph":[' % orjson.dumps(linked_data.context)
    yield from listed(linked_data.nodes())
    yield b"]}"
