"""The graph as plain JSON: `{"revision", "nodes": [...], "edges": [...]}`."""

from collections.abc import Iterable, Iterator

import orjson

from service.export.document import GraphDocument, Record
from service.export.pieces import in_pieces


def to_json(document: GraphDocument) -> Iterator[bytes]:
    """Write the document as UTF-8 JSON, in pieces."""
    return in_pieces(_parts(document))


def _parts(document: GraphDocument) -> Iterator[bytes]:
    yield b'{"revision":%d,"nodes":[' % document.graph.revision
    yield from listed(document.nodes())
    yield b'],"edges":['
    yield from listed(document.edges())
    yield b"]}"


def listed(records: Iterable[Record]) -> Iterator[bytes]:
    """Records as the inside of a JSON array."""
    separator = b""
    for record in records:
        yield separator + orjson.dumps(record)
        separator = b",\n"
