"""Events: what learners viewed, completed and rated, under ids that say nothing about them."""

import re
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.filters import Together, topic_named
from service.api.inputs import LONGEST_TEXT
from service.api.operations import JSON, Answer, Operation
from service.catalog import events, resources
from service.catalog.events import HIGHEST_RATING, KINDS, Event
from service.errors import Fault, Gone, InvalidInput, Merged, NotFound

MOST_EVENTS = 100  # in one call
LEARNER = "[A-Za-z0-9._~-]{1,128}"

door = Door(
    "events", __name__, url_prefix="/api/v1/events", description="What learners did; it makes recommendations better."
)


def learner_id(**kwargs: Any) -> fields.String:
    """An id of the client's making. No @ and no spaces: addresses and names do not get in."""
    return fields.String(
        validate=_check_learner,
        metadata={
            "description": "An id of your making that says nothing about the person, as a random UUID",
            "pattern": f"^{LEARNER}$",
        },
        **kwargs,
    )


def _check_learner(value: str) -> None:
    if not re.fullmatch(LEARNER, value):  # Python's $ would let a line end in
        raise ValidationError("1 to 128 letters, digits or . _ ~ - of your making.")


class EventSchema(Schema):
    """One thing that a learner did with a resource or with a topic."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    resource = fields.String(validate=validate.Length(1, LONGEST_TEXT), metadata={"description": "A resource's id"})
    topic = fields.String(
        validate=validate.Length(1, LONGEST_TEXT), metadata={"description": "A topic, by id or name, in its place"}
    )
    rating = fields.Integer(
        strict=True,
        validate=validate.Range(1, HIGHEST_RATING),
        metadata={"description": "With `rated`, and only with it"},
    )

    @validates_schema
    def _is_of_one_thing(self, data: dict[str, Any], **_: Any) -> None:
        if ("resource" in data) == ("topic" in data):
            raise ValidationError("Give resource or topic, one of the two.")
        if (data["kind"] == "rated") != ("rating" in data):
            raise ValidationError("What is rated has a rating, and nothing else has.", "rating")


class EventsSchema(Schema):
    """What one learner did."""

    learner = learner_id(required=True)
    events = fields.List(fields.Nested(EventSchema), required=True, validate=validate.Length(1, MOST_EVENTS))


class RecordedSchema(Schema):
    """What is kept."""

    recorded = fields.Integer(required=True, metadata={"description": "Events of this call"})
    kept = fields.Integer(
        required=True, metadata={"description": "Events of this learner: the last of its kind for each thing, bounded"}
    )


class LearnerQuery(Schema):
    """Whose events."""

    learner = learner_id(required=True)


class ForgottenSchema(Schema):
    """What is no longer kept."""

    deleted = fields.Integer(required=True)


@door.post(
    "",
    Operation(
        [Answer("They are kept", RecordedSchema, examples.RECORDED_EVENTS)],
        body=EventsSchema,
        example=examples.EVENTS,
        scope="read",
        is_idempotent=True,
    ),
)
def record_events(call: Call) -> Response:
    """Record what a learner did.

    The learner's id is kept as a hash, the same event again replaces the one before, and the oldest go when there are
    too many. Who completed a resource knows the topics that it is filed under, as far as recommendations go.
    """
    learner, sent = call.body["learner"], call.body["events"]
    with Together() as together:
        done = [together.read(_event, call, event, f"/events/{place}") for place, event in enumerate(sent)]
    kept = events.record(call.session, learner, filter(None, done), call.parts.event_limits)
    return Response(orjson.dumps({"recorded": len(sent), "kept": kept}), content_type=JSON)


@door.delete(
    "",
    Operation([Answer("They are gone", ForgottenSchema, {"deleted": 12})], LearnerQuery, scope="read"),
)
def forget_learner(call: Call) -> Response:
    """Forget a learner.

    Deletes all that was recorded under this id.
    """
    deleted = events.forget(call.session, call.query["learner"])
    return Response(orjson.dumps({"deleted": deleted}), content_type=JSON)


def _event(call: Call, sent: dict[str, Any], pointer: str) -> Event:
    if "topic" in sent:
        subject = f"topic:{topic_named(call, sent['topic'], f'{pointer}/topic')}"
    else:
        subject = f"resource:{_resource_id(call, sent['resource'], f'{pointer}/resource')}"
    return Event(subject, sent["kind"], sent.get("rating"))


def _resource_id(call: Call, id: str, pointer: str) -> str:
    """The resource's id, or its survivor's where it was merged."""
    try:
        resources.card(call.session, id)
    except Merged as error:
        return error.survivor
    except (NotFound, Gone) as error:
        raise InvalidInput(f"{pointer}: {error}", [Fault(pointer, str(error))]) from error
    return id
