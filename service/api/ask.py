"""Ask: a question answered in words, with its sources; and conversations of such questions."""

from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields, validate

from service.api import examples
from service.api.ask_events import STREAM, stream
from service.api.calls import Call
from service.api.door import Door
from service.api.inputs import TrueOrFalse, WholeNumber
from service.api.operations import JSON, Answer, Operation
from service.api.paths import PathSchema, path_json
from service.api.search import ConsultationSchema, InterpretationSchema
from service.ask import Library, Question, Reply, reply
from service.catalog import conversations
from service.catalog.cards import ResourceSchema, TopicRefSchema
from service.catalog.models import Conversation
from service.demos.demo import Demo
from service.search.before import from_json

LONGEST_QUESTION = 10_000  # characters
LONGEST_ID = 100
MOST_RESOURCES = 20
DESCRIPTION = (
    "The answer. As `text/event-stream` it comes in pieces: `interpretation`, a `claim` for each sentence, a "
    "`citation` and a `resource` for each of these, `path`, `demo` and, at the end, `done` with the rest"
)

door = Door("ask", __name__, url_prefix="/api/v1", description="Questions answered in words.")


class AskSchema(Schema):
    """A question, and the conversation that it goes on."""

    question = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_QUESTION),
        metadata={"description": "As one would ask a librarian: `what should I know before CNNs?`"},
    )
    conversation_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, LONGEST_ID),
        metadata={"description": "Of an earlier answer: the question may lean on it (`and papers?`, `the second?`)"},
    )
    corrections = TrueOrFalse(
        load_default=True,
        metadata={"description": "Whether misspelled words are read as what they are close to"},
    )
    limit = WholeNumber(
        load_default=5,
        strict=True,
        validate=validate.Range(1, MOST_RESOURCES),
        metadata={"description": "Resources named at most"},
    )


class CitationSchema(Schema):
    """A place on a page that shows a claim of the answer."""

    number = fields.Integer(required=True, metadata={"description": "As the answer refers to it: [1]"})
    page = fields.String(required=True, metadata={"description": "The page's id"})
    line = fields.Integer(required=True)
    url = fields.String(
        required=True, metadata={"description": "The resource's; for what is said of topics, the page's"}
    )
    text = fields.String(required=True, metadata={"description": "What stands there"})


class ClaimSchema(Schema):
    """A sentence of the answer."""

    text = fields.String(required=True)
    citations = fields.List(fields.Integer(), required=True, metadata={"description": "Numbers of what shows it"})


class OfferedDemoSchema(Schema):
    """A demo that shows what was asked about."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "Its parameters; runs are posted below it"})
    topics = fields.List(fields.Nested(TopicRefSchema), required=True)


class ReplySchema(Schema):
    """An answer. `path` and `demo` are there where the question asks for one, or one shows its topic."""

    answer = fields.String(required=True, metadata={"description": "All claims, with their citations"})
    claims = fields.List(fields.Nested(ClaimSchema), required=True)
    citations = fields.List(fields.Nested(CitationSchema), required=True)
    interpretation = fields.Nested(InterpretationSchema, required=True)
    consulted = fields.Nested(ConsultationSchema, required=True)
    resources = fields.List(fields.Nested(ResourceSchema), required=True)
    path = fields.Nested(PathSchema)
    demo = fields.Nested(OfferedDemoSchema)
    conversation_id = fields.String(required=True)
    revision = fields.Integer(required=True)


@door.post(
    "/ask",
    Operation(
        [
            Answer(DESCRIPTION, ReplySchema, examples.ASK),
            Answer(DESCRIPTION, {"type": "string"}, formats=(STREAM,)),
        ],
        body=AskSchema,
        problems=(404,),
        example=examples.ASKED,
    ),
)
def ask(call: Call) -> Response:
    """Answer a question in words.

    Everything said is in the graph, and each claim names the page and the line that shows it. With the
    `conversation_id` of an earlier answer a question may leave out what was asked before; a conversation is forgotten
    some time after its last question (404), and then a question without it begins a new one.
    """
    body = call.body
    limits = call.parts.conversation_limits
    known = conversations.find(call.session, body["conversation_id"], limits) if body["conversation_id"] else None
    before = from_json(known.state) if known else None
    replied = reply(_library(call), Question(body["question"], before, body["corrections"], body["limit"]))
    answer = _as_json(call, replied)
    # Last: a session that has written sees a graph of its own, which would be read anew for every look at it.
    answer["conversation_id"] = _kept(call, known, replied)
    if request.accept_mimetypes.best_match((JSON, STREAM)) == STREAM:
        return stream(answer)
    return Response(orjson.dumps(answer), content_type=JSON, headers={"Cache-Control": "no-store"})


def _library(call: Call) -> Library:
    return Library(
        call.session,
        call.graph,
        call.parts.vocabulary,
        demos=call.parts.runs.demos,
        retrieval=call.parts.retrieval,
        page_address=f"{request.host_url}api/v1/pages/{{}}".format,
    )


def _kept(call: Call, known: Conversation | None, replied: Reply) -> str:
    """Keep what the next question may lean on; the conversation's id."""
    state = replied.meant.as_json()
    if known is None:
        return conversations.begin(call.session, state, call.parts.conversation_limits).id
    conversations.go_on(known, state)
    return known.id


def _as_json(call: Call, replied: Reply) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "answer": replied.answer,
        "claims": replied.claims,
        "citations": replied.citations,
        "interpretation": replied.interpretation,
        "consulted": replied.consulted,
        "resources": list(map(orjson.Fragment, replied.resources)),
        "revision": call.graph.revision,
    }
    if replied.path is not None:
        known = [topic for topic in replied.interpretation.filters.get("known", ()) if topic in call.graph.topics]
        answer["path"] = path_json(call, replied.path, known)
    if replied.demo is not None:
        answer["demo"] = _demo(call, replied.demo)
    return answer


def _demo(call: Call, demo: Demo) -> dict[str, Any]:
    ids = dict.fromkeys(id for name in demo.topics if (id := call.graph.resolve(name)))
    return {
        "id": demo.id,
        "title": demo.title,
        "description": demo.description,
        "url": f"{request.host_url}api/v1/demos/{demo.id}",
        "topics": [{"id": id, "label": call.graph.label(id)} for id in ids],
    }
