"""Pages: the source documents, as ingested."""

from dataclasses import asdict

import orjson
from flask import Response
from marshmallow import Schema, fields

from service.api import cursors, examples
from service.api.calls import Call
from service.api.door import Door
from service.api.inputs import PageQuery
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.catalog import pages
from service.catalog.pages import PageSummary

door = Door("pages", __name__, url_prefix="/api/v1/pages", description="The documents that everything here comes from.")


class PageWarningSchema(Schema):
    """Something on the page that a curator should look at."""

    line = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable, for machines"})
    message = fields.String(required=True)


class PageSchema(Schema):
    """A source document and how much is on it."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "The URL that it was read from, or the file's name"})
    url = fields.String(required=True, allow_none=True, metadata={"description": "Where it is published"})
    language = fields.String(required=True, allow_none=True)
    edition = fields.Integer(required=True, metadata={"minimum": 1, "description": "Grows when its text changes"})
    sha256 = fields.String(required=True, metadata={"description": "Of the text"})
    topics = fields.Integer(required=True)
    mentions = fields.Integer(required=True)
    resources = fields.Integer(required=True)
    warnings = fields.List(fields.Nested(PageWarningSchema), required=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    updated_at = fields.AwareDateTime(required=True, format="iso")


class PageListSchema(ListSchema):
    """A stretch of a list of pages."""

    items = fields.List(fields.Nested(PageSchema), required=True)


@door.get("", Operation([list_answer("Pages, by id", PageListSchema, examples.PAGES)], PageQuery))
def list_pages(call: Call) -> Json:
    """List the pages."""
    after = cursors.decode(call.path, call.query, "")
    found, total, position = pages.summaries(call.session, after, call.query["limit"])
    return stretch(call, [_card(page) for page in found], total, position)


@door.get("/<page_id>", Operation([Answer("The page", PageSchema, examples.PAGE, headers=("ETag",))], problems=(404,)))
def get_page(call: Call, page_id: str) -> Response:
    """Get a page."""
    return Response(_card(pages.summary(call.session, page_id)), content_type=JSON)


def _card(page: PageSummary) -> bytes:
    return orjson.dumps(asdict(page))
