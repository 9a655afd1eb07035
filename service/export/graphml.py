"""The graph as GraphML, which Gephi, yEd, Cytoscape and networkx read. Specification: graphml.graphdrawing.org."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from service.export.document import GraphDocument, Record
from service.export.pieces import in_pieces

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"

# The attributes that are written, with their GraphML types; lists are joined by "; ".
NODE_ATTRIBUTES = {
    "type": "string",
    "label": "string",
    "url": "string",
    "aliases": "string",
    "lecture": "int",
    "media_type": "string",
    "authors": "string",
    "publisher": "string",
    "year": "int",
    "language": "string",
    "is_free": "boolean",
    "duration_minutes": "double",
}
EDGE_ATTRIBUTES = {
    "type": "string",
    "kind": "string",
    "confidence": "double",
    "status": "string",
    "any_of": "string",
    "line": "int",
    "locator": "string",
}

# XML 1.0 has no place for these, not even escaped.
_UNWRITABLE = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


def to_graphml(document: GraphDocument) -> Iterator[bytes]:
    """Write the document as GraphML, in pieces."""
    return in_pieces(_parts(document))


def _parts(document: GraphDocument) -> Iterator[bytes]:
    buffer = BytesIO()
    with etree.xmlfile(buffer, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("graphml", nsmap={None: NAMESPACE}):
            for key in _keys():
                xml.write(key)
            with xml.element("graph", id="coursegraph", edgedefault="directed"):
                for node in document.nodes():
                    xml.write(_element("node", {"id": node["id"]}, node, NODE_ATTRIBUTES))
                    yield _taken(xml, buffer)
                for edge in document.edges():
                    ends = {"source": edge["source"], "target": edge["target"]}
                    xml.write(_element("edge", ends, edge, EDGE_ATTRIBUTES))
                    yield _taken(xml, buffer)
    yield buffer.getvalue()


def _taken(xml: Any, buffer: BytesIO) -> bytes:
    """What was written since the last time."""
    xml.flush()
    written = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return written


def _keys() -> Iterator[Any]:
    for domain, attributes in (("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)):
        for name, type in attributes.items():
            key = {"id": _key(domain, name), "for": domain, "attr.name": name, "attr.type": type}
            yield etree.Element("key", key)


def _element(domain: str, ends: dict[str, str], record: Record, attributes: dict[str, str]) -> Any:
    element = etree.Element(domain, {name: _clean(value) for name, value in ends.items()})
    for name in attributes:
        value = record.get(name)
        if value not in (None, []):
            etree.SubElement(element, "data", {"key": _key(domain, name)}).text = _clean(_text(value))
    return element


def _key(domain: str, name: str) -> str:
    return f"{domain}_{name}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "; ".join(value) if isinstance(value, list) else str(value)


def _clean(text: str) -> str:
    return text.translate(_UNWRITABLE)
