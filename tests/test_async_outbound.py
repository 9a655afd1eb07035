"""The asynchronous client is guarded like the other: no name, redirect or second look-up leads it inside."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from service import async_outbound
from service.async_outbound import open_async_client
from service.outbound import FetchLimits, PrivateAddressError, check_addresses

GUARDED = FetchLimits(timeout_s=2.0)
OPEN = FetchLimits(timeout_s=2.0, private_addresses=True)


class Handler(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(302 if self.path == "/inside" else 200)
        self.send_header("Location", "http://10.0.0.1/secret")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    Handler.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def _get(url: str, limits: FetchLimits, follow: bool = False) -> httpx.Response:
    async def get() -> httpx.Response:
        async with open_async_client(limits, 4) as client:
            return await client.get(url, follow_redirects=follow)

    return asyncio.run(get())


def _resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """`name.example` resolves to the first answer, then to the next, and stays with the last."""
    left, real = list(answers), socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "name.example":
            return real(host, port, *args, **kwargs)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0"])
def test_a_private_address_is_refused_before_a_connection_is_made(server: int, host: str) -> None:
    with pytest.raises(httpx.ConnectError, match="is not a public address") as caught:
        _get(f"http://{host}:{server}/", GUARDED)

    assert isinstance(caught.value.__cause__, PrivateAddressError)
    assert Handler.asked == []


def test_a_public_name_that_resolves_to_loopback_is_refused(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolving(monkeypatch, "127.0.0.1")

    with pytest.raises(httpx.ConnectError, match=r"name\.example leads to 127\.0\.0\.1"):
        _get(f"http://name.example:{server}/", GUARDED)

    assert Handler.asked == []


def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_connected_to(
    server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolving(monkeypatch, "127.0.0.1", "127.9.9.9")  # nothing listens at the second

    response = _get(f"http://name.example:{server}/", OPEN)

    assert (response.status_code, Handler.asked) == (200, ["/"])


def test_a_redirect_to_a_private_address_is_refused(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def loopback_is_public(host: str, addresses: Sequence[str], limits: FetchLimits) -> None:
        check_addresses(host, [address for address in addresses if address != "127.0.0.1"], limits)

    monkeypatch.setattr(async_outbound, "check_addresses", loopback_is_public)

    with pytest.raises(httpx.ConnectError, match=r"10\.0\.0\.1 leads to 10\.0\.0\.1"):
        _get(f"http://127.0.0.1:{server}/inside", GUARDED, follow=True)

    assert Handler.asked == ["/inside"]


def test_the_next_address_of_a_name_is_tried_where_one_refuses(server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, server)) for ip in ("127.9.9.9", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: addresses)

    response = _get(f"http://name.example:{server}/", OPEN)

    assert response.status_code == 200


def test_a_name_that_cannot_be_resolved_is_told_by_its_name() -> None:
    with pytest.raises(httpx.ConnectError, match=r"the name no\.such\.name\.invalid cannot be resolved"):
        _get("http://no.such.name.invalid/", GUARDED)
