"""Processes that are killed at random moments. Each fault yields when the service answers again."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count

import httpx
from faults.commands import call_or_fail, kill_amid, repeat, run_command
from faults.curators import Curator, curators_at_work
from faults.garden import edition, ingest_of
from faults.ground import Ground
from faults.serving import PATIENCE_S, until

from service.catalog import revisions
from service.catalog.runs import FINISHED
from service.errors import IndexUnavailable
from service.search.index import folder as folders

LONGEST_INGESTS_S = 4.0
LONGEST_REBUILDS_S = 1.5
LONGEST_WRITES_S = 0.6
LONGEST_RUN_S = 1.0
RUNS = "/api/v1/demos/dropout/runs"  # of a second or two
WARM_UP_S = 300.0  # every demo's loops are compiled when the first worker starts in a new folder


def kill_ingest(ground: Ground, times: int) -> Iterator[None]:
    """`coursegraph ingest`, one edition after another."""
    for _ in range(times):
        chance = random.Random(ground.chance.random())
        kill_amid(ground, partial(_ingest_for_ever, ground, chance), LONGEST_INGESTS_S)
        yield


def kill_index_rebuild(ground: Ground, times: int) -> Iterator[None]:
    """`coursegraph index rebuild`, again and again."""
    for _ in range(times):
        kill_amid(ground, partial(repeat, "index", "rebuild"), LONGEST_REBUILDS_S)
        assert run_command(ground, "index", "update") == 0
        assert run_command(ground, "index", "check") == 0
        left = [path.name for path in (ground.folder / "var" / "index").iterdir() if path.is_dir()]
        assert len(left) <= folders.KEPT_GENERATIONS, f"generations that nobody reads: {left}"
        yield


def kill_web_worker(ground: Ground, times: int) -> Iterator[None]:
    """A web worker of `coursegraph serve`, now and then all of them, while clients write."""
    with ground.service() as service, curators_at_work(ground, service.url) as curators:
        for _ in range(times):
            time.sleep(ground.chance.uniform(0, LONGEST_WRITES_S))
            there = service.web_workers()
            for victim in there if ground.chance.random() < 0.25 else there[:1]:
                kill(victim)
            await_answers(curators)
            until(lambda: len(service.web_workers()) == 2, "two web workers are there")
            yield


def kill_server(ground: Ground, times: int) -> Iterator[None]:
    """The main process of `coursegraph serve` while clients write; it is started again, as a supervisor would."""
    with ground.service() as service, curators_at_work(ground, service.url) as curators:
        for _ in range(times):
            time.sleep(ground.chance.uniform(0, LONGEST_WRITES_S))
            service.kill()
            service.start()
            await_answers(curators)
            yield


def kill_demo_worker(ground: Ground, times: int) -> Iterator[None]:
    """The worker of a run, or the process that computes for it; the run ends clearly, and the next one works."""
    with ground.service() as service, httpx.Client(base_url=service.url, timeout=30) as client:
        await_warmth(client)
        for number in range(times):
            path = begin_run(client, f"victim {number}")
            until(lambda path=path: client.get(path).json()["status"] != "queued", "the run began")
            time.sleep(ground.chance.uniform(0, LONGEST_RUN_S))
            kill(service.process(ground.chance.choice(("demos.process work", "demos.computing"))))
            assert await_end(client, path) in ("succeeded", "failed")
            assert await_end(client, begin_run(client, f"next {number}")) == "succeeded"
            yield


def kill_supervisor(ground: Ground, times: int) -> Iterator[None]:
    """Who starts the processes beside the server: those end too, and all come back while clients write."""
    with (
        ground.service() as service,
        curators_at_work(ground, service.url) as curators,
        httpx.Client(base_url=service.url, timeout=30) as client,
    ):
        await_warmth(client)
        for number in range(times):
            run = begin_run(client, f"orphan {number}")
            time.sleep(ground.chance.uniform(0, LONGEST_RUN_S))
            for words in ("demos.process supervise", "cli.beside keep"):
                kill(service.process(words))
            assert await_end(client, run) == "succeeded"  # it goes back to the queue
            await_answers(curators)
            await_index(ground)
            yield


def await_answers(curators: Sequence[Curator]) -> None:
    """Wait until every client has a write acknowledged that it sent from now on."""
    before = [curator.acknowledged for curator in curators]
    for curator, acknowledged in zip(curators, before, strict=True):
        until(lambda c=curator, n=acknowledged: c.acknowledged > n + 1, "writes are acknowledged again")


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _ingest_for_ever(ground: Ground, chance: random.Random) -> None:
    path = ground.folder / "garden.md"
    for number in count(1):
        text = edition("garden", number, chance)
        path.write_text(text)
        ground.ledger.ask(ingest_of("garden", text))
        call_or_fail("ingest", str(path))
        ground.ledger.acknowledge(ingest_of("garden", text))


def begin_run(client: httpx.Client, seed: str) -> str:
    begun = client.post(RUNS, json={"seed": seed}, headers={"Prefer": "wait=0"})
    assert begun.status_code in (200, 202), begun.text
    return str(begun.headers["Location"])


def await_warmth(client: httpx.Client) -> None:
    """Wait until runs are executed."""
    await_end(client, begin_run(client, "warm up"), WARM_UP_S)


def await_end(client: httpx.Client, run: str, patience_s: float = PATIENCE_S) -> str:
    """How a run ended; one that failed says why."""
    until(lambda: client.get(run).json()["status"] in FINISHED, "a run ends", patience_s)
    ended = client.get(run).json()
    assert ended["status"] != "failed" or ended["error"]["detail"]
    return str(ended["status"])


def await_index(ground: Ground) -> None:
    """Wait until what is written by now is in the index."""
    with ground.sessions() as session:
        written = revisions.current(session)
    until(lambda: _indexed(ground) >= written, "the index follows")


def _indexed(ground: Ground) -> int:
    try:
        return folders.read_manifest(folders.current(ground.folder / "var" / "index")).revision
    except IndexUnavailable:
        return -1
