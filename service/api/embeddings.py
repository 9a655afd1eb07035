"""Embeddings: the vectors of texts, resources and topics, for those who build recommenders of their own."""

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.filters import topics_named
from service.api.learners import names
from service.api.operations import JSON, Answer, Operation
from service.catalog.best_resources import cards_of
from service.catalog.embeddings import look_up
from service.errors import Fault, InvalidInput
from service.graph.descriptions import Descriptions
from service.inference.minilm import NAME, SHA256

MOST_TEXTS = 32  # computed while the caller waits: some 5 ms each
MOST_KEPT = 100  # resources, and topics; most are kept
DECIMALS = 5

door = Door("embeddings", __name__, url_prefix="/api/v1/embeddings", description="Vectors of meaning.")


class EmbeddingsRequestSchema(Schema):
    """What to give the vectors of; at least one thing."""

    texts = fields.List(
        fields.String(validate=validate.Length(1, 1000)),
        validate=validate.Length(max=MOST_TEXTS),
        load_default=(),
        metadata={"description": "Any texts; what exceeds 256 tokens is not read"},
    )
    resources = names("Resources, by id", MOST_KEPT, load_default=())
    topics = names("Topics, by id or name", MOST_KEPT, load_default=())

    @validates_schema
    def _is_of_something(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data.get(name) for name in ("texts", "resources", "topics")):
            raise ValidationError("Give texts, resources or topics.")


class EmbeddingSchema(Schema):
    """One vector."""

    kind = fields.String(required=True, validate=validate.OneOf(["text", "resource", "topic"]))
    of = fields.String(required=True, metadata={"description": "The text, or the id"})
    text = fields.String(required=True, metadata={"description": "What was embedded"})
    vector = fields.List(fields.Float(), required=True, metadata={"description": "Of length 1: dot is cosine"})


class EmbeddingsSchema(Schema):
    """Vectors, in the order of the question: texts, resources, topics. They compare with those of this model alone."""

    model = fields.String(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the model's weights"})
    dimensions = fields.Integer(required=True)
    items = fields.List(fields.Nested(EmbeddingSchema), required=True)


@door.ask(
    "",
    Operation(
        [Answer("The vectors", EmbeddingsSchema)], body=EmbeddingsRequestSchema, example=examples.EMBEDDINGS_REQUEST
    ),
)
def embed_texts(call: Call) -> Response:
    """Get vectors of meaning.

    By the service's own model. A resource's is of its title, topics and notes, a topic's of its names and what it is
    part of. 503 where the model is not installed.
    """
    asked = [*(("text", text, text) for text in call.body["texts"]), *_resources(call), *_topics(call)]
    embedder = call.parts.retrieval.embedder
    vectors = look_up(call.session, embedder, [text for _, _, text in asked])
    items = [
        {"kind": kind, "of": of, "text": text, "vector": [round(x, DECIMALS) for x in vector]}
        for (kind, of, text), vector in zip(asked, vectors.tolist(), strict=True)
    ]
    told = {"model": NAME, "sha256": SHA256, "dimensions": embedder.dimensions, "items": items}
    return Response(orjson.dumps(told), content_type=JSON)


def _resources(call: Call) -> list[tuple[str, str, str]]:
    ids = call.body["resources"]
    cards = cards_of(call.session, ids)
    unknown = [id for id in ids if id not in cards]
    if unknown:
        detail = f"no active resource has the id {', '.join(map(repr, unknown))}"
        raise InvalidInput(f"/resources: {detail}.", [Fault("/resources", detail)])
    descriptions = Descriptions(call.graph)
    return [("resource", id, descriptions.text(orjson.loads(cards[id]))) for id in ids]


def _topics(call: Call) -> list[tuple[str, str, str]]:
    descriptions = Descriptions(call.graph)
    ids = topics_named(call, call.body["topics"], "/topics")
    return [("topic", id, descriptions.path(id)) for id in ids]
