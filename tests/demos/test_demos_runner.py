"""What a run in this process gives, for workers and for the command line alike; and on which device."""

import math

import orjson
import pytest
from trial_demos import DEMOS

from service import __version__
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.devices import choose_device
from service.demos.figures import Figure
from service.demos.runner import run_now
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


@pytest.mark.parametrize(("asked", "setting"), [("auto", "auto"), ("auto", "cpu"), ("cpu", "auto"), ("cpu", "cuda")])
def test_a_run_computes_on_the_cpu_where_nothing_else_is_asked_for(asked: str, setting: str) -> None:
    assert choose_device(asked, setting) == "cpu"


@pytest.mark.parametrize(("asked", "setting"), [("cuda", "auto"), ("cuda", "cpu"), ("auto", "cuda")])
def test_a_gpu_that_is_asked_for_is_refused_rather_than_replaced(asked: str, setting: str) -> None:
    with pytest.raises(DeviceUnavailable):
        choose_device(asked, setting)
