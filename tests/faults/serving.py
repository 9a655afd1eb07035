"""A real `coursegraph serve`, to be killed, starved and started again."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
from checkout import PYTHONPATH
from process_tree import processes_of

PATIENCE_S = 120.0  # a machine may be busy; nothing may take longer
LOOK_S = 0.05
UNENCRYPTED = False  # to read all certificates anew takes longer than to ask


class Service:
    """`coursegraph serve` with these settings, on a free port that it keeps."""

    def __init__(self, settings: Mapping[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {**os.environ, "PYTHONPATH": PYTHONPATH, **settings}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Service":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("coursegraph")), "serve", "--empty", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        until(self.is_ready, "it serves")

    def kill(self) -> None:
        """End the main process and no other: what it started has to notice."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        below = processes_of(self.pid)
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._process.wait()
        for pid in below:  # in good order they are gone
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def is_ready(self) -> bool:
        return self.readiness().get("status") in ("ready", "degraded")

    def readiness(self) -> dict[str, Any]:
        try:
            return dict(httpx.get(f"{self.url}/readyz", timeout=20, verify=UNENCRYPTED).json())
        except httpx.TransportError:
            return {}

    def web_workers(self) -> list[int]:
        return sorted(processes_of(self.pid, "coursegraph serve"))

    def process(self, words: str) -> int:
        """The process with these words in its command line, as soon as it is there."""
        until(lambda: bool(processes_of(self.pid, words)), f"{words} runs")
        return min(processes_of(self.pid, words))

    def fill_disk(self, *, is_full: bool) -> None:
        """Let no process of the service write to a file beyond its first page, as if there were no room."""
        for pid in {self.pid, *processes_of(self.pid)}:
            with contextlib.suppress(ProcessLookupError):
                _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096 if is_full else hard, hard))


def until(is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait; AssertionError when it never comes true."""
    patience = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < patience, f"in {patience_s:.0f} s it did not come true that {what}"
        time.sleep(LOOK_S)
