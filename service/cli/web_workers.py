"""The web workers of `coursegraph serve`: replaced whenever one dies, and gone when the server is."""

import os
import signal
import time
from typing import Any
from wsgiref.types import WSGIApplication

from granian.server.mp import MPServer

from service.demos.lifeline import when_orphaned

STOP_S = 5.0  # for requests under way, after the server was killed


class WebServer(MPServer):
    """Granian, which ends with all its workers when one of them dies twice within seconds; this one replaces it."""

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self.respawned_wrks.clear()


def application() -> WSGIApplication:
    """What a web worker loads. It must not outlive a server that was killed: it would keep the port."""
    from service import app  # noqa: PLC0415  # the other commands need no Flask

    when_orphaned(_stop)
    return app.application()


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_S)
    os.kill(os.getpid(), signal.SIGKILL)
