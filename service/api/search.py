"""Search and suggest: a question in words, answered with what it was understood to mean."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from marshmallow import Schema, fields, validate

from service import search
from service.api import cursors, examples
from service.api.calls import Call
from service.api.conditional import body_etag
from service.api.door import Door
from service.api.filters import language_named, media_types_named, names_in, topic_named
from service.api.inputs import PageQuery, Several, WholeNumber, YesNo, text, year
from service.api.json_text import Header, Json
from service.api.lists import ListSchema, links, list_answer
from service.api.operations import Answer, Operation
from service.catalog.cards import ResourceSchema
from service.search.answer import AlikeHits, Hit, Related
from service.search.query import Query

MOST_SUGGESTIONS = 50

door = Door("search", __name__, url_prefix="/api/v1", description="Questions in words.")


class SearchQuery(PageQuery):
    """A question, and what it is narrowed to whatever it says."""

    q = text("The question: `videos on backprop`", required=True)
    media_type = Several("Media types, by id or name: any of these")
    topic = text("A topic, by id or name")
    language = text("By BCP 47 tag or name: `en`, `English`; `pt` stands for `pt-BR` too")
    year_min = year("Not older than this year")
    corrections = YesNo(
        load_default=True,
        metadata={"description": "Whether misspelled words are read as what they are close to; the answer says so"},
    )


class MatchedTopicSchema(Schema):
    """A topic that the question names or, by meaning, may be about."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    matched = fields.String(required=True, metadata={"description": "The words of the question"})
    by = fields.String(
        required=True,
        metadata={
            "description": "label, alias, hidden, correction, lecture, conversation or parameter; "
            "meaning: none of its names stands there, a model supposes it"
        },
    )
    confidence = fields.Float(
        required=True,
        metadata={"minimum": 0, "maximum": 1, "description": "How surely it is meant; by meaning, how likely"},
    )


class CorrectionSchema(Schema):
    """A word of the question that was taken for another one."""

    written = fields.String(required=True)
    read_as = fields.String(required=True)


class InterpretationSchema(Schema):
    """What the question was understood to mean."""

    intent = fields.String(
        required=True,
        metadata={
            "description": "find_resources, list, define, prerequisites, path, compare, demo, count; unknown where "
            "nothing was understood"
        },
    )
    topics = fields.List(fields.Nested(MatchedTopicSchema), required=True)
    media_types = fields.List(fields.String(), required=True)
    filters = fields.Dict(
        required=True,
        metadata={
            "description": "language, year_min, year_max, minutes_min, minutes_max, is_free, author, host, hosts, "
            "words, title, lecture: every item meets them. newest, oldest, shortest, longest, added: what comes first. "
            "level, best, count, known, lacking: wishes, which /ask honours. "
            "place: which of what the last answer of the conversation showed"
        },
    )
    excluded = fields.Dict(required=True, metadata={"description": "What the question says no to"})
    unknown_words = fields.List(fields.String(), required=True)
    corrections = fields.List(fields.Nested(CorrectionSchema), required=True)


class HitSchema(Schema):
    """A resource that meets every constraint of the question."""

    resource = fields.Nested(ResourceSchema, required=True)
    score = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    why = fields.String(required=True)


class RelatedSchema(HitSchema):
    """A resource that misses one constraint."""

    relation = fields.String(required=True, metadata={"description": "Which constraint was relaxed, and how"})


class ConsultationSchema(Schema):
    """How far the search went."""

    steps = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "names; then, where they leave the question open: words (BM25), meaning (vectors)"},
    )
    model = fields.String(required=True, allow_none=True, metadata={"description": "What computed the vectors"})
    lacking = fields.List(
        fields.String(), required=True, metadata={"description": "What could not be asked, in a sentence each"}
    )


class SearchAnswerSchema(ListSchema):
    """What the graph holds on a question; `items` are exact, `related` are near."""

    query = fields.String(required=True)
    interpretation = fields.Nested(InterpretationSchema, required=True)
    items = fields.List(fields.Nested(HitSchema), required=True)
    related = fields.List(fields.Nested(RelatedSchema), required=True)
    message = fields.String(required=True, metadata={"description": "The answer in a sentence"})
    revision = fields.Integer(required=True)
    consulted = fields.Nested(ConsultationSchema, required=True)


