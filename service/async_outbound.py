"""The asynchronous sibling of `outbound`: many requests side by side, and the same guard on every connection."""

import asyncio
import socket
from typing import Any

import httpcore
import httpx

from service.outbound import USER_AGENT, FetchLimits, bare_addresses, check_addresses

ADDRESSES_TRIED = 3  # of a name that has several


def open_async_client(limits: FetchLimits, connections: int) -> httpx.AsyncClient:
    """A client that never reaches a private address, with at most so many open connections.

    It follows no redirects and bounds no body: whoever asks does. Proxies of the environment are not used: behind
    one, the address that is reached could not be checked.
    """
    transport = httpx.AsyncHTTPTransport(trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(  # httpx has no public way to a network backend
        ssl_context=httpx.create_ssl_context(),
        network_backend=_GuardedBackend(limits),
        max_connections=connections,
        max_keepalive_connections=0,
    )
    return httpx.AsyncClient(
        transport=transport, timeout=limits.timeout_s, headers={"User-Agent": USER_AGENT}, trust_env=False
    )


class _GuardedBackend(httpcore.AnyIOBackend):
    """Resolves a name once, checks every address, and connects to a checked one."""

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = limits

    async def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        addresses = await _resolve(host, port)
        check_addresses(host, addresses, self._limits)
        *others, last = addresses[:ADDRESSES_TRIED]
        for address in others:
            try:
                return await super().connect_tcp(address, port, *args, **kwargs)
            except httpcore.ConnectError:
                continue  # the host may answer at its next address
        return await super().connect_tcp(last, port, *args, **kwargs)


async def _resolve(host: str, port: int) -> list[str]:
    try:
        loop = asyncio.get_running_loop()
        return bare_addresses(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:  # a label that is too long for a name is a UnicodeError
        raise httpcore.ConnectError(f"the name {host} cannot be resolved") from error
