"""Ingests: a page's text or URL comes in, and what that changes comes out."""

from dataclasses import replace
from typing import Any

import orjson
from flask import Response, url_for
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.api import examples
from service.api.calls import Call
from service.api.door import Door
from service.api.inputs import TrueOrFalse
from service.api.operations import JSON, Answer, Operation
from service.api.pages import PageWarningSchema
from service.api.topics import ANY_OF, KINDS, STATUSES, PrerequisiteEvidenceSchema
from service.catalog.names import slug
from service.errors import Fault, InvalidInput, TooManyRemovals
from service.ingest.ingest import PageContent, ingest
from service.ingest.report import CHANGES, report_to_json
from service.ingest.sources import find_sources, read_source
from service.outbound import FetchLimits

door = Door("ingests", __name__, url_prefix="/api/v1/ingests", description="For curators: pages come in.")

CREATED, UNCHANGED = 201, 200


class IngestSchema(Schema):
    """One page: where it is, or what it says."""

    page_url = fields.Url(schemes={"http", "https"}, metadata={"format": "uri", "description": "Fetched by us"})
    markdown = fields.String(validate=validate.Length(min=1), metadata={"description": "The page's own text"})
    name = fields.String(
        validate=validate.Length(1, 200),
        metadata={"description": "The page's name in the catalog; needed with `markdown`, else made from the URL"},
    )
    base_url = fields.Url(
        schemes={"http", "https"},
        metadata={"format": "uri", "description": "Where the page is published: relative links start there"},
    )
    dry_run = TrueOrFalse(load_default=False)
    confirm_removals = TrueOrFalse(
        load_default=False,
        metadata={"description": "Allow an edition that drops many of the page's resources"},
    )

    @validates_schema
    def _is_one_page(self, data: dict[str, Any], **_: Any) -> None:
        if ("page_url" in data) == ("markdown" in data):
            raise ValidationError("Give page_url or markdown, one of the two.")
        if "markdown" in data and not slug(data.get("name", "")):
            raise ValidationError("Name the page, in letters or digits.", "name")


class ChangeSchema(Schema):
    """What became of one mention of a resource, or of one topic."""

    change = fields.String(required=True, validate=validate.OneOf(CHANGES))
    id = fields.String(required=True)
    title = fields.String(required=True)
    line = fields.Integer(required=True, metadata={"description": "In this edition; of what was removed, in the last"})
    detail = fields.String(required=True, metadata={"description": "What is different"})
    media_type = fields.String(required=True, allow_none=True)
    confidence = fields.Float(required=True, allow_none=True, metadata={"description": "In the media type"})


class QuestionSchema(Schema):
    """Something that the page leaves open, for a curator to decide."""

    kind = fields.String(required=True)
    subject = fields.String(required=True, metadata={"description": "resource:ID or topic:ID"})
    line = fields.Integer(required=True)
    detail = fields.String(required=True)
    confidence = fields.Float(required=True, metadata={"description": "In what was assumed meanwhile"})
    suggestion = fields.String(
        required=True, allow_none=True, metadata={"description": "What an approval puts in place"}
    )


class ReportedPrerequisiteSchema(Schema):
    """A prerequisite into one of the page's topics."""

    prerequisite_id = fields.String(required=True)
    dependent_id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    confidence = fields.Float(required=True)
    evidence = fields.List(fields.Nested(PrerequisiteEvidenceSchema), required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    any_of = fields.String(required=True, allow_none=True, metadata={"description": ANY_OF})


class ReportSchema(Schema):
    """A page's edition held against the catalog."""

    page = fields.String(required=True, metadata={"description": "The page's id"})
    title = fields.String(required=True)
    revision = fields.Integer(required=True, metadata={"description": "Of the catalog, with this edition in it"})
    dry_run = fields.Boolean(required=True, metadata={"description": "true: nothing was changed"})
    is_changed = fields.Boolean(required=True, metadata={"description": "false: the catalog said all this already"})
    counts = fields.Dict(fields.String(), fields.Dict(fields.String(), fields.Integer()), required=True)
    topics = fields.List(fields.Nested(ChangeSchema), required=True)
    resources = fields.List(
        fields.Nested(ChangeSchema), required=True, metadata={"description": "One entry for each mention"}
    )
    prerequisites = fields.List(fields.Nested(ReportedPrerequisiteSchema), required=True)
    questions = fields.List(fields.Nested(QuestionSchema), required=True)
    warnings = fields.List(fields.Nested(PageWarningSchema), required=True)
    problems = fields.List(
        fields.String(), required=True, metadata={"description": "What the service itself could not do for this page"}
    )


@door.post(
    "",
    Operation(
        [
            Answer("The page changed the catalog", ReportSchema, examples.REPORT, CREATED, headers=("Location",)),
            Answer("A dry run, or nothing new: nothing was changed", ReportSchema, status=UNCHANGED),
        ],
        body=IngestSchema,
        problems=(409,),
        example=examples.INGEST,
        scope="curate",
        is_idempotent=True,
    ),
)
def ingest_page(call: Call) -> Response:
    """Ingest a page.

    Brings the catalog in line with this edition of the page, and reports line by line what that adds, changes, moves
    and removes. The same page again changes nothing. An edition that removes too many of the page's resources is
    refused until `confirm_removals` says that it is meant, or a curator approves it in `/curation/queue`.
    """
    body = call.body
    asked = {"confirm_removals": body["confirm_removals"], "is_dry_run": body["dry_run"]}
    options = replace(call.parts.ingest_options, actor=call.actor, **asked)
    call.session.rollback()  # the key was read in a transaction, and none may wait for another server
    try:
        report = ingest(call.session, _content(call), call.parts.vocabulary, options)
    except TooManyRemovals:
        if not body["dry_run"]:
            call.session.commit()  # the question whether that is meant
        raise
    told = orjson.dumps(report_to_json(report) | {"dry_run": body["dry_run"]})
    if body["dry_run"]:
        call.session.rollback()
    if body["dry_run"] or not report.is_changed:
        return Response(told, UNCHANGED, content_type=JSON)
    location = url_for("pages.get_page", page_id=report.page)
    return Response(told, CREATED, {"Location": location}, content_type=JSON)


def _content(call: Call) -> PageContent:
    body, limits = call.body, call.parts.fetch_limits
    if "markdown" in body:
        return PageContent(slug(body["name"]), body["name"], _bounded(body["markdown"], limits), body.get("base_url"))
    source = find_sources(body["page_url"], body.get("base_url"))[0]
    with call.parts.open_client() as client:
        content = read_source(source, client, limits)
    return PageContent(slug(body.get("name", "")) or source.name, source.location, content, source.url)


def _bounded(markdown: str, limits: FetchLimits) -> bytes:
    content = markdown.encode("utf-8", "surrogatepass")  # a lone surrogate is told by the parser, with its line
    if len(content) > limits.max_bytes:
        detail = f"it has {len(content)} bytes; the bound is {limits.max_bytes}"
        raise InvalidInput(f"The page is too large: {detail}.", [Fault("/markdown", detail)])
    return content
