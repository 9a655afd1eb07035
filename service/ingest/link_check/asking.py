"""One polite request: in the host's turn, repeated after a back-off, within a link's time, with little of the body."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from service.ingest.link_check.turns import LONGEST_WAIT_S, Turns
from service.outbound import PrivateAddressError

BACK_OFF_S = (2.0, 8.0)  # before a request is repeated that a busy server refused
BUSY = (429, 503)


class Trouble(Exception):
    """No answer to a request: the class that makes of its link, and why. `hung_up`: once connected, without a word."""

    def __init__(self, result: str, reason: str, *, hung_up: bool = False) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason
        self.hung_up = hung_up


@dataclass(frozen=True)
class Reply:
    """What a server answered; `body` is the start of it."""

    status_code: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True)
class Asking:
    """What requests go through, and their bounds."""

    client: httpx.AsyncClient
    turns: Turns
    timeout_s: float
    back_off_s: tuple[float, ...] = BACK_OFF_S


class Visit:
    """The requests for one link, which share its time."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._spent_s = 0.0

    @property
    def ms(self) -> int:
        """What the requests took, without the waits between them."""
        return round(self._spent_s * 1000)

    async def ask(self, method: str, url: str, max_bytes: int = 0, headers: Mapping[str, str] | None = None) -> Reply:
        """Ask, and ask again where the server says that it is busy. Raises Trouble, or PutOff."""
        for back_off_s in (*self._asking.back_off_s, 0.0):
            reply = await self._ask_once(method, url, max_bytes, headers or {})
            if reply.status_code not in BUSY:
                break
            wished_s = retry_after_s(reply.headers)
            self._asking.turns.rest(httpx.URL(url).host, back_off_s if wished_s is None else wished_s)
            if wished_s is not None and wished_s > LONGEST_WAIT_S:
                break
        return reply

    async def _ask_once(self, method: str, url: str, max_bytes: int, headers: Mapping[str, str]) -> Reply:
        async with self._asking.turns.turn(httpx.URL(url).host):
            started = time.monotonic()
            try:
                async with asyncio.timeout(self._asking.timeout_s - self._spent_s):
                    return await self._exchange(method, url, max_bytes, headers)
            except (TimeoutError, httpx.TimeoutException) as error:
                raise Trouble("unreachable", f"no answer within {self._asking.timeout_s:g} s") from error
            except httpx.TransportError as error:
                raise _trouble(error) from error
            finally:
                self._spent_s += time.monotonic() - started

    async def _exchange(self, method: str, url: str, max_bytes: int, headers: Mapping[str, str]) -> Reply:
        body = bytearray()
        async with self._asking.client.stream(method, url, headers=dict(headers)) as response:
            if max_bytes:  # else not even begun: it may be a video
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) >= max_bytes:
                        break
        return Reply(response.status_code, response.headers, bytes(body[:max_bytes]))


def retry_after_s(headers: httpx.Headers) -> float | None:
    """Retry-After in seconds from now, which it may also say as a date (RFC 9110, section 10.2.3)."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _trouble(error: httpx.TransportError) -> Trouble:
    reason = str(error) or type(error).__name__
    if isinstance(error.__cause__, PrivateAddressError):
        return Trouble("blocked", f"{reason}; we do not ask there")
    if isinstance(error, httpx.RemoteProtocolError):  # somebody is there: a browser may understand them
        return Trouble("unknown", reason, hung_up=True)
    return Trouble("unreachable", reason, hung_up=isinstance(error, httpx.ReadError))
