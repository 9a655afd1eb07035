"""Many links, side by side, each host in its own order; in a thread of its own, so that writing holds nobody up."""

import asyncio
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service.async_outbound import open_async_client
from service.catalog.link_checks import Checked, Link
from service.catalog.models import now
from service.ingest.link_check.archive import known_copy, likely_copy
from service.ingest.link_check.asking import BACK_OFF_S, Asking
from service.ingest.link_check.looking import Looker
from service.ingest.link_check.robots import Robots
from service.ingest.link_check.turns import PutOff, Turns
from service.ingest.link_check.verdict import failing_since, is_broken
from service.outbound import FetchLimits

TICK_S = 0.5  # how often the caller hears something, if only that nothing came

Found = Callable[[Checked], None]


@dataclass(frozen=True)
class CheckOptions:
    """How links are checked."""

    limits: FetchLimits = field(default_factory=FetchLimits)  # `timeout_s` is for one link, redirects included
    connections: int = 8
    pause_s: float = 1.0  # between two requests to one host
    broken_after: timedelta = timedelta(days=3)  # between two failures
    ask_archive: bool = False
    back_off_s: tuple[float, ...] = BACK_OFF_S
    clock: Callable[[], datetime] = now


def check_links(links: Sequence[Link], options: CheckOptions) -> Generator[list[Checked], None, None]:
    """Batches of what was found, as it comes; an empty one now and then while nothing comes.

    To close the iterator is to call the rest off. A link whose host wants to be left alone is in no batch.
    """
    found: queue.SimpleQueue[Checked | None] = queue.SimpleQueue()  # None is the end
    is_over = threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="link-check") as thread:
        work = thread.submit(asyncio.run, _check_until(is_over, links, options, found.put))
        work.add_done_callback(lambda _: found.put(None))
        try:
            while (batch := _batch(found)) is not None:
                yield batch
            work.result()
        finally:
            is_over.set()


def _batch(found: queue.SimpleQueue[Checked | None]) -> list[Checked] | None:
    """What has come within a tick; None after the last."""
    batch: list[Checked] = []
    with suppress(queue.Empty):
        one = found.get(timeout=TICK_S)
        while one is not None:
            batch.append(one)
            one = found.get_nowait()
        if not batch:
            return None
        found.put(None)  # for the next time
    return batch


async def _check_until(is_over: threading.Event, links: Sequence[Link], options: CheckOptions, found: Found) -> None:
    work = asyncio.create_task(_check_all(links, options, found))
    while not work.done():
        await asyncio.wait([work], timeout=0.1)
        if is_over.is_set():
            work.cancel()
            return
    work.result()


async def _check_all(links: Sequence[Link], options: CheckOptions, found: Found) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(options.connections))  # it looks names up
    by_host: dict[str, list[Link]] = {}
    for link in links:
        by_host.setdefault(urlsplit(link.url).netloc, []).append(link)
    turns = Turns(options.pause_s, options.connections)
    async with open_async_client(options.limits, options.connections) as client, asyncio.TaskGroup() as hosts:
        asking = Asking(client, turns, options.limits.timeout_s, options.back_off_s)
        checker = _Checker(asking, options, found)
        for of_host in by_host.values():
            hosts.create_task(checker.check(of_host))
    checker.close()


class _Checker:
    """Checks hosts. While none has answered, it may be we who are cut off: what is unreachable is told after that."""

    def __init__(self, asking: Asking, options: CheckOptions, found: Found) -> None:
        self._asking = asking
        self._options = options
        self._found = found
        self._looker = Looker(asking, Robots(asking), options.limits.max_redirects)
        self._is_online = False
        self._held_back: list[Checked] = []

    async def check(self, links: Sequence[Link]) -> None:
        """One host's links, one after another."""
        for link in links:
            try:
                self._tell(await self._check_one(link))
            except PutOff:
                continue  # its next link may lead elsewhere, or be put off as quickly

    def close(self) -> None:
        """Tell what was held back to the end: it proves nothing about its links."""
        for checked in self._held_back:
            since = checked.link.failing_since
            self._found(replace(checked, failing_since=since, is_broken=None, archive_url=None))

    async def _check_one(self, link: Link) -> Checked:
        finding = await self._looker.look(link)
        at = self._options.clock()
        since = failing_since(link, finding, at)
        broken = is_broken(finding, since, at, self._options.broken_after)
        return Checked(link, at, finding, since, broken, await self._archived(link) if broken else None)

    async def _archived(self, link: Link) -> str:
        asked = await known_copy(self._asking, link.url, link.known_since) if self._options.ask_archive else None
        return asked or likely_copy(link.url, link.known_since)

    def _tell(self, checked: Checked) -> None:
        self._is_online |= checked.finding.result != "unreachable"
        self._held_back.append(checked)
        if self._is_online:
            for one in self._held_back:
                self._found(one)
            self._held_back.clear()
