"""What a worker and its computing process say to each other. Imports nothing heavy: both sides load it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class ComputingOptions:
    """Worker to process, first of all.

    `demos` is where the list of demos is, as "module:NAME"; `kernels` the folder of compiled loops, or "".
    """

    demos: str
    memory_mb: int
    result_bytes: int
    kernels: str


@dataclass(frozen=True)
class Task:
    """Worker to process: compute this."""

    demo: str
    version: str
    parameters: Mapping[str, Any]
    seed: str
    device: str


@dataclass(frozen=True)
class Cancel:
    """Worker to process: stop at the next report of progress."""


@dataclass(frozen=True)
class Ready:
    """Process to worker: it can take tasks, and here it can compute."""

    devices: tuple[str, ...]


@dataclass(frozen=True)
class Begun:
    """Process to worker: the task's demo is loaded and compiled, and computes from now on."""


@dataclass(frozen=True)
class Progress:
    """Process to worker: how far (0..1) the task is, and what it does now."""

    fraction: float
    message: str


@dataclass(frozen=True)
class FinishedFigure:
    """A figure that a run gave; `specification` is Vega-Lite as JSON, `description` says what one sees."""

    name: str
    title: str
    description: str
    specification: str
    is_animated: bool


@dataclass(frozen=True)
class FinishedRun:
    """Process to worker: what the task gave, and how long the demo computed; `output` is JSON."""

    output: str
    figures: Sequence[FinishedFigure]
    versions: Mapping[str, str]
    duration_ms: float


@dataclass(frozen=True)
class Failure:
    """Why there is no result: a code for machines and a detail for people."""

    code: str  # failed, cancelled, crashed, unavailable, time_limit, memory_limit, result_limit
    detail: str
    trace: str = ""  # for the log; no caller sees it


Reply: TypeAlias = Ready | Begun | Progress | FinishedRun | Failure
