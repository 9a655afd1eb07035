"""Asking for a run: what comes in, checked by the demo's own schema, and the answer as soon as the caller likes it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from service.api import replies
from service.api.conditional import content_etag
from service.api.inputs import PlainText, receiver_url
from service.api.parts import parts
from service.api.preferences import APPLIED, preferred_wait_s
from service.api.run_answers import run_answer
from service.api.waiting import wait_until
from service.catalog import runs
from service.catalog.database import writing
from service.catalog.runs import RunRequest
from service.demos.demo import Demo, resolve_parameters
from service.demos.devices import DEVICES
from service.errors import Fault, InvalidInput
from service.webhooks.signing import SECRET

DEFAULT_SEED = "0"  # not a random one: the default run is the same for everybody, and answered from what was computed
LONGEST_SEED = 200  # characters
RETRY_AFTER_S = 1


class _Seed(PlainText):
    """Text; a whole number is taken as its digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return super()._deserialize(str(value) if is_number else value, attr, data, **kwargs)


class RunWebhookSchema(Schema):
    """Whom to tell that the run has ended."""

    url = receiver_url(required=True)
    secret = fields.String(
        required=True,
        validate=validate.Regexp(SECRET, error="It is whsec_ and 24 to 64 bytes in base64."),
        metadata={"description": "Signs the message, as Standard Webhooks has it; kept until the message is received"},
    )


class RunRequestSchema(Schema):
    """What to run."""

    parameters = fields.Dict(
        fields.String(),
        load_default=dict,
        metadata={"description": "By the demo's own schema; what is left out has its default"},
    )
    seed = _Seed(
        load_default=DEFAULT_SEED,
        validate=validate.Length(max=LONGEST_SEED),
        metadata={
            "type": ["string", "integer"],
            "description": "Equal seeds give equal runs",
        },
    )
    device = fields.String(load_default="auto", validate=validate.OneOf(DEVICES))
    webhook = fields.Nested(
        RunWebhookSchema,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Told once the run has succeeded, failed or been cancelled, by Standard Webhooks: {type, "
            "timestamp, data{id, demo, status, error, location}}; sent again for some hours until it is answered 2xx"
        },
    )


def requested(demo: Demo, body: Mapping[str, Any], choose: Callable[[str], str]) -> RunRequest:
    """The run that a body asks for, on the device that `choose` makes of the one asked for.

    InvalidInput points at each wrong parameter ("/parameters/learning_rate").
    """
    try:
        parameters = resolve_parameters(demo, body["parameters"])
    except InvalidInput as error:
        faults = [Fault(f"/parameters{fault.pointer}", fault.detail) for fault in error.faults]
        raise InvalidInput(str(error), faults) from error
    return RunRequest(demo.id, demo.version, parameters, body["seed"], choose(body["device"]))


def answer_soon(reply: Response) -> Response:
    """Wait for the run that a reply leads to as long as the caller would, and answer with what it is by then."""
    found = parts()
    run_id = reply.headers["Location"].rpartition("/")[2]
    seconds, applied = preferred_wait_s(found.runs.max_wait_s)
    with found.runs.waiting.for_a_while() as has_seat:
        wait_until(lambda: _is_finished(run_id), seconds if has_seat else 0, found.server.is_stopping)
    with writing(found.sessions) as session:
        run = runs.find(session, run_id)
        is_finished = run.status in runs.FINISHED
        answer = run_answer(session, run, found.runs.workers, 200 if is_finished else 202)
    kept = {name: value for name, value in reply.headers.items() if name in {"Location", replies.REPLAYED}}
    answer.headers.extend(kept)
    if applied:
        answer.headers[APPLIED] = applied
    if is_finished:
        answer.headers["ETag"] = content_etag(answer)
    else:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _is_finished(run_id: str) -> bool:
    with parts().snapshots.open() as session:
        return runs.status(session, run_id) in runs.FINISHED
