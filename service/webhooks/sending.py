"""The sending of one message: never to a private address unasked, never to where a redirect leads."""

import logging
from datetime import UTC, datetime

import httpx

from service.errors import FetchError
from service.outbound import FetchLimits, post
from service.webhooks.limits import WebhookLimits
from service.webhooks.message import Message, Outcome
from service.webhooks.signing import signed_headers

TIMEOUT_S = 10.0  # how long a receiver may take

_log = logging.getLogger(__name__)


def fetch_limits(limits: WebhookLimits) -> FetchLimits:
    """The bounds of one message; redirects are not followed."""
    return FetchLimits(timeout_s=TIMEOUT_S, max_redirects=0, private_addresses=limits.private_addresses)


def send(client: httpx.Client, message: Message, limits: FetchLimits) -> Outcome:
    """Send a message, and tell what came back; raises nothing."""
    outcome = _outcome(client, message, limits)
    told = {"webhook_message": message.id, "attempt": message.attempts, "status": outcome.status}
    _log.info("webhook message sent", extra={**told, "failure": outcome.failure})
    return outcome


def _outcome(client: httpx.Client, message: Message, limits: FetchLimits) -> Outcome:
    headers = signed_headers(message.secrets, message.id, datetime.now(UTC), message.body)
    try:
        return Outcome(post(client, message.url, message.body, headers, limits))
    except FetchError as error:
        return Outcome(error.status, error.reason)
    except Exception as error:  # a URL that trips a library must not end the sender of all others
        _log.exception("webhook message %s cannot be sent", message.id)
        return Outcome(None, type(error).__name__)
