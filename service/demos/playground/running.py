"""Runs of the playground: trained, mapped, told in numbers and drawn."""

from collections.abc import Callable

import numpy as np

from service.demos.demo import DemoResult, Parameters, Progress
from service.demos.playground.data import inputs
from service.demos.playground.engine import unit_outputs
from service.demos.playground.figures import loss_figure, seeds_figure
from service.demos.playground.frames import plane
from service.demos.playground.inspected import inspected_figure
from service.demos.playground.kinds import LANES
from service.demos.playground.map import MAP_POINTS, decision_map_figure
from service.demos.playground.moving_map import training_figure
from service.demos.playground.network import network_figure
from service.demos.playground.output import Maps, output_of, seeds_output
from service.demos.playground.parameters import PlaygroundParameters
from service.demos.playground.training import Trained, beside, run_seeds, train_many, train_one

UNIT_MAP_POINTS = 20  # along each side of a unit's map; each is the mean of 5 x 5 points of the plane


@np.errstate(over="ignore", invalid="ignore")  # of a run that diverges: the output says so
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Train one run, and n_seeds - 1 others side by side; the output and the figures tell of the first."""
    seeds = run_seeds(seed, parameters["n_seeds"])
    blocks = [seeds[first : first + LANES] for first in range(1, len(seeds), LANES)]

    def report(done: int) -> Callable[[float], None]:
        def progress_of_block(fraction: float) -> None:
            message = f"epoch {round(fraction * parameters['epochs'])} of {parameters['epochs']}"
            progress((done + fraction) / (1 + len(blocks)), message)

        return progress_of_block

    trained = train_one(parameters, seed, report(0))
    others = [train_many(parameters, block, report(1 + at)) for at, block in enumerate(blocks)]
    result = _result(trained, parameters, seed)
    if others:
        curves = beside([trained.curves, *others])
        result.output["seeds"] = seeds_output(curves, seeds)
        result.figures["seeds"] = seeds_figure(curves)
    return result


def _result(trained: Trained, parameters: Parameters, seed: str) -> DemoResult:
    maps = _maps(trained, parameters)
    net = trained.training.net
    figures = {
        "loss": loss_figure(trained, seed, parameters["loss"]),
        "decision_map": decision_map_figure(trained, maps.axis, maps.decision, parameters),
        "network": network_figure(net, maps.units, parameters["features"], parameters["activation"]),
        "training": training_figure(trained, parameters),
    }
    if parameters["inspect"]:
        figures["inspected"] = inspected_figure(maps.inspected, parameters)
    return DemoResult(output_of(trained, parameters, seed, maps), figures)


def _maps(trained: Trained, parameters: Parameters) -> Maps:
    axis, x, y = plane(MAP_POINTS)
    net = trained.training.net
    outputs = unit_outputs(net, inputs(parameters["features"], x, y))
    squares = outputs.reshape(-1, MAP_POINTS, MAP_POINTS)
    fold = MAP_POINTS // UNIT_MAP_POINTS
    units = squares.reshape(-1, UNIT_MAP_POINTS, fold, UNIT_MAP_POINTS, fold).mean(axis=(2, 4))
    first = [int(net.shape[: unit["layer"]].sum()) for unit in parameters["inspect"]]
    inspected = [place + unit["unit"] for place, unit in zip(first, parameters["inspect"], strict=True)]
    return Maps(axis, squares[-1], units, squares[inspected])


def warm_up() -> None:
    """Compile or load both engines, so that no run has to wait for that."""
    parameters = dict(PlaygroundParameters().load({"epochs": 1, "n_seeds": 2}))
    run(parameters, "warm", lambda _fraction, _message="": None)
