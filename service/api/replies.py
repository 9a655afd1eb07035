"""`Idempotency-Key`: a POST that is sent again, because nobody knows whether it arrived, is answered and not redone."""

import orjson
from flask import Response, request

from service.api.calls import Call
from service.api.operations import JSON
from service.catalog import idempotency, revisions
from service.catalog.idempotency import KeyedRequest, Reply
from service.errors import Fault, InvalidInput

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST_KEY = 255  # characters


def keyed_request() -> KeyedRequest | None:
    """The request with its key, when it has one."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY:
        fault = Fault(f"/header/{HEADER}", f"1 to {LONGEST_KEY} characters")
        raise InvalidInput(f"The {HEADER} must have 1 to {LONGEST_KEY} characters.", [fault])
    caller = request.headers.get("Authorization", "")  # names of keys may be equal
    return KeyedRequest(caller, request.path, key, request.get_data())


def earlier_reply(call: Call, keyed: KeyedRequest) -> Response | None:
    """What the same request was answered before."""
    reply = idempotency.find(call.session, keyed)
    if reply is None:
        return None
    return Response(reply.body, reply.status, {**reply.headers, REPLAYED: "true"}, content_type=JSON)


def keep(call: Call, keyed: KeyedRequest, response: Response, secret: str | None) -> Response:
    """Keep the reply for the request's repetitions, in the transaction of its work; but not its member `secret`.

    Where a repetition was quicker than the request itself, that one's work counts, and this one's is dropped.
    """
    revisions.lock(call.session)
    earlier = earlier_reply(call, keyed)
    if earlier is not None:
        call.session.rollback()
        return earlier
    headers = {name: response.headers[name] for name in ("Location",) if name in response.headers}
    body = response.get_data(as_text=True) if secret is None else _without(secret, response)
    idempotency.keep(call.session, keyed, Reply(response.status_code, body, headers))
    return response


def _without(secret: str, response: Response) -> str:
    return orjson.dumps(orjson.loads(response.get_data()) | {secret: None}).decode()
