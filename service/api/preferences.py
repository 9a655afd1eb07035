"""The `Prefer` header (RFC 7240): how long a caller would wait for a run."""

import re

from flask import request

DEFAULT_WAIT_S = 2.0
APPLIED = "Preference-Applied"
PREFER = {
    "in": "header",
    "name": "Prefer",
    "description": "`wait=SECONDS` to be answered 200 when it is done by then, `respond-async` to be answered at once",
    "schema": {"type": "string"},
    "example": "wait=10",
}
_WAIT = re.compile(r"wait\s*=\s*\"?([0-9]{1,9})\"?", re.ASCII | re.IGNORECASE)


def preferred_wait_s(max_wait_s: float) -> tuple[float, str | None]:
    """How long to wait, and what Preference-Applied says to it; None without a preference that is understood."""
    preferences = [part.strip() for part in ",".join(request.headers.getlist("Prefer")).split(",")]
    waits = [match for part in preferences if (match := _WAIT.fullmatch(part))]
    if waits:
        seconds = min(float(waits[0].group(1)), max_wait_s)  # the first counts, says the RFC
        return seconds, f"wait={seconds:g}"
    if "respond-async" in (part.lower() for part in preferences):
        return 0.0, "respond-async"
    return min(DEFAULT_WAIT_S, max_wait_s), None
