"""What an answer means for a link, and when a link is broken."""

from datetime import datetime, timedelta

from service.catalog.link_checks import Finding, Link

# A server that answers one of these is there, and does not let us in: LinkedIn's 999 is one of them.
_BLOCKED = frozenset({401, 403, 429, 999})
_GONE = frozenset({404, 410})
_OK = frozenset({*range(200, 300), 304})

FAILURES = ("gone", "unreachable")
# These prove that a link is not dead, also where they do not show what is behind it. "unknown" proves nothing.
_ANSWERS = ("ok", "redirected", "blocked")


def result_of(status_code: int) -> str:
    """The class of a final answer; 5xx, and what is no answer to our question, is unknown."""
    for result, codes in (("ok", _OK), ("gone", _GONE), ("blocked", _BLOCKED)):
        if status_code in codes:
            return result
    return "unknown"


def failing_since(link: Link, finding: Finding, at: datetime) -> datetime | None:
    """When the failures in a row began; what proves nothing neither begins nor ends them."""
    if finding.result in _ANSWERS:
        return None
    if finding.result in FAILURES:
        return link.failing_since or at
    return link.failing_since


def is_broken(finding: Finding, since: datetime | None, at: datetime, after: timedelta) -> bool | None:
    """Broken: it fails, and did so at least `after` ago, without an answer in between. None: as it was before."""
    if finding.result in _ANSWERS:
        return False
    if finding.result in FAILURES and since is not None and at - since >= after:
        return True
    return None
