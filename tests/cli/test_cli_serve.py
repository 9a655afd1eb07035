"""`coursegraph serve` as operators see it: its log, its metrics, and how it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from process_tree import processes_of
from sqlalchemy import create_engine, text

PATIENCE_S = 90.0
STOP_TIMEOUT_S = 45  # for requests under way
UNENCRYPTED = False  # to read all certificates anew takes longer than to ask
KEY = "cg_" + "s3cret" * 7
LONG_RUN = {
    "parameters": {"dataset": "spiral", "epochs": 5000, "hidden_layers": [8] * 6, "batch_size": 1},
    "seed": "1",
}

ALIVE = {"link_checker", "index_writer", "run_workers", "figure_drawer", "webhook_sender"}
UNFINISHED = b"POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"


@dataclass
class Served:
    """A server of its own, and where its log goes."""

    process: subprocess.Popen[bytes]
    url: str
    folder: Path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    def family(self) -> list[str]:
        """What runs with this server's settings in its environment."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.folder).encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_text().replace("\0", " "))
            except OSError:  # it has ended, or is not ours to see
                continue
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {"STATE_DIR": str(tmp_path / "state"), "PORT": str(port), "WORKERS": "2"}
    ours |= {"LOG_FORMAT": "json", "STOP_TIMEOUT_S": str(STOP_TIMEOUT_S)}
    environment = {**os.environ, **{f"COURSEGRAPH_{name}": value for name, value in ours.items()}}
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-c", "from service.cli import main; main()", "serve", "--empty"]
        process = subprocess.Popen(command, env=environment, stderr=log, stdout=subprocess.DEVNULL, process_group=0)
    served = Served(process, f"http://127.0.0.1:{port}", tmp_path)
    until(lambda: answers(served))
    yield served
    process.kill()
    process.wait()
    until(lambda: served.family() == [])


def alive(served: Served) -> set[str]:
    """What works beside the server."""
    parts = httpx.get(f"{served.url}/readyz", verify=UNENCRYPTED).json()["parts"]
    return {name for name in ALIVE if parts[name] == "1 of 1 alive"}


def answers(served: Served) -> bool:
    assert served.process.poll() is None, (served.folder / "log").read_text()
    try:
        return httpx.get(f"{served.url}/healthz", verify=UNENCRYPTED).status_code == 200
    except httpx.TransportError:
        return False


def metrics_of(served: Served) -> str:
    return httpx.get(f"{served.url}/metrics", verify=UNENCRYPTED).text


def until(is_so: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < patience
        time.sleep(0.05)


def in_background(act: Callable[[], Any]) -> Callable[[], Any]:
    """Start it; the function that waits for what it gives."""
    given: list[Any] = []
    thread = threading.Thread(target=lambda: given.append(act()))
    thread.start()

    def wait() -> Any:
        thread.join(PATIENCE_S)
        return given[0]

    return wait


def test_it_counts_as_one_while_it_serves_and_finishes_what_is_under_way_when_told_to_stop(served: Served) -> None:
    requests_are_logged_and_counted_by_all_workers_as_one(served)
    told_to_stop_it_finishes_what_is_under_way_and_leaves_nothing_behind(served)


def requests_are_logged_and_counted_by_all_workers_as_one(served: Served) -> None:
    until(lambda: 'coursegraph_processes{role="web"} 2.0\n' in metrics_of(served))
    for number in range(20):
        headers = {"X-Request-ID": f"mine-{number}", "Authorization": f"Bearer {KEY}"}
        with httpx.Client(headers=headers, verify=UNENCRYPTED) as client:
            client.get(f"{served.url}/api/v1/topics", params={"secret": KEY})

    metrics = metrics_of(served)
    until(lambda: len([line for line in served.lines() if str(line.get("request_id")).startswith("mine-")]) == 20)

    logged = [line for line in served.lines() if str(line.get("request_id")).startswith("mine-")]
    assert {(line["event"], line["method"], line["route"]) for line in logged} == {("request", "GET", "/api/v1/topics")}
    assert {line["process"] for line in logged} == {"web"}
    assert all(line["ms"] > 0 for line in logged)
    [status] = {line["status"] for line in logged}
    assert f'coursegraph_requests_total{{method="GET",route="/api/v1/topics",status="{status}"}} 20.0\n' in metrics
    assert KEY not in (served.folder / "log").read_text()


def told_to_stop_it_finishes_what_is_under_way_and_leaves_nothing_behind(served: Served) -> None:
    runs = f"{served.url}/api/v1/demos/playground/runs"
    run = httpx.post(runs, json=LONG_RUN, headers={"Prefer": "wait=0"}).json()["id"]
    stream = in_background(lambda: httpx.get(f"{served.url}/api/v1/runs/{run}/events", timeout=PATIENCE_S).text)
    other = {**LONG_RUN, "seed": "2"}
    patient = in_background(lambda: httpx.post(runs, json=other, headers={"Prefer": "wait=25"}, timeout=PATIENCE_S))
    time.sleep(1)

    served.process.send_signal(signal.SIGTERM)
    code = served.process.wait(PATIENCE_S)

    assert code == 0
    assert [line for line in stream().splitlines() if line.startswith("event:")][-1] == "event: closing"
    assert patient().status_code == 202
    assert served.family() == []
    engine = create_engine(f"sqlite:///{served.folder}/state/coursegraph.db")
    with engine.connect() as connection:
        left = connection.execute(text("SELECT status, owner, lease_until, attempts FROM run")).all()
    engine.dispose()
    assert [tuple(row) for row in left] == [("queued", None, None, 0)] * 2


def test_killed_supervisors_are_replaced_with_all_that_they_kept_and_end_as_kindly(served: Served) -> None:
    until(lambda: alive(served) == ALIVE)
    for words in ("demos.process supervise", "cli.beside keep"):
        [victim] = processes_of(served.process.pid, words)
        os.kill(victim, signal.SIGKILL)
    until(lambda: alive(served) != ALIVE)
    until(lambda: alive(served) == ALIVE)

    os.killpg(served.process.pid, signal.SIGINT)
    code = served.process.wait(PATIENCE_S)

    assert code == 0
    assert served.family() == []


def test_told_twice_it_waits_for_nobody(served: Served) -> None:
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(UNFINISHED)
        time.sleep(0.5)
        served.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            served.process.wait(1.5)

        served.process.send_signal(signal.SIGTERM)
        code = served.process.wait(STOP_TIMEOUT_S - 15)

    assert code == 0
    assert served.family() == []