class SuggestQuery(Schema):
    """The beginning of a question."""

    q = text("What has been typed so far: `bat`", required=True)
    limit = WholeNumber(
        load_default=10,
        validate=validate.Range(1, MOST_SUGGESTIONS),
        metadata={"description": "At most so many"},
    )


class SuggestionSchema(Schema):
    """A completion."""

    kind = fields.String(required=True, metadata={"description": "topic, media_type, question, resource or author"})
    text = fields.String(required=True, metadata={"description": "The name that completes what was typed"})
    id = fields.String(required=True, allow_none=True)
    label = fields.String(required=True)
    detail = fields.String(required=True)


class SuggestionListSchema(ListSchema):
    """Completions, the likeliest first; `next` is null."""

    items = fields.List(fields.Nested(SuggestionSchema), required=True)


@door.quick("/search", Operation([list_answer("The answer", SearchAnswerSchema, examples.SEARCH)], SearchQuery))
def search_resources(call: Call) -> Json:
    """Answer a question.

    Names and aliases of topics and media types are understood, and so are years, languages and authors. `items` meet
    every constraint of the question; `related` relax one at a time and say which. What the graph holds nothing on gets
    no items, and the message says so.
    """
    answer = search.answer(call.session, call.graph, call.parts.vocabulary, _query(call), call.parts.retrieval)
    position = answer.next_after
    next_cursor = None if position is None else cursors.encode(call.path, call.query, position)
    understood = {"query": answer.query, "interpretation": answer.interpretation, "total": answer.total}
    told = {"message": answer.message, "next": next_cursor, "revision": answer.revision, "consulted": answer.consulted}
    found = (b',"items":[', *_hits(answer.items), b'],"related":[', *_hits(answer.related), b"],")
    body = b"".join((orjson.dumps(understood)[:-1], *found, orjson.dumps(told)[1:]))
    depends_on_the_index = len(answer.consulted.steps) > 1 or bool(answer.consulted.lacking)
    return Json(body, [links(call, next_cursor), *(_of_the_moment(body) if depends_on_the_index else ())])


@door.quick(
    "/suggest",
    Operation(
        [Answer("Completions", SuggestionListSchema, examples.SUGGESTIONS, headers=("ETag",))],
        SuggestQuery,
    ),
)
def suggest(call: Call) -> Json:
    """Complete the beginning of a question.

    With topics, media types, whole questions, resources and authors; the likeliest first.
    """
    found = search.suggest(call.session, call.graph, call.parts.vocabulary, call.query["q"], call.query["limit"])
    return Json(orjson.dumps({"items": found, "total": len(found), "next": None}))


def _of_the_moment(body: bytes) -> Sequence[Header]:
    """The index follows the catalog a moment later: an answer that depends on it may change within a revision."""
    return [("ETag", body_etag(body)), ("Cache-Control", "no-store")]


_NAMED = {"media_type": media_types_named, "topic": topic_named, "language": language_named}


def _query(call: Call) -> Query:
    query = call.query
    named = names_in(call, query, _NAMED)
    return Query(
        query["q"],
        media_types=named.get("media_type", ()),
        topic=named.get("topic"),
        language=named.get("language"),
        year_min=query.get("year_min"),
        limit=query["limit"],
        correct=query["corrections"],
        after=cursors.decode(call.path, query, 0),
    )


def _hits(hits: Sequence[Hit] | Sequence[Related]) -> list[bytes]:
    """As pieces of JSON, commas among them. Stored cards go in as they are; the same is said of many."""
    if isinstance(hits, AlikeHits):
        end = _said({"score": hits.score, "why": hits.why})
        return [piece for card in hits.cards for piece in (_COMMA, _BEGIN, card, end)][1:]
    ends: dict[tuple[Any, ...], bytes] = {}
    for hit in hits:
        if hit[1:] not in ends:
            ends[hit[1:]] = _said(dict(zip(hit._fields[1:], hit[1:], strict=True)))
    return [piece for hit in hits for piece in (_COMMA, _BEGIN, hit.card, ends[hit[1:]])][1:]


_COMMA, _BEGIN = b",", b'{"resource":'


def _said(members: Mapping[str, Any]) -> bytes:
    """The last members of a JSON object, and its end."""
    return b"," + orjson.dumps(members)[1:]
