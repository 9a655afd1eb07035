"""What every edit shares: the version that it is based on, and how what became of it is answered."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema
from werkzeug.exceptions import PreconditionRequired

from service.api.calls import Call
from service.api.conditional import version_etag
from service.api.operations import JSON, Answer, Operation
from service.catalog.models import Resource, Topic
from service.curation.acts import Editor
from service.errors import Fault, InvalidInput

CREATED = 201
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The version that the edit is based on: the ETag of the thing itself, or its `version` in quotes",
    "schema": {"type": "string", "example": '"1"'},
}
EDIT_PROBLEMS = (308, 404, 409, 412, 428)
THERE_PROBLEMS = (308, 404, 409, 410, 412, 428)  # of edits of what must be there
_VERSION = re.compile(r'"([0-9]{1,9})(-[0-9a-f]+)?"', re.ASCII)


def edit(answer: Answer, body: type[Schema] | None = None, problems: Sequence[int] = EDIT_PROBLEMS) -> Operation:
    """An edit of one thing, based on a version of it."""
    return Operation([answer], body=body, scope="curate", parameters=[IF_MATCH], problems=problems)


def based_on() -> int:
    """The version that the caller's edit is based on; 428 where it names none."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired("Send If-Match with the version that this edit is based on.")
    named = _VERSION.fullmatch(sent.strip())
    if named is None:
        raise InvalidInput("If-Match must name one version.", [Fault("/header/If-Match", 'not like "3"')])
    return int(named[1])


def actor(call: Call) -> str:
    """Who acts, as the audit names the key; from here on, the act has the session's transaction to itself."""
    call.session.rollback()  # the key was read in a transaction; the act's own begins with its lock
    return call.actor


def editor(call: Call) -> Editor:
    """Who acts on the catalog."""
    return Editor(actor(call), call.parts.ingest_options.prerequisites.accept_confidence)


def merged(call: Call, survivor: Resource | Topic) -> Response:
    """The survivor of a merge; a dry run shows it, and leaves everything as it was."""
    response = edited(call, survivor)
    if call.body["dry_run"]:
        call.session.rollback()
    return response


def edited(call: Call, record: Resource | Topic, status: int = 200, **headers: Any) -> Response:
    """The thing as it is now."""
    etag = version_etag(call.session, record.version)
    return Response(record.card, status, headers={"Content-Type": JSON, "ETag": etag, **headers})
