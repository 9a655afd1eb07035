"""Talking to the outside world: an httpx client that keeps bounds, and never reaches a private address."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from service import __version__
from service.errors import BlockedAddress, FetchError

USER_AGENT = f"coursegraph/{__version__}"


@dataclass(frozen=True)
class FetchLimits:
    """The bounds of one fetch."""

    max_bytes: int = 5_000_000
    timeout_s: float = 20.0  # for all of one request; each redirect is another
    max_redirects: int = 5
    private_addresses: bool = False


@dataclass(frozen=True)
class Fetched:
    """What a URL gave."""

    url: str  # where the redirects led
    content: bytes
    headers: Mapping[str, str]


def open_client(limits: FetchLimits) -> httpx.Client:
    """A client that keeps the limits on time, redirects and addresses; `fetch` keeps the one on size.

    Proxies of the environment are not used: behind one, the address that is reached could not be checked.
    """
    transport = httpx.HTTPTransport(trust_env=False)
    transport._pool = httpcore.ConnectionPool(  # httpx has no public way to a network backend
        ssl_context=httpx.create_ssl_context(),
        network_backend=_GuardedBackend(limits),
        max_keepalive_connections=0,  # a connection serves one request, so that its deadline is the request's
    )
    return httpx.Client(
        transport=transport,
        timeout=limits.timeout_s,
        follow_redirects=True,
        max_redirects=limits.max_redirects,
        headers={"User-Agent": USER_AGENT},
        trust_env=False,
    )


def fetch(client: httpx.Client, url: str, limits: FetchLimits) -> Fetched:
    """GET a URL whole; raise FetchError, which says why, when it cannot be had within the limits."""
    with _failures_told(url, limits), client.stream("GET", url) as response:
        response.raise_for_status()
        return Fetched(str(response.url), _read(response, limits.max_bytes), response.headers)


def post(client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str], limits: FetchLimits) -> int:
    """POST to a URL, whose answer is not read; its status, or FetchError unless it is 2xx within the limits.

    Redirects are not followed.
    """
    sent = client.stream("POST", url, content=body, headers=headers, follow_redirects=False)
    with _failures_told(url, limits), sent as response:
        response.raise_for_status()
        return response.status_code


@contextmanager
def _failures_told(url: str, limits: FetchLimits) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise FetchError(url, f"the server answered {status}", status) from error
    except httpx.TimeoutException as error:
        raise FetchError(url, f"no whole answer within {limits.timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        blocked = isinstance(error.__cause__, PrivateAddressError)
        raise (BlockedAddress if blocked else FetchError)(url, str(error) or type(error).__name__) from error


def _read(response: httpx.Response, max_bytes: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise FetchError(str(response.url), f"it has more than {max_bytes} bytes")
    return bytes(content)


class PrivateAddressError(httpcore.ConnectError):
    """A name that leads inside; httpx raises its own error from this one."""


def check_addresses(host: str, addresses: Sequence[str], limits: FetchLimits) -> None:
    """Raise PrivateAddressError where one of a name's addresses is not public, unless the limits allow that."""
    blocked = [address for address in addresses if not ipaddress.ip_address(address).is_global]
    if blocked and not limits.private_addresses:
        raise PrivateAddressError(f"{host} leads to {blocked[0]}, which is not a public address")


def bare_addresses(found: Iterable[Any]) -> list[str]:
    """The addresses in an answer of `getaddrinfo`, without their zones."""
    return [str(address[4][0]).split("%")[0] for address in found]


class _GuardedBackend(httpcore.SyncBackend):
    """Resolves a name once, checks every address, and connects to a checked one.

    So neither a redirect nor a name that resolves differently the second time (DNS rebinding) leads inside.
    """

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = limits

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        deadline = time.monotonic() + self._limits.timeout_s
        addresses = _resolve(host, port, self._limits.timeout_s)
        check_addresses(host, addresses, self._limits)
        return _DeadlineStream(super().connect_tcp(addresses[0], port, *args, **kwargs), deadline)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection that ends at a moment, also under a server that sends a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _DeadlineStream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left if timeout is None else min(timeout, left)


def _resolve(host: str, port: int, timeout_s: float) -> list[str]:
    """In a thread of its own: the system's resolver knows no such limit. A thread that still asks ends by itself."""
    found: Future[list[str]] = Future()
    threading.Thread(target=_look_up, args=(host, port, found), daemon=True).start()
    try:
        return found.result(timeout_s)
    except OSError as error:  # TimeoutError is one
        raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error


def _look_up(host: str, port: int, found: Future[list[str]]) -> None:
    try:
        found.set_result(bare_addresses(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except Exception as error:  # whoever waits for it is told
        found.set_exception(error)
