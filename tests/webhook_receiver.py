"""A receiver of webhooks on loopback, and the check of a signature, written from the standard."""

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OK = 204


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent; answers with `statuses`, then with 204; after `delay_s`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.statuses: list[int] = []
        self.delay_s = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.server.paths.append(self.path)
        time.sleep(self.server.delay_s)
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else OK)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def handle(self) -> None:
        with suppress(ConnectionError):  # the sender did not wait for the answer
            super().handle()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield receiver
        receiver.shutdown()


def is_genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether one of the signatures is made with this secret, as a receiver checks it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    is_new = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return is_new and f"v1,{expected}" in headers["webhook-signature"].split(" ")
