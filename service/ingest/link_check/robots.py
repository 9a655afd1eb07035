"""robots.txt (RFC 9309): asked for once per host, and kept to."""

import asyncio
from urllib.robotparser import RobotFileParser

import httpx

from service.catalog.urls import parse_url
from service.errors import InvalidInput
from service.ingest.link_check.asking import Asking, Reply, Trouble, Visit

AGENT = "coursegraph"
MAX_BYTES = 512_000  # RFC 9309 asks for 500 KiB at least
MAX_REDIRECTS = 5  # as RFC 9309 asks
LONGEST_SHOWN = 200  # characters of a wrong address


class Robots:
    """What hosts allow, remembered for one check."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._asked: dict[str, asyncio.Task[RobotFileParser | None]] = {}

    async def check(self, url: str) -> None:
        """Raise Trouble where the host's robots.txt forbids the URL, or cannot be had."""
        address = httpx.URL(url)
        origin = f"{address.scheme}://{address.netloc.decode('ascii')}"
        if origin not in self._asked:
            self._asked[origin] = asyncio.create_task(self._rules(origin, address.host))
        rules = await asyncio.shield(self._asked[origin])  # others wait for it too
        if rules is not None and not rules.can_fetch(AGENT, url):
            raise Trouble("blocked", "robots.txt asks not to")

    async def _rules(self, origin: str, host: str) -> RobotFileParser | None:
        """None: everything is allowed, for there is no such file."""
        reply = await self._fetch(f"{origin}/robots.txt")
        if reply.status_code >= 500:  # RFC 9309, section 2.3.1.4: take it that everything is forbidden
            raise Trouble("unknown", f"robots.txt: the server answered {reply.status_code}")
        if not 200 <= reply.status_code < 300:
            return None
        rules = RobotFileParser()
        try:
            rules.parse(reply.body.decode("utf-8", "replace").splitlines())
        except ValueError as error:
            raise Trouble("blocked", "robots.txt cannot be read") from error
        self._asking.turns.slow_down(host, float(rules.crawl_delay(AGENT) or 0.0))
        return rules

    async def _fetch(self, url: str) -> Reply:
        visit = Visit(self._asking)
        for _ in range(MAX_REDIRECTS + 1):
            reply = await visit.ask("GET", url, MAX_BYTES, {"Accept-Encoding": "identity"})
            target = redirect_target(url, reply)
            if target is None:
                break
            url = target
        return reply


def redirect_target(url: str, reply: Reply) -> str | None:
    """Where an answer leads; None when it leads nowhere. Raises Trouble for what is no web address."""
    if reply.status_code not in (301, 302, 303, 307, 308) or "Location" not in reply.headers:
        return None
    where = reply.headers["Location"]
    try:
        target = str(httpx.URL(url).join(where))
        parse_url(target)
    except (httpx.InvalidURL, ValueError, InvalidInput) as error:
        raise Trouble("unknown", f"it redirects to {where[:LONGEST_SHOWN]!r}, which is no web address") from error
    return target
