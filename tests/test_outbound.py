"""Fetching keeps its bounds, whatever the other side does. The other side is a real server on loopback."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.errors import BlockedAddress, FetchError
from service.outbound import FetchLimits, fetch, open_client

LIMITS = FetchLimits(max_bytes=1000, timeout_s=1.0, max_redirects=2, private_addresses=True)


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: a page, too much, an error, a redirect for ever, a byte now and then."""

    def do_GET(self) -> None:
        getattr(self, f"get_{self.path.strip('/')}")()

    def get_page(self) -> None:
        self._head(200)
        self.wfile.write("# Página".encode())

    def get_large(self) -> None:
        self._head(200)
        self.wfile.write(b"x" * 5000)

    def get_missing(self) -> None:
        self._head(404)

    def get_loop(self) -> None:
        self._head(302, Location="/loop")

    def get_slow(self) -> None:
        self._head(200)
        for _ in range(50):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is meant
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_is_fetched_whole(server: str) -> None:
    with open_client(LIMITS) as client:
        fetched = fetch(client, f"{server}/page", LIMITS)

    assert fetched.content.decode() == "# Página"
    assert fetched.url == f"{server}/page"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("large", "it has more than 1000 bytes"),
        ("missing", "the server answered 404"),
        ("loop", "Exceeded maximum allowed redirects."),
        ("slow", "no whole answer within 1 s"),
    ],
)
def test_a_fetch_beyond_a_bound_says_which(server: str, path: str, reason: str) -> None:
    with open_client(LIMITS) as client, pytest.raises(FetchError) as caught:
        fetch(client, f"{server}/{path}", LIMITS)

    assert caught.value.reason == reason


def test_a_name_that_nobody_resolves_is_given_up_at_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait(60))

    with open_client(LIMITS) as client, pytest.raises(FetchError) as caught:
        fetch(client, "http://slow.example.org/", LIMITS)

    assert caught.value.reason == "the name slow.example.org cannot be resolved"
    assert not is_over.is_set()
    is_over.set()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "0.0.0.0", "2130706433"]
)
def test_private_addresses_are_refused_before_a_connection_is_made(host: str) -> None:
    limits = replace(LIMITS, private_addresses=False)

    with open_client(limits) as client, pytest.raises(BlockedAddress, match="is not a public address"):
        fetch(client, f"http://{host}:9/", limits)


@pytest.mark.parametrize("url", ["http://", "nonsense", "ftp://example.org/x", "http://exa mple/", "http://[bad/"])
def test_what_is_no_url_is_refused_as_one(url: str) -> None:
    with open_client(LIMITS) as client, pytest.raises(FetchError):
        fetch(client, url, LIMITS)
