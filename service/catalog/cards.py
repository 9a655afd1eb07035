"""Cards: the JSON of a resource, a topic or a page, rendered once, when it is written.

The schemas here are the contract's shapes; the API documents them, and reads join the stored text.
"""

from typing import Any

import orjson
from marshmallow import Schema, fields


class EvidenceSchema(Schema):
    """Why a fact is believed."""

    source = fields.String(
        required=True, metadata={"description": "emoji, text, heading, host, path, model, curator, …"}
    )
    confidence = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    detail = fields.String(required=True, metadata={"description": "The words that show it"})


class EnrichmentSchema(Schema):
    """What a service outside stated, where the pages left a gap."""

    by = fields.String(required=True, metadata={"description": "oEmbed, arXiv, Crossref or Open Graph"})
    fields_ = fields.Dict(data_key="fields", attribute="fields", required=True)


class TopicRefSchema(Schema):
    """A topic, in short."""

    id = fields.String(required=True)
    label = fields.String(required=True)


class ResourceMentionSchema(Schema):
    """A place on a page that names the resource."""

    page = fields.String(required=True, metadata={"description": "The page's id"})
    line = fields.Integer(required=True, metadata={"minimum": 1})
    text = fields.String(required=True, metadata={"description": "The line as a person reads it"})
    raw = fields.String(required=True, metadata={"description": "The line as printed"})
    topic = fields.Nested(TopicRefSchema, required=True, allow_none=True)
    locator = fields.String(required=True, allow_none=True, metadata={"description": "Chapter 3, #Example"})
    is_hidden = fields.Boolean(
        required=True, metadata={"description": "Malformed or invisible on the page as published"}
    )


class ResourceSchema(Schema):
    """One thing to learn from."""

    id = fields.String(required=True)
    url = fields.String(required=True, metadata={"format": "uri"})
    title = fields.String(required=True)
    title_evidence = fields.Nested(EvidenceSchema, required=True)
    media_type = fields.String(required=True)
    media_type_evidence = fields.Nested(EvidenceSchema, required=True)
    authors = fields.List(fields.String(), required=True)
    publisher = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True, metadata={"description": "BCP 47"})
    is_free = fields.Boolean(required=True, allow_none=True, metadata={"description": "null: not stated"})
    duration_minutes = fields.Float(required=True, allow_none=True)
    host = fields.String(required=True)
    topics = fields.List(fields.Nested(TopicRefSchema), required=True)
    mentions = fields.List(fields.Nested(ResourceMentionSchema), required=True)
    notes = fields.List(fields.String(), required=True)
    enrichment = fields.Nested(EnrichmentSchema, required=True, allow_none=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    updated_at = fields.AwareDateTime(required=True, format="iso")


class NoteSchema(Schema):
    """A line under a topic that carries no link."""

    text = fields.String(required=True)
    page = fields.String(required=True)
    line = fields.Integer(required=True)


class TopicMentionSchema(Schema):
    """A heading that names the topic."""

    page = fields.String(required=True)
    line = fields.Integer(required=True)
    text = fields.String(required=True, metadata={"description": "The heading as printed"})


class TopicSchema(Schema):
    """A node of the subject."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    aliases = fields.List(fields.String(), required=True)
    broader = fields.List(fields.Nested(TopicRefSchema), required=True)
    narrower = fields.List(fields.Nested(TopicRefSchema), required=True)
    lecture = fields.Integer(required=True, allow_none=True)
    notes = fields.List(fields.Nested(NoteSchema), required=True)
    mentions = fields.List(fields.Nested(TopicMentionSchema), required=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    updated_at = fields.AwareDateTime(required=True, format="iso")


RESOURCE = ResourceSchema()
TOPIC = TopicSchema()


def render(schema: Schema, record: Any) -> str:
    """The card of a record, as JSON text."""
    return orjson.dumps(schema.dump(record)).decode()
