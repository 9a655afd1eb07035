"""Demos that only the tests know, each misbehaving in one way, and a worker for them.

A worker's processes load the demos by the name of this module.
"""

import mmap
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from marshmallow import Schema, fields

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.figures import Animation, Figure
from service.demos.limits import RunLimits, WorkerOptions
from service.demos.worker import Worker

PLACE = f"{__name__}:DEMOS"

SPEC = {"mark": "bar", "data": {"values": [{"x": 1, "y": 2}]}, "encoding": {"x": {"field": "x"}, "y": {"field": "y"}}}


class Amount(Schema):
    amount = fields.Float(load_default=1.0)


def _result(**output: Any) -> DemoResult:
    return DemoResult(output, {"bars": Figure("Bars", "One bar.", SPEC)})


def _echo(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Tells what it was given, and by which process."""
    return _result(amount=parameters["amount"], seed=seed, pid=os.getpid(), threads=os.environ["OMP_NUM_THREADS"])


def _move(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Has a figure that moves."""
    spec = {**SPEC, "transform": [{"calculate": "datum.y + frame", "as": "y"}]}
    return DemoResult({}, {"bars": Figure("Bars", "A bar grows.", spec, Animation(frames=2))})


def _sleep(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Sleeps `amount` seconds and says how far it is."""
    started = time.monotonic()
    while (passed := time.monotonic() - started) < parameters["amount"]:
        progress(passed / parameters["amount"], f"slept {passed:.2f} s")
        time.sleep(0.005)
    return _result(slept=parameters["amount"], computed=str(uuid.uuid4()))


def _ignore_the_world(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Never ends and never reports."""
    while True:
        pass


def _take_memory_slowly(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Takes 4 MB more and more, up to `amount` MB, as a real leak would."""
    taken = []
    for _ in range(int(parameters["amount"]) // 4):
        taken.append(bytearray(os.urandom(1) * 4_000_000))
        time.sleep(0.001)
    return _result(taken=len(taken))


def _take_memory_at_once(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    return _result(taken=len(bytearray(int(parameters["amount"] * 1e6))))


def _share_memory(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Takes memory that no limit of the system counts for it."""
    taken = []
    for _ in range(int(parameters["amount"]) // 4):
        taken.append(mmap.mmap(-1, 4_000_000))
        taken[-1].write(b"x" * 4_000_000)
    return _result(taken=len(taken))


def _exit(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Ends its process, as a crash in compiled code does."""
    os._exit(3)


def _fail(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    raise ZeroDivisionError("there is no such number")


def _say_much(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    return _result(much="x" * int(parameters["amount"]))


_TRIALS = tuple(
    Demo(
        id=id,
        title=id.title(),
        description="Only for tests.",
        version="1",
        topics=(),
        parameters=Amount,
        presets={},
        figures={"bars": "A bar."},
        cost_s=lambda parameters: parameters["amount"],
        run=run,
        warm_up=lambda: None,
    )
    for id, run in {
        "echo": _echo,
        "move": _move,
        "sleep": _sleep,
        "stubborn": _ignore_the_world,
        "leak": _take_memory_slowly,
        "glutton": _take_memory_at_once,
        "share": _share_memory,
        "exit": _exit,
        "fail": _fail,
        "talk": _say_much,
    }.items()
)


LAME = replace(_TRIALS[0], id="lame", run=_fail, warm_up=lambda: 1 / 0, lack=lambda: "A leg is not installed.")
COLD = replace(_TRIALS[0], id="cold", warm_up=lambda: time.sleep(2.0))
BROKEN = replace(_TRIALS[0], id="broken", warm_up=lambda: 1 / 0)
DEMOS = (*_TRIALS, LAME, COLD, BROKEN)


@contextmanager
def importable_by_processes() -> Iterator[None]:
    """Processes that are started meanwhile find this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        yield


@contextmanager
def working(database_url: str, limits: RunLimits) -> Iterator[None]:
    """A worker, in a thread, with its real process beside it."""
    stop = Event()
    worker = Worker(WorkerOptions(database_url, limits, demos=PLACE), stop.is_set)
    thread = Thread(target=worker.work)
    with importable_by_processes():
        thread.start()
        yield
        stop.set()
        thread.join()
    worker.close()
