"""Link checks: what was found of each resource's link, and checks on request, made by a process beside the server."""

from typing import Any

import orjson
from flask import Response, url_for
from marshmallow import Schema, fields, validate

from service.api import cursors
from service.api.calls import Call
from service.api.door import Door
from service.api.editing import actor
from service.api.inputs import PageQuery, WholeNumber
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.api.resources import door as resources_door
from service.catalog import editing, link_check_lists, link_check_runs
from service.catalog.link_check_lists import COLUMNS
from service.catalog.link_checks import RESULTS
from service.catalog.models import LinkCheckRun
from service.errors import Unavailable
from service.heartbeats import is_well

door = Door(
    "link_checks", __name__, url_prefix="/api/v1/link-checks", description="For curators: do links still lead there?"
)

ACCEPTED = 202
RETRY_AFTER_S = 5
STATUSES = ("queued", "running", "succeeded", "failed", "cancelled")
MEANING = (
    "ok; redirected: moved for good, which a curator is asked about; gone: 404 or 410; blocked: 401, 403, 429 or "
    "robots.txt, and not dead; unreachable: no answer; unknown: 5xx and the rest"
)


class LinkCheckSchema(Schema):
    """What one look at a link found."""

    at = fields.AwareDateTime(required=True, format="iso")
    url = fields.String(required=True, metadata={"description": "What was asked for"})
    result = fields.String(required=True, validate=validate.OneOf(RESULTS), metadata={"description": MEANING})
    status_code = fields.Integer(required=True, allow_none=True, metadata={"description": "HTTP's"})
    final_url = fields.String(required=True, allow_none=True, metadata={"description": "Where redirects led"})
    ms = fields.Integer(required=True, metadata={"description": "All requests together"})
    error = fields.String(required=True, allow_none=True, metadata={"description": "Why there was no answer"})
    failing_since = fields.AwareDateTime(
        required=True, allow_none=True, format="iso", metadata={"description": "Of the failures in a row, the first"}
    )


class LatestLinkCheckSchema(LinkCheckSchema):
    """The last look at a resource's link."""

    resource_id = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True, metadata={"description": "The resource's: active or broken"})


class LatestLinkCheckListSchema(ListSchema):
    """A stretch of the last checks."""

    items = fields.List(fields.Nested(LatestLinkCheckSchema), required=True)


class LinkCheckListSchema(ListSchema):
    """A stretch of a link's history."""

    items = fields.List(fields.Nested(LinkCheckSchema), required=True)


class LinkCheckQuery(PageQuery):
    """Which links."""

    result = fields.String(validate=validate.OneOf(RESULTS), metadata={"description": MEANING})


class LinkScopeSchema(Schema):
    """Which links to check; nothing: all that were not checked for a while."""

    host = fields.String(
        validate=validate.Regexp(r"^[A-Za-z0-9._:\[\]-]{1,255}$"), metadata={"description": "Only links to this host"}
    )
    limit = WholeNumber(
        strict=True, validate=validate.Range(1, 1_000_000), metadata={"description": "At most so many, the oldest"}
    )
    older_than_days = fields.Float(
        validate=validate.Range(0, 36_500), metadata={"description": "Not checked for so long; 0: all"}
    )


class LinkCheckRunSchema(Schema):
    """One check of many links."""

    id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    actor = fields.String(required=True)
    scope = fields.Nested(LinkScopeSchema, required=True)
    total = fields.Integer(required=True, allow_none=True, metadata={"description": "Links to check, once it runs"})
    checked = fields.Integer(required=True)
    counts = fields.Dict(fields.String(validate=validate.OneOf(RESULTS)), fields.Integer(), required=True)
    error = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    started_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    finished_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


@door.live(
    "",
    Operation(
        [list_answer("The last check of each resource's link", LatestLinkCheckListSchema, None)],
        LinkCheckQuery,
        scope="curate",
    ),
)
def list_link_checks(call: Call) -> Json:
    """List the last check of each resource's link."""
    after = cursors.decode(call.path, call.query, 0)
    found, total, position = link_check_lists.latest(call.session, call.query.get("result"), after, call.query["limit"])
    names = ("resource_id", "title", "status", *COLUMNS)
    return stretch(call, [_json({name: getattr(row, name) for name in names}) for row in found], total, position)


@resources_door.live(
    "/<resource_id>/link-checks",
    Operation(
        [list_answer("The checks of the resource's link, the newest first", LinkCheckListSchema, None)],
        PageQuery,
        scope="curate",
        problems=(308, 404, 410),
    ),
)
def list_link_checks_of_resource(call: Call, resource_id: str) -> Json:
    """List the checks of a resource's link, the newest first; so many are kept as the settings say."""
    resource = editing.resource(call.session, resource_id)
    before = cursors.decode(call.path, call.query, 0) or None
    found, total, position = link_check_lists.history(call.session, resource.number, before, call.query["limit"])
    return stretch(call, [_json({name: getattr(row, name) for name in COLUMNS}) for row in found], total, position)


@door.post(
    "",
    Operation(
        [Answer("It waits for the process that makes it", LinkCheckRunSchema, None, ACCEPTED, headers=("Location",))],
        body=LinkScopeSchema,
        problems=(409,),
        scope="curate",
        is_idempotent=True,
    ),
)
def order_link_check(call: Call) -> Response:
    """Have links checked.

    The check is made by a process that `coursegraph serve` starts beside the server: 503 where there is none. One is
    made at a time: 409 while another one is under way. A resource is broken after two failures that are days apart,
    and back as soon as its link answers.
    """
    if not is_well(call.parts.state_dir, "links"):
        detail = "The process that checks links is not there; `coursegraph serve` starts it, `check-links` needs none."
        raise Unavailable(detail, RETRY_AFTER_S)
    body = call.body
    wanted = link_check_runs.scope(body.get("host"), body.get("limit"), body.get("older_than_days"))
    run = link_check_runs.order(call.session, actor(call), wanted)
    location = url_for("link_checks.get_link_check", check_id=run.id)
    return Response(_json(_run(run)), ACCEPTED, {"Location": location}, content_type=JSON)


@door.live("/<check_id>", Operation([Answer("The check", LinkCheckRunSchema)], scope="curate", problems=(404,)))
def get_link_check(call: Call, check_id: str) -> Response:
    """Tell how far a check of links is."""
    return Response(_json(_run(link_check_runs.find(call.session, check_id))), content_type=JSON)


def _run(run: LinkCheckRun) -> dict[str, Any]:
    names = ("id", "status", "actor", "total", "counts", "error", "created_at", "started_at", "finished_at")
    wanted = {name: value for name, value in run.scope.items() if value is not None}
    return {name: getattr(run, name) for name in names} | {"scope": wanted, "checked": sum(run.counts.values())}


def _json(told: dict[str, Any]) -> bytes:
    return orjson.dumps(told)
