"""Where a copy of a dead link may be: the Wayback Machine's address for it, made up or asked for."""

from datetime import datetime
from urllib.parse import quote

import orjson

from service.ingest.link_check.asking import Asking, Trouble, Visit
from service.ingest.link_check.turns import PutOff

AVAILABILITY = "https://archive.org/wayback/available"  # https://archive.org/help/wayback_api.php
MAX_BYTES = 10_000


def likely_copy(url: str, moment: datetime) -> str:
    """The address that leads to the copy nearest to a moment, where there is one at all."""
    return f"https://web.archive.org/web/{moment:%Y%m%d}/{url}"


async def known_copy(asking: Asking, url: str, moment: datetime) -> str | None:
    """The copy nearest to a moment, as the archive says; None when it has none, or does not answer."""
    question = f"{AVAILABILITY}?url={quote(url, safe='')}&timestamp={moment:%Y%m%d}"
    try:
        reply = await Visit(asking).ask("GET", question, MAX_BYTES, {"Accept-Encoding": "identity"})
        closest = orjson.loads(reply.body)["archived_snapshots"]["closest"]
        copy = str(closest["url"]) if closest["available"] else ""
    except (Trouble, PutOff, ValueError, KeyError, TypeError):
        return None
    is_expected = copy.startswith(("http://web.archive.org/web/", "https://web.archive.org/web/"))
    return copy.replace("http://", "https://", 1) if is_expected else None
