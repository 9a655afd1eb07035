"""Politeness: one request at a time to a host, a pause after each, and a bound on all connections together."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

LONGEST_WAIT_S = 60.0  # a host that wants to be left alone for longer is, until the next check


class PutOff(Exception):
    """A host wants to be left alone for longer than a check waits."""


@dataclass
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    pause_s: float = 0.0  # as its robots.txt asks, where that is longer than ours
    free_at: float = 0.0  # when it may be asked again, by the monotonic clock


class Turns:
    """Who may ask which host now."""

    def __init__(self, pause_s: float, connections: int) -> None:
        self._pause_s = pause_s
        self._connections = asyncio.Semaphore(connections)
        self._hosts: dict[str, _Host] = defaultdict(_Host)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host, and keep it for the block; raises PutOff when it would be too long."""
        place = self._hosts[host]
        async with place.lock:
            wait_s = place.free_at - time.monotonic()
            if wait_s > LONGEST_WAIT_S:
                raise PutOff(host)
            await asyncio.sleep(max(0.0, wait_s))
            async with self._connections:
                try:
                    yield
                finally:
                    self.rest(host, max(self._pause_s, place.pause_s))

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long from now."""
        place = self._hosts[host]
        place.free_at = max(place.free_at, time.monotonic() + seconds)

    def slow_down(self, host: str, pause_s: float) -> None:
        """Pause for at least so long between two requests to the host."""
        self._hosts[host].pause_s = min(pause_s, LONGEST_WAIT_S)
        self.rest(host, self._hosts[host].pause_s)
