"""The curators' queue: what needs a person, the worst first."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from marshmallow import Schema, fields, validate

from service.api import cursors
from service.api.calls import Call
from service.api.door import Door
from service.api.filters import page_named
from service.api.inputs import LONGEST_TEXT, PageQuery, PlainText, Several
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import Operation
from service.catalog.queue import KINDS, STATUSES, Place, QueueFilter
from service.curation.questions import APPROVE, REJECT
from service.curation.queue import Item, list_queue
from service.errors import Fault, InvalidInput

door = Door(
    "curation",
    __name__,
    url_prefix="/api/v1/curation",
    description="For curators: what needs a person, decided in bulk.",
)


class AlikeSchema(Schema):
    """What questions have in common."""

    page = PlainText(
        validate=validate.Length(1, LONGEST_TEXT),
        metadata={"description": "Only what concerns this page: its id"},
    )
    host = PlainText(
        validate=validate.Length(1, LONGEST_TEXT), metadata={"description": "Only about resources of this host"}
    )
    proposed = PlainText(
        validate=validate.Length(1, LONGEST_TEXT),
        metadata={"description": "Only where an approval puts this in place: a media type, a URL, another one's id"},
    )
    least_confidence = fields.Float(
        load_default=0.0, validate=validate.Range(0, 1), metadata={"description": "Only what is as sure as this"}
    )


class QueueQuery(PageQuery, AlikeSchema):
    """What the queue is narrowed to."""

    kind = Several("Only questions of these kinds", KINDS)
    status = fields.String(
        load_default="open",
        validate=validate.OneOf(STATUSES),
        metadata={"description": "closed: answered by a page or by another edit, before anybody decided"},
    )


class QueueThingSchema(Schema):
    """What a question is about."""

    type = fields.String(required=True, metadata={"description": "resource, topic, page or prerequisite"})
    id = fields.String(required=True)
    label = fields.String(required=True)
    url = fields.String(required=True, allow_none=True)


class QueueEvidenceSchema(Schema):
    """Where one can see it."""

    text = fields.String(required=True, metadata={"description": "The words there, or what they were taken for"})
    page = fields.String(required=True, allow_none=True, metadata={"description": "The page's id"})
    line = fields.Integer(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)


class QueueChoiceSchema(Schema):
    """One possible decision."""

    decision = fields.String(required=True, validate=validate.OneOf([APPROVE, REJECT]))
    does = fields.String(required=True, metadata={"description": "What it will do, in words"})
    value = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What may be sent with it: title, media_type, url or survivor; null: nothing"},
    )
    default = fields.String(
        required=True, allow_none=True, metadata={"description": "What counts when no value is sent"}
    )


class QueueItemSchema(Schema):
    """Something to decide."""

    id = fields.String(required=True, metadata={"description": "question:17, prerequisite:trees>forests"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    subject = fields.Nested(QueueThingSchema, required=True)
    other = fields.Nested(
        QueueThingSchema, required=True, allow_none=True, metadata={"description": "Of two that are perhaps the same"}
    )
    question = fields.String(required=True)
    detail = fields.String(required=True, metadata={"description": "What it was that made us ask"})
    confidence = fields.Float(
        required=True, metadata={"description": "In what is assumed until somebody decides; the list is sorted by it"}
    )
    evidence = fields.List(fields.Nested(QueueEvidenceSchema), required=True)
    choices = fields.List(
        fields.Nested(QueueChoiceSchema),
        required=True,
        metadata={"description": "Empty where nothing is left to decide"},
    )


class QueueSchema(ListSchema):
    """A stretch of the queue."""

    items = fields.List(fields.Nested(QueueItemSchema), required=True)
    counts = fields.Dict(
        fields.String(validate=validate.OneOf(KINDS)),
        fields.Integer(),
        required=True,
        metadata={"description": "By kind, whatever kinds were asked for"},
    )


@door.live("/queue", Operation([list_answer("The worst first", QueueSchema, None)], QueueQuery, scope="curate"))
def list_curation_queue(call: Call) -> Json:
    """List what needs a person, the worst first.

    Hidden and unreadable links, broken and moved ones, weak titles and types, probable duplicates, prerequisites that
    nobody is sure of, and editions that leave out too much. `POST /curation/batches` decides.
    """
    query = call.query
    wanted = QueueFilter(tuple(query.get("kind", ())), status=query["status"], **in_common(call, query, "/query"))
    after = cursors.decode(call.path, query, "")
    found = list_queue(call.session, wanted, _place(after) if after else None, query["limit"])
    items = [_json(item) for item in found.items]
    position = orjson.dumps(tuple(found.last)).decode() if found.last else None
    return stretch(call, items, found.total, position, {"counts": found.counts})


def in_common(call: Call, given: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    """The fields of an AlikeSchema, for a QueueFilter; InvalidInput under `pointer` for an unknown page."""
    if "page" in given:
        page_named(call, given["page"], f"{pointer}/page")
    return {name: given[name] for name in ("page", "host", "proposed", "least_confidence") if name in given}


def _place(position: str) -> Place:
    """Undo what `position` above is made by; whoever writes a cursor of their own is told so."""
    try:
        confidence, rank, number = orjson.loads(position)
        return Place(float(confidence), range(len(KINDS))[rank], range(2**31)[number])
    except (ValueError, TypeError, IndexError) as error:
        raise InvalidInput("The cursor is not one that this service gave out.", [Fault("/query/cursor", "")]) from error


def _json(item: Item) -> bytes:
    return orjson.dumps(asdict(item))
