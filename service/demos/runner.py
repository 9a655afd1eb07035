"""Executing one run in this process: what a worker's computing process and the command line share."""

import platform
import time
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import orjson

from service import __version__
from service.demos.demo import CPU, Demo, Progress, Run
from service.demos.devices import what_computed
from service.demos.messages import FinishedFigure, FinishedRun
from service.errors import DeviceUnavailable

_JSON = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def run_now(demo: Demo, parameters: Mapping[str, Any], seed: str, progress: Progress, device: str = CPU) -> FinishedRun:
    """Run a demo with resolved parameters, on a device that it can use; what `progress` raises ends it.

    A number that JSON has no word for (NaN, infinity) becomes null.
    """
    started = time.perf_counter()
    result = _run_on(demo, device)(dict(parameters), seed, progress)
    duration_ms = (time.perf_counter() - started) * 1000
    return FinishedRun(
        output=_as_json(result.output),
        figures=[
            FinishedFigure(
                name, figure.title, figure.description, _as_json(figure.vega_lite()), figure.animation is not None
            )
            for name, figure in result.figures.items()
        ],
        versions=versions(demo) | what_computed(device),
        duration_ms=round(duration_ms, 1),
    )


def _run_on(demo: Demo, device: str) -> Run:
    if device == CPU:
        return demo.run
    if demo.run_on_gpu is None:
        raise DeviceUnavailable(f"The {demo.id} demo computes on the CPU alone.")
    return demo.run_on_gpu


def versions(demo: Demo) -> dict[str, str]:
    """What computes a run: the versions of the demo, of Coursegraph and of what it computes with."""
    libraries = {name: version(name) for name in ("numpy", "numba", *demo.libraries)}
    return {"demo": demo.version, "coursegraph": __version__, "python": platform.python_version(), **libraries}


def _as_json(value: Any) -> str:
    return orjson.dumps(value, option=_JSON).decode()
