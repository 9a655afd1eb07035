"""What a run in this process gives, for workers and for the command line alike; and on which device."""

import math
from importlib.metadata import version

import orjson
import pytest
from trial_demos import DEMOS

from service import __version__
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.devices import choose_device, devices_here
from service.demos.figures import Figure
from service.demos.runner import run_now, versions
from service.errors import DeviceUnavailable

TRIAL = {demo.id: demo for demo in DEMOS}


def silent(fraction: float, message: str = "") -> None:
    """Nobody listens."""


def demo_that(run: object) -> Demo:
    trial = TRIAL["echo"]
    return Demo(**{**vars(trial), "run": run})


def test_a_finished_run_tells_its_output_figures_and_what_computed_it() -> None:
    figure = Figure("Bars", "One bar.", {"mark": "bar"})
    demo = demo_that(lambda parameters, seed, progress: DemoResult({**parameters, "seed": seed}, {"bars": figure}))

    run = run_now(demo, {"amount": 2}, "s", silent)

    [kept] = run.figures
    assert orjson.loads(run.output) == {"amount": 2, "seed": "s"}
    assert (kept.name, kept.title, kept.description, kept.is_animated) == ("bars", "Bars", "One bar.", False)
    assert orjson.loads(kept.specification) == orjson.loads(orjson.dumps(figure.vega_lite()))
    assert (run.versions["demo"], run.versions["coursegraph"]) == ("1", __version__)


def test_what_is_no_number_becomes_null() -> None:
    demo = demo_that(lambda parameters, seed, progress: DemoResult({"loss": [1.5, math.nan, math.inf]}, {}))

    assert orjson.loads(run_now(demo, {}, "", silent).output) == {"loss": [1.5, None, None]}


def test_whoever_listens_to_progress_can_end_the_run() -> None:
    def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
        progress(0.5, "half")
        raise AssertionError("it went on")

    def listen(fraction: float, message: str = "") -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_now(demo_that(run), {}, "", listen)


def on_gpu(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    return DemoResult({"on": "cuda"}, {})


FOR_CPU = TRIAL["echo"]
FOR_BOTH = Demo(**{**vars(FOR_CPU), "run_on_gpu": on_gpu})


def test_a_demo_that_has_a_run_for_a_gpu_can_compute_on_one() -> None:
    assert FOR_CPU.devices == ("cpu",)
    assert FOR_BOTH.devices == ("cpu", "cuda")


def test_a_run_computes_where_it_is_told_to_and_says_on_which_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.demos.runner.what_computed", lambda device: {"gpu": "H"} if device == "cuda" else {})

    on_cpu, on_one = (run_now(FOR_BOTH, {"amount": 1}, "", silent, device) for device in ("cpu", "cuda"))

    assert [orjson.loads(run.output).get("on") for run in (on_cpu, on_one)] == [None, "cuda"]
    assert [run.versions.get("gpu") for run in (on_cpu, on_one)] == [None, "H"]
    with pytest.raises(DeviceUnavailable, match="echo demo computes on the CPU alone"):
        run_now(FOR_CPU, {"amount": 1}, "", silent, "cuda")


@pytest.mark.parametrize(
    ("asked", "setting", "has_gpu", "device"),
    [
        ("auto", "auto", True, "cuda"),
        ("auto", "auto", False, "cpu"),
        ("auto", "cpu", True, "cpu"),
        ("auto", "cuda", True, "cuda"),
        ("cpu", "cuda", True, "cpu"),
        ("cpu", "cuda", False, "cpu"),
        ("cuda", "cpu", True, "cuda"),
    ],
)
def test_a_demo_for_both_devices_takes_the_one_asked_for_or_the_better(
    asked: str, setting: str, has_gpu: bool, device: str
) -> None:
    assert choose_device(FOR_BOTH, asked, setting, lambda: has_gpu) == device


@pytest.mark.parametrize(("asked", "setting"), [("auto", "auto"), ("auto", "cuda"), ("cpu", "cuda")])
def test_a_demo_for_the_cpu_takes_it_without_looking_for_a_gpu(asked: str, setting: str) -> None:
    assert choose_device(FOR_CPU, asked, setting, lambda: 1 / 0) == "cpu"


@pytest.mark.parametrize(
    ("demo", "asked", "setting", "told"),
    [
        (FOR_BOTH, "cuda", "auto", "No worker of this server has a GPU"),
        (FOR_BOTH, "cuda", "cpu", "No worker of this server has a GPU"),
        (FOR_BOTH, "auto", "cuda", "No worker of this server has a GPU"),
        (FOR_CPU, "cuda", "auto", "echo demo computes on the CPU alone"),
    ],
)
def test_a_gpu_that_is_asked_for_is_refused_rather_than_replaced(
    demo: Demo, asked: str, setting: str, told: str
) -> None:
    with pytest.raises(DeviceUnavailable, match=told):
        choose_device(demo, asked, setting, lambda: False)


def test_no_device_is_looked_for_where_no_demo_can_use_it() -> None:
    lame = Demo(**{**vars(FOR_BOTH), "lack": lambda: "torch is not installed."})

    assert devices_here([FOR_CPU, lame]) == ("cpu",)


def test_what_else_a_demo_computes_with_is_told_by_version() -> None:
    demo = Demo(**{**vars(FOR_CPU), "libraries": ("marshmallow",)})

    assert versions(demo)["marshmallow"] == version("marshmallow")
