"""Edits of topics, for curators: rename, re-parent, hide, add, merge, split."""

from dataclasses import replace

from flask import Response, url_for
from marshmallow import Schema, fields, validate

from service.api.calls import Call
from service.api.editing import CREATED, THERE_PROBLEMS, based_on, edit, edited, editor, merged
from service.api.inputs import LONGEST_TEXT, PlainText
from service.api.operations import Answer, Operation
from service.api.resource_edits import MergeSchema
from service.api.topics import door
from service.catalog.cards import TopicSchema
from service.curation import topics
from service.curation.topics import Part

_SHORT = validate.Length(1, LONGEST_TEXT)
_SEVERAL = validate.Length(max=100)


class TopicEditSchema(Schema):
    """What a curator decides of a topic; null gives a field back to the pages."""

    label = PlainText(allow_none=True, validate=_SHORT)
    aliases = fields.List(PlainText(validate=_SHORT), allow_none=True, validate=_SEVERAL)
    broader = fields.List(
        PlainText(validate=_SHORT),
        allow_none=True,
        validate=_SEVERAL,
        metadata={"description": "Ids of the topics that it is nested in"},
    )
    status = fields.String(allow_none=True, validate=validate.OneOf(["active", "hidden"]))


class NewTopicSchema(TopicEditSchema):
    """A topic that no page names."""

    label = PlainText(required=True, validate=_SHORT)


class SplitSchema(Schema):
    """What is taken out of a topic."""

    label = PlainText(required=True, validate=_SHORT, metadata={"description": "The new topic's"})
    resources = fields.List(
        PlainText(validate=_SHORT),
        required=True,
        validate=validate.Length(max=1000),
        metadata={"description": "Ids of resources that are filed under the new topic from now on"},
    )
    aliases = fields.List(PlainText(validate=_SHORT), load_default=list, validate=_SEVERAL)


_THE_TOPIC = Answer("The topic as it is now", TopicSchema, headers=("ETag",))
_MADE = Answer("The new topic", TopicSchema, None, CREATED, headers=("Location", "ETag"))


@door.post("", Operation([_MADE], body=NewTopicSchema, scope="curate", is_idempotent=True, problems=(409,)))
def add_topic(call: Call) -> Response:
    """Add a topic that no page names."""
    record = topics.add_topic(call.session, editor(call), call.body)
    return edited(call, record, CREATED, Location=url_for("topics.get_topic", topic_id=record.id))


@door.patch("/<topic_id>", edit(_THE_TOPIC, TopicEditSchema, THERE_PROBLEMS))
def edit_topic(call: Call, topic_id: str) -> Response:
    """Edit a topic.

    What is sent is decided, whatever pages say now or later; null gives a field back to them; the rest stays.
    """
    return edited(call, topics.edit_topic(call.session, editor(call), topic_id, based_on(), call.body))


@door.delete("/<topic_id>", edit(Answer("It is gone", status=204)))
def delete_topic(call: Call, topic_id: str) -> Response:
    """Delete a topic.

    It leaves the graph, whatever pages name it; what is filed under it stays. It can be restored.
    """
    topics.delete_topic(call.session, editor(call), topic_id, based_on())
    return Response(status=204)


@door.post("/<topic_id>/restore", edit(_THE_TOPIC))
def restore_topic(call: Call, topic_id: str) -> Response:
    """Restore a topic that was hidden, deleted, or left by its pages."""
    return edited(call, topics.restore_topic(call.session, editor(call), topic_id, based_on()))


@door.post("/<topic_id>/merge", edit(_THE_TOPIC, MergeSchema))
def merge_topic(call: Call, topic_id: str) -> Response:
    """Merge a topic into another.

    Answers with the survivor: it has both topics' names, headings, resources and prerequisites. From then on, the
    other's id leads to it.
    """
    into = call.body["into"]
    return merged(call, topics.merge_topics(call.session, editor(call), topic_id, based_on(), into))


@door.post("/<topic_id>/split", replace(edit(_MADE, SplitSchema, THERE_PROBLEMS), is_idempotent=True))
def split_topic(call: Call, topic_id: str) -> Response:
    """Split a topic: some of its resources and aliases go to a new one beside it."""
    part = Part(call.body["label"], call.body["resources"], call.body["aliases"])
    made = topics.split_topic(call.session, editor(call), topic_id, based_on(), part)
    return edited(call, made, CREATED, Location=url_for("topics.get_topic", topic_id=made.id))
