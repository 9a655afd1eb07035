"""One link: asked for without its body, along its redirects, with what we know of it from the last time."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.catalog.link_checks import Finding, Link
from service.catalog.urls import parse_url
from service.ingest.link_check.asking import BUSY, Asking, Reply, Trouble, Visit
from service.ingest.link_check.robots import Robots, redirect_target
from service.ingest.link_check.turns import PutOff
from service.ingest.link_check.verdict import result_of

PERMANENT = (301, 308)
LONGEST_ERROR = 300  # characters

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """Where the redirects have led so far, and where those that hold for good led."""

    url: str
    moved_to: str | None = None
    is_permanent: bool = True  # all so far


class Looker:
    """Looks at links."""

    def __init__(self, asking: Asking, robots: Robots, max_redirects: int) -> None:
        self._asking = asking
        self._robots = robots
        self._max_redirects = max_redirects

    async def look(self, link: Link) -> Finding:
        """What is there. Raises PutOff alone; whatever else goes wrong is a finding."""
        visit = Visit(self._asking)
        try:
            finding = await self._follow(link, visit)
        except Trouble as trouble:
            finding = Finding(trouble.result, error=trouble.reason[:LONGEST_ERROR])
        except PutOff:
            raise
        except Exception as error:  # a server may answer anything: one must not end the check of the others
            _log.warning("%s cannot be checked", link.url, exc_info=error)
            finding = Finding("unknown", error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
        return replace(finding, ms=visit.ms)

    async def _follow(self, link: Link, visit: Visit) -> Finding:
        step = _Step(link.url)
        for _ in range(self._max_redirects + 1):
            await self._robots.check(step.url)
            reply = await _reply(visit, step.url, _conditions(link, step.url))
            target = redirect_target(step.url, reply)
            if target is None:
                return _finding(link, step, reply)
            is_permanent = step.is_permanent and reply.status_code in PERMANENT
            step = _Step(target, target if is_permanent else step.moved_to, is_permanent)
        return Finding("unknown", final_url=step.url, error=f"more than {self._max_redirects} redirects")


async def _reply(visit: Visit, url: str, headers: Mapping[str, str]) -> Reply:
    """By HEAD; by GET where HEAD is refused, or gets an answer that some servers give to HEAD alone."""
    try:
        reply = await visit.ask("HEAD", url, headers=headers)
    except Trouble as trouble:
        if not trouble.hung_up:
            raise
        return await visit.ask("GET", url, headers=headers)
    if reply.status_code < 400 or reply.status_code in BUSY:
        return reply
    return await visit.ask("GET", url, headers=headers)


def _conditions(link: Link, url: str) -> dict[str, str]:
    """Ask whether it has changed, where we have seen it before (RFC 9110, section 13)."""
    if url != link.final_url:
        return {}
    named = {"If-None-Match": link.etag, "If-Modified-Since": link.last_modified}
    return {name: value for name, value in named.items() if value}


def _finding(link: Link, step: _Step, reply: Reply) -> Finding:
    result = result_of(reply.status_code)
    moved_to = _moved_to(link, step) if result == "ok" else None
    is_same = reply.status_code == 304
    return Finding(
        "redirected" if moved_to else result,
        reply.status_code,
        final_url=step.url,
        moved_to=moved_to,
        etag=reply.headers.get("ETag") or (link.etag if is_same else None),
        last_modified=reply.headers.get("Last-Modified") or (link.last_modified if is_same else None),
    )


def _moved_to(link: Link, step: _Step) -> str | None:
    """Its new address, unless that is only another spelling of the one it has: https for http, a closing slash."""
    if step.moved_to is None:
        return None
    new = parse_url(step.moved_to)
    if new.id == parse_url(link.url).id:
        return None
    return new.canonical + (f"#{new.fragment}" if new.fragment else "")
