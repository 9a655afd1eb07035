"""Resources: lists with filters and facets, and each by its id."""

import orjson
from flask import Response
from marshmallow import fields, validate

from service.api import cursors, examples
from service.api.calls import Call
from service.api.conditional import version_etag
from service.api.door import Door
from service.api.filters import language_named, media_types_named, names_in, page_named, topics_named
from service.api.formats import JSON_LD, base_iri, wanted_format
from service.api.inputs import PageQuery, Several, YesNo, text, year
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.catalog import resources
from service.catalog.cards import ResourceSchema
from service.catalog.resource_filter import ResourceFilter
from service.catalog.resources import FACETS, Found
from service.export import graph_document, resource_to_json_ld

OPEN_STATUSES = ("active", "broken")
CURATORS_STATUSES = ("hidden", "gone")

door = Door("resources", __name__, url_prefix="/api/v1/resources", description="Things to learn from.")


class ResourcesQuery(PageQuery):
    """What a list of resources is narrowed to; all that is given must hold."""

    topic = Several("Topics, by id or by any of their names: filed under any of these")
    include_narrower = YesNo(load_default=False, metadata={"description": "Also what is under topics nested in these"})
    media_type = Several("Media types, by id or name: any of these")
    language = text("By BCP 47 tag or name: `en`, `English`; `pt` stands for `pt-BR` too")
    author = text("An author's name, whole, without middle names, or the last name alone")
    year_min = year("Not older than this year")
    year_max = year("Not newer than this year")
    free = YesNo(metadata={"description": "Whether it is stated to be free, or stated not to be"})
    status = fields.String(
        load_default="active",
        validate=validate.OneOf([*OPEN_STATUSES, *CURATORS_STATUSES]),
        metadata={"description": f"{' and '.join(CURATORS_STATUSES)} need a key with the scope `curate`"},
    )
    page = text("A page's id: named on this page")
    facets = Several("Also count the whole list by these", FACETS)


class ResourceListSchema(ListSchema):
    """A stretch of a list of resources."""

    items = fields.List(fields.Nested(ResourceSchema), required=True)
    facets = fields.Dict(
        fields.String(),
        fields.Dict(fields.String(), fields.Integer()),
        metadata={"description": "By facet and value: how many of the whole list; only when asked for"},
    )


@door.quick(
    "",
    Operation(
        [list_answer("Resources, in order of first appearance", ResourceListSchema, examples.RESOURCES)], ResourcesQuery
    ),
)
def list_resources(call: Call) -> Json:
    """List resources.

    In the order in which they first appeared, on all pages or on those that the filters leave.
    """
    query = call.query
    if query["status"] in CURATORS_STATUSES:
        call.require("curate")
    wanted = _filter(call)
    after = cursors.decode(call.path, query, 0)
    found = _filed(call, wanted, after) or resources.find(call.session, wanted, after, query["limit"])
    facets = {"facets": resources.facets(call.session, wanted, query["facets"])} if "facets" in query else None
    return stretch(call, found.cards, found.total, found.next_after, facets)


@door.quick(
    "/<resource_id>",
    Operation(
        [
            Answer("The resource", ResourceSchema, examples.RESOURCE, headers=("ETag",)),
            Answer("The resource", {"type": "object"}, formats=(JSON_LD,), headers=("ETag",)),
        ],
        problems=(308, 404, 406, 410),
    ),
)
def get_resource(call: Call, resource_id: str) -> Json | Response:
    """Get a resource.

    As JSON, or as JSON-LD in the words of schema.org, by `Accept`. One that was merged into another leads there; one
    that no page names any more is gone for good.
    """
    card, version = resources.card(call.session, resource_id, with_hidden=call.may("curate"))
    if wanted_format(call.environ, (JSON, JSON_LD)) == JSON_LD:
        document = graph_document(call.session, call.graph)
        return Response(resource_to_json_ld(document, base_iri(), orjson.loads(card)), content_type=JSON_LD)
    return Json(card, [("ETag", version_etag(call.session, version))])


def _filed(call: Call, wanted: ResourceFilter, after: int) -> Found | None:
    """What topics and media types alone ask for, which the graph knows; None where more is asked, or less."""
    if not wanted.topics or not wanted.is_of_topics_alone:
        return None
    numbers = call.graph.filed.under(wanted.topics, wanted.media_types)
    return resources.stretch(call.session, numbers, after, call.query["limit"])


_NAMED = {
    "topic": topics_named,
    "media_type": media_types_named,
    "language": language_named,
    "page": page_named,
}


def _filter(call: Call) -> ResourceFilter:
    query = call.query
    named = names_in(call, query, _NAMED)
    topics = named.get("topic", ())
    return ResourceFilter(
        topics=call.graph.with_narrower(topics) if query["include_narrower"] else topics,
        media_types=named.get("media_type", ()),
        language=named.get("language"),
        author=query.get("author"),
        year_min=query.get("year_min"),
        year_max=query.get("year_max"),
        is_free=query.get("free"),
        page=named.get("page"),
        status=query["status"],
    )
