"""The graph as Turtle: the same statements as in JSON-LD, for tools of RDF."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from rdflib import RDF, BNode, Graph, Literal, URIRef

from service.export.document import GraphDocument, Record
from service.export.linked_data import LinkedData
from service.export.pieces import in_pieces

NODES_PER_BATCH = 500  # in rdflib's hands at a time: it takes some 10 KB for a resource

Triple = tuple[URIRef | BNode, URIRef, URIRef | BNode | Literal]


def to_turtle(document: GraphDocument, base: str) -> Iterator[bytes]:
    """Write the document as Turtle, in pieces; `base` as for `to_json_ld`.

    Made by rdflib, batch by batch, at about a millisecond a resource; prefixes stand before each batch, as Turtle
    allows.
    """
    return in_pieces(_parts(LinkedData(document, base)))


def _parts(linked_data: LinkedData) -> Iterator[bytes]:
    terms, nodes = Terms(linked_data.context), linked_data.nodes()
    while batch := list(islice(nodes, NODES_PER_BATCH)):
        graph = Graph(bind_namespaces="none")
        for prefix, iri in terms.prefixes.items():
            graph.bind(prefix, iri)
        for node in batch:
            for triple in terms.triples(node, URIRef(node["@id"])):
                graph.add(triple)
        yield graph.serialize(format="turtle").encode()


class Terms:
    """What the names in a JSON-LD node mean, by its context: as much of JSON-LD as `LinkedData` uses."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        iris = {name: meaning for name, meaning in context.items() if isinstance(meaning, str)}
        self.prefixes = {"schema" if name == "@vocab" else name: iri for name, iri in iris.items()}
        self._coercions = {name: meaning["@type"] for name, meaning in context.items() if name not in iris}

    def triples(self, node: Record, subject: URIRef | BNode) -> Iterator[Triple]:
        """The node's statements, and those of the nodes inside it."""
        for type in _listed(node["@type"]) if "@type" in node else ():
            yield subject, RDF.type, self._iri(type)
        for term, values in node.items():
            for value in _listed(values) if not term.startswith("@") else ():
                if isinstance(value, dict) and "@value" not in value:
                    inner = BNode()
                    yield subject, self._iri(term), inner
                    yield from self.triples(value, inner)
                else:
                    yield subject, self._iri(term), self._value(term, value)

    def _value(self, term: str, value: Any) -> URIRef | Literal:
        coercion = self._coercions.get(term)
        if isinstance(value, dict):
            value, coercion = value["@value"], value["@type"]
        if coercion == "@id":
            return URIRef(value)
        return Literal(value, datatype=self._iri(coercion) if coercion else None, normalize=False)

    def _iri(self, name: str) -> URIRef:
        prefix, _, local = name.rpartition(":")
        return URIRef(self.prefixes[prefix or "schema"] + local)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
