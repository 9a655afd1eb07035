"""Edits of resources, for curators: their word outranks every page, field by field, until they give it back."""

from typing import Any

from flask import Response, url_for
from marshmallow import Schema, fields, validate

from service.api import examples
from service.api.calls import Call
from service.api.editing import CREATED, THERE_PROBLEMS, based_on, edit, edited, editor, merged
from service.api.filters import language_named, names_in
from service.api.inputs import LONGEST_TEXT, PlainText, TrueOrFalse, WholeNumber
from service.api.operations import Answer, Operation
from service.api.resources import door
from service.catalog.cards import ResourceSchema
from service.curation import resources
from service.errors import Fault, InvalidInput

_SHORT = validate.Length(1, LONGEST_TEXT)
_SEVERAL = validate.Length(max=100)
_BACK = "null gives it back to the pages"


class ResourceEditSchema(Schema):
    """What a curator decides of a resource; null gives a field back to the pages."""

    title = PlainText(allow_none=True, validate=_SHORT, metadata={"description": _BACK})
    media_type = PlainText(allow_none=True, validate=_SHORT, metadata={"description": f"An id; {_BACK}"})
    authors = fields.List(PlainText(validate=_SHORT), allow_none=True, validate=_SEVERAL)
    publisher = PlainText(allow_none=True, validate=_SHORT)
    year = WholeNumber(allow_none=True, strict=True, validate=validate.Range(1, 9999))
    language = PlainText(allow_none=True, validate=_SHORT, metadata={"description": "By BCP 47 tag or name"})
    is_free = TrueOrFalse(allow_none=True)
    duration_minutes = fields.Float(allow_none=True, validate=validate.Range(0, 1_000_000))
    notes = fields.List(PlainText(validate=_SHORT), allow_none=True, validate=_SEVERAL)
    topics = fields.List(
        PlainText(validate=_SHORT),
        allow_none=True,
        validate=_SEVERAL,
        metadata={"description": f"Ids of the topics that it is filed under; {_BACK}"},
    )
    url = fields.Url(schemes={"http", "https"}, allow_none=True, metadata={"format": "uri"})
    status = fields.String(
        allow_none=True,
        validate=validate.OneOf(["active", "hidden", "broken"]),
        metadata={"description": "hidden: shown to curators alone"},
    )


class NewResourceSchema(ResourceEditSchema):
    """A resource that no page names."""

    url = fields.Url(required=True, schemes={"http", "https"}, metadata={"format": "uri"})
    title = PlainText(required=True, validate=_SHORT)
    media_type = PlainText(required=True, validate=_SHORT, metadata={"description": "An id"})


class MergeSchema(Schema):
    """Which one survives."""

    into = PlainText(required=True, validate=_SHORT, metadata={"description": "The survivor's id"})
    dry_run = TrueOrFalse(load_default=False, metadata={"description": "Show the survivor; change nothing"})


_THE_RESOURCE = Answer("The resource as it is now", ResourceSchema, examples.RESOURCE, headers=("ETag",))
_MADE = Answer("The new resource", ResourceSchema, examples.RESOURCE, CREATED, headers=("Location", "ETag"))


@door.post("", Operation([_MADE], body=NewResourceSchema, scope="curate", is_idempotent=True))
def add_resource(call: Call) -> Response:
    """Add a resource that no page names."""
    decisions = _decisions(call)
    record = resources.add_resource(call.session, editor(call), decisions.pop("url"), decisions)
    location = url_for("resources.get_resource", resource_id=record.id)
    return edited(call, record, CREATED, Location=location)


@door.patch("/<resource_id>", edit(_THE_RESOURCE, ResourceEditSchema, THERE_PROBLEMS))
def edit_resource(call: Call, resource_id: str) -> Response:
    """Edit a resource.

    What is sent is decided, whatever pages say now or later; null gives a field back to them; the rest stays.
    """
    record = resources.edit_resource(call.session, editor(call), resource_id, based_on(), _decisions(call))
    return edited(call, record)


@door.delete("/<resource_id>", edit(Answer("It is gone", status=204)))
def delete_resource(call: Call, resource_id: str) -> Response:
    """Delete a resource.

    It is shown to nobody any more, whatever pages name it. It can be restored.
    """
    resources.delete_resource(call.session, editor(call), resource_id, based_on())
    return Response(status=204)


@door.post("/<resource_id>/restore", edit(_THE_RESOURCE))
def restore_resource(call: Call, resource_id: str) -> Response:
    """Restore a resource that was hidden, deleted, or left by its pages."""
    return edited(call, resources.restore_resource(call.session, editor(call), resource_id, based_on()))


@door.post("/<resource_id>/merge", edit(_THE_RESOURCE, MergeSchema))
def merge_resource(call: Call, resource_id: str) -> Response:
    """Merge a resource into another.

    Answers with the survivor: all mentions of both are its own. From then on, the other's id leads to it.
    """
    into = call.body["into"]
    return merged(call, resources.merge_resources(call.session, editor(call), resource_id, based_on(), into))


def _decisions(call: Call) -> dict[str, Any]:
    """What was sent: the media type known, the language by its tag; all that is wrong with them is told at once."""
    sent = {name: value for name, value in call.body.items() if value is not None}
    return call.body | names_in(call, sent, {"media_type": _media_type, "language": language_named}, "")


def _media_type(call: Call, id: str, pointer: str) -> str:
    known = call.parts.vocabulary.media_types
    if id not in known:
        detail = f"there is no media type {id!r}; use {', '.join(known)}"
        raise InvalidInput(f"{pointer}: {detail}.", [Fault(pointer, detail)])
    return id
