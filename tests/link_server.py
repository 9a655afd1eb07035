"""A site on loopback whose paths answer as a test says, and which remembers how it was asked."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a path answers; `then` is for the next time, `to_get` for GET where that is answered differently."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_s: float = 0.0
    is_endless: bool = False
    then: "Answer | None" = None
    to_get: "Answer | None" = None


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    begun: float
    ended: float


class Site:
    """One host. What it has no answer for is 404, as is a robots.txt that a test does not give."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.bytes_sent = 0
        self._server = server

    def url(self, path: str) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, robots.txt apart."""
        return [f"{asked.method} {asked.path}" for asked in self.asked if asked.path != "/robots.txt"]


@contextmanager
def running_site(address: str = "127.0.0.1") -> Iterator[Site]:
    """A site at an address of its own: 127.0.0.2 is another host to a polite client than 127.0.0.1."""
    server = ThreadingHTTPServer((address, 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is meant
    server.site = Site(server)  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.site  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        begun = time.monotonic()
        answer = site.answers.get(self.path, Answer(404))
        if answer.then is not None:
            site.answers[self.path] = answer.then
        if self.command == "GET" and answer.to_get is not None:
            answer = answer.to_get
        time.sleep(answer.delay_s)
        asked = Asked(self.command, self.path, dict(self.headers.items()), begun, time.monotonic())
        site.asked.append(asked)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self._send(site, answer)

    def _send(self, site: Site, answer: Answer) -> None:
        self.wfile.write(answer.body)
        while answer.is_endless:
            site.bytes_sent += self.wfile.write(b"x" * 1000)

    def log_message(self, *args: Any) -> None:
        pass
