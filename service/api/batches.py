"""Decisions in bulk: many answers to the queue's questions as one act."""

from dataclasses import asdict
from typing import Any

import orjson
from flask import Response
from marshmallow import Schema, fields, validate

from service.api.audit import RowChangeSchema
from service.api.calls import Call
from service.api.editing import editor
from service.api.inputs import PlainText, TrueOrFalse
from service.api.operations import JSON, Answer, Operation, ProblemSchema
from service.api.problems import described
from service.api.queue import AlikeSchema, door, in_common
from service.catalog import audit, revisions
from service.catalog.queue import KINDS, QueueFilter
from service.curation.batches import Outcome, alike, decide_all
from service.curation.decisions import Decision
from service.curation.questions import APPROVE, REJECT
from service.errors import Fault, InvalidInput

LONGEST_ID, LONGEST_VALUE = 500, 2000  # characters
DONE = 200


class AnswerSchema(Schema):
    """What is decided."""

    decision = fields.String(required=True, validate=validate.OneOf([APPROVE, REJECT]))
    value = PlainText(
        load_default=None,
        allow_none=True,
        validate=[validate.Length(1, LONGEST_VALUE), validate.Regexp(r"^.*\S", error="It is blank.")],
        metadata={"description": "A better title, type or address, or the survivor, as the item's choice says"},
    )


class QueueDecisionSchema(AnswerSchema):
    """An answer to one question."""

    id = PlainText(required=True, validate=validate.Length(1, LONGEST_ID), metadata={"description": "The item's"})


class AlikeDecisionSchema(AnswerSchema, AlikeSchema):
    """One answer to all questions of a kind that have this in common, as `GET /curation/queue` lists them."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    dry_run = TrueOrFalse(load_default=False, metadata={"description": "Show what would be; change nothing"})


class DecisionBatchSchema(Schema):
    """Answers, in the order in which they are done."""

    decisions = fields.List(fields.Nested(QueueDecisionSchema), required=True, validate=validate.Length(min=1))
    dry_run = TrueOrFalse(load_default=False, metadata={"description": "Show what would be; change nothing"})


class DecisionOutcomeSchema(Schema):
    """What became of one answer."""

    id = fields.String(required=True)
    decision = fields.String(required=True)
    status = fields.Integer(required=True, metadata={"description": "As if it had been sent alone: 200, or why not"})
    changes = fields.List(fields.Nested(RowChangeSchema), required=True)
    problem = fields.Nested(
        ProblemSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Why nothing came of it; its pointers lead into this request"},
    )


class DecisionBatchAnswerSchema(Schema):
    """What became of each, in the order of the request."""

    dry_run = fields.Boolean(required=True, metadata={"description": "true: nothing was changed"})
    succeeded = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    revision = fields.Integer(required=True, metadata={"description": "Of the catalog, with these decisions in it"})
    audit_entry = fields.Integer(
        required=True, allow_none=True, metadata={"description": "To undo them all: POST /audit/{id}/undo"}
    )
    results = fields.List(fields.Nested(DecisionOutcomeSchema), required=True)


@door.post(
    "/batches",
    Operation(
        [Answer("What became of each decision; some may have failed", DecisionBatchAnswerSchema)],
        body=DecisionBatchSchema,
        scope="curate",
        is_idempotent=True,
    ),
)
def decide_batch(call: Call) -> Response:
    """Decide many questions of the queue at once.

    Approving does what the item's choice says, rejecting leaves things as they are; neither is asked again. One that
    fails changes nothing, and does not stop the others. The batch is one entry of the audit, and undone as one.
    """
    body, most = call.body, call.parts.batch_decision_limit
    if len(body["decisions"]) > most:
        detail = f"{len(body['decisions'])} decisions; at most {most} in one batch"
        raise InvalidInput(f"The batch is too large: {detail}.", [Fault("/decisions", detail)])
    decisions = [Decision(**decision) for decision in body["decisions"]]
    outcomes = decide_all(call.session, editor(call), decisions, call.parts.vocabulary)
    return _answered(call, outcomes)


@door.post(
    "/batches/alike",
    Operation(
        [Answer("What became of each question; some may have failed", DecisionBatchAnswerSchema)],
        body=AlikeDecisionSchema,
        scope="curate",
        is_idempotent=True,
    ),
)
def decide_alike_questions(call: Call) -> Response:
    """Give one answer to all open questions that are alike.

    At most BATCH_DECISION_LIMIT at a time, the worst first; send it again until none is left. The rest is as in
    `POST /curation/batches`.
    """
    body, limit = call.body, call.parts.batch_decision_limit
    wanted = QueueFilter((body["kind"],), **in_common(call, body, ""))
    decisions = alike(call.session, wanted, Decision("", body["decision"], body["value"]), limit)
    outcomes = decide_all(call.session, editor(call), decisions, call.parts.vocabulary)
    return _answered(call, outcomes)


def _answered(call: Call, outcomes: list[Outcome]) -> Response:
    answer = _answer(call, outcomes)
    if call.body["dry_run"]:
        call.session.rollback()
    return Response(orjson.dumps(answer), DONE, content_type=JSON)


def _answer(call: Call, outcomes: list[Outcome]) -> dict[str, Any]:
    call.session.flush()
    is_dry, is_changed = call.body["dry_run"], any(outcome.changes for outcome in outcomes)
    entry = audit.newest(call.session) if is_changed and not is_dry else None
    failed = sum(outcome.error is not None for outcome in outcomes)
    return {
        "dry_run": is_dry,
        "succeeded": len(outcomes) - failed,
        "failed": failed,
        "revision": revisions.current(call.session),
        "audit_entry": entry.id if entry else None,
        "results": [
            _result(f"/decisions/{place}" if "decisions" in call.body else "", outcome)
            for place, outcome in enumerate(outcomes)
        ],
    }


def _result(place: str, outcome: Outcome) -> dict[str, Any]:
    problem = described(outcome.error) if outcome.error else None
    if problem is not None:
        faults = problem["errors"] or [{"pointer": "", "detail": problem["detail"]}]
        problem["errors"] = [fault | {"pointer": f"{place}{fault['pointer']}"} for fault in faults]
    return {
        "id": outcome.decision.id,
        "decision": outcome.decision.decision,
        "status": problem["status"] if problem else DONE,
        "changes": [asdict(change) for change in outcome.changes],
        "problem": problem,
    }
