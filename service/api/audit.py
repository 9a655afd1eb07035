"""The audit: who changed what, when, from what to what; and undo."""

from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields, validate

from service.api import cursors
from service.api.calls import Call
from service.api.door import Door
from service.api.editing import editor
from service.api.inputs import PageQuery, path_number, text
from service.api.json_text import Json
from service.api.lists import ListSchema, list_answer, stretch
from service.api.operations import JSON, Answer, Operation
from service.catalog import audit
from service.catalog.audit import SUBJECTS, UNDOES, AuditFilter
from service.catalog.models import AuditEntry
from service.catalog.revisions import ACTIONS
from service.curation.undo import undo
from service.errors import Fault, InvalidInput

door = Door("audit", __name__, url_prefix="/api/v1/audit", description="For curators: what was changed, and undo.")


class AuditQuery(PageQuery):
    """Whose acts, and on what."""

    actor = text("A key as `NAME#ID`; a name alone means all keys that have it")
    action = fields.String(validate=validate.OneOf(ACTIONS), metadata={"description": "Acts of this kind"})
    subject = text(f"As {', '.join(f'`{subject}`' for subject in SUBJECTS)}; of a prerequisite, ID is `ID>ID`")


class RowChangeSchema(Schema):
    """The changed fields of one row; one that is not there on one side did not exist then."""

    table = fields.String(required=True)
    key = fields.Raw(required=True)
    before = fields.Dict(fields.String(), fields.Raw(allow_none=True), required=True)
    after = fields.Dict(fields.String(), fields.Raw(allow_none=True), required=True)


class AuditEntrySchema(Schema):
    """One act."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True, format="iso")
    actor = fields.String(required=True)
    action = fields.String(required=True)
    subject = fields.String(required=True)
    revision = fields.Integer(required=True, metadata={"description": "Of the catalog, after it"})
    changes = fields.List(
        fields.Nested(RowChangeSchema), required=True, metadata={"description": "Empty for what cannot be undone"}
    )
    counts = fields.Dict(
        fields.String(), fields.Raw(), required=True, metadata={"description": "Of an ingest: its changes by kind"}
    )
    undoes = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of an undo: the id of the entry that it undoes"}
    )


class AuditListSchema(ListSchema):
    """A stretch of the audit."""

    items = fields.List(fields.Nested(AuditEntrySchema), required=True)


@door.live("", Operation([list_answer("Acts, the newest first", AuditListSchema, None)], AuditQuery, scope="curate"))
def list_audit(call: Call) -> Json:
    """List what was changed, by whom, the newest first."""
    query = call.query
    before = cursors.decode(call.path, query, 0) or None
    if "subject" in query and not audit.is_subject(call.session, query["subject"]):
        detail = f"nothing is {query['subject']!r}, and nothing was; write {', '.join(SUBJECTS)}"
        raise InvalidInput(f"/query/subject: {detail}.", [Fault("/query/subject", detail)])
    wanted = AuditFilter(**{name: query.get(name) for name in ("actor", "action", "subject")})
    found, total, position = audit.entries(call.session, wanted, before, query["limit"])
    return stretch(call, [orjson.dumps(_entry(entry)) for entry in found], total, position)


@door.post(
    "/<entry_id>/undo",
    Operation(
        [Answer("What the undo changed", AuditEntrySchema)],
        scope="curate",
        problems=(404, 409),
    ),
)
def undo_act(call: Call, entry_id: str) -> Response:
    """Undo an act.

    Puts every field back that the act changed. Refused, with the fields, where one has been changed since, and with
    the entry of the undo where it has been undone already. An undo is an act too, and can be undone.
    """
    undo(call.session, editor(call), path_number("audit entry", entry_id))
    call.session.flush()
    newest = audit.newest(call.session)
    return Response(orjson.dumps(newest and _entry(newest)), content_type=JSON)


def _entry(entry: AuditEntry) -> dict[str, Any]:
    changes = entry.detail.get("changes", [])
    undoes = entry.detail.get(UNDOES)
    counts = {name: value for name, value in entry.detail.items() if name not in ("changes", UNDOES)}
    columns = {name: getattr(entry, name) for name in ("id", "at", "actor", "action", "subject", "revision")}
    return columns | {"changes": changes, "counts": counts, "undoes": undoes}
