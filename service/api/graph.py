"""The whole graph, in the format that the caller asks for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

from flask import Response
from marshmallow import Schema, fields

from service import graph
from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.formats import JSON_LD, base_iri, wanted_format
from service.api.operations import JSON, Answer, Operation
from service.export import GraphDocument, graph_document, to_graphml, to_json, to_json_ld, to_turtle

GRAPHML = "application/graphml+xml"
TURTLE = "text/turtle"

door = Door("graph", __name__, url_prefix="/api/v1/graph", description="Everything at once, for other tools.")


class NodeSchema(Schema):
    """A page, a topic or a resource, with what its type knows."""

    id = fields.String(required=True, metadata={"description": "page:ID, topic:ID or resource:ID"})
    type = fields.String(required=True)
    label = fields.String(required=True)

    class Meta:
        """Types know different things."""

        unknown = "include"


class EdgeSchema(Schema):
    """A line from `source` to `target`."""

    source = fields.String(required=True)
    target = fields.String(required=True)
    type = fields.String(
        required=True, metadata={"description": "broader, prerequisite (from what to learn first), about, mention"}
    )

    class Meta:
        """Types know different things."""

        unknown = "include"


class GraphSchema(Schema):
    """The graph of one revision."""

    revision = fields.Integer(required=True)
    nodes = fields.List(fields.Nested(NodeSchema), required=True)
    edges = fields.List(fields.Nested(EdgeSchema), required=True)


_TEXT = {"type": "string"}
_ANSWERS = [
    Answer("The graph", GraphSchema, examples.GRAPH, headers=("ETag",)),
    Answer("The graph", _TEXT, formats=(GRAPHML, TURTLE), headers=("ETag",)),
    Answer("The graph", {"type": "object"}, formats=(JSON_LD,), headers=("ETag",)),
]


@door.get("", Operation(_ANSWERS, problems=(406,)))
def get_graph(call: Call) -> Response:
    """Get the whole graph.

    As JSON, GraphML, Turtle or JSON-LD, by `Accept`; sent while it is read, so its size does not matter.
    """
    wanted = wanted_format(call.environ, tuple(_WRITERS))
    with ExitStack() as reading:  # a snapshot of its own: the call's ends before the answer is sent
        snapshot = reading.enter_context(call.parts.snapshots.open())
        document = graph_document(snapshot, graph.current(snapshot))
        until_sent = reading.pop_all()
    response = Response(_closing(until_sent, _WRITERS[wanted](document, base_iri())), content_type=wanted)
    response.call_on_close(until_sent.close)
    return response


def _closing(reading: ExitStack, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield from chunks
    reading.close()


_WRITERS: Mapping[str, Callable[[GraphDocument, str], Iterator[bytes]]] = {
    JSON: lambda document, _: to_json(document),
    GRAPHML: lambda document, _: to_graphml(document),
    TURTLE: to_turtle,
    JSON_LD: to_json_ld,
}
