"""The playground: a small net learns points of the plane, as in TensorFlow Playground, and more is measured."""

from collections.abc import Callable

import numpy as np

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.playground.cost import cost_s
from service.demos.playground.data import inputs
from service.demos.playground.engine import unit_outputs
from service.demos.playground.figures import loss_figure, seeds_figure
from service.demos.playground.lane_vectors import LANES
from service.demos.playground.map import EDGE, MAP_POINTS, decision_map_figure
from service.demos.playground.network import network_figure
from service.demos.playground.output import Maps, output_of, seeds_output
from service.demos.playground.parameters import PlaygroundParameters
from service.demos.playground.presets import PRESETS
from service.demos.playground.training import Trained, beside, train_many, train_one

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


def run_seeds(seed: str, count: int) -> list[str]:
    """The seeds of the runs that one seed stands for: itself, then itself with a number."""
    return [seed, *(f"{seed}-{number}" for number in range(1, count))]


def _result(trained: Trained, parameters: Parameters, seed: str) -> DemoResult:
    maps = _maps(trained, parameters["features"])
    net = trained.training.net
    figures = {
        "loss": loss_figure(trained, seed),
        "decision_map": decision_map_figure(trained, maps.axis, maps.decision, parameters),
        "network": network_figure(net, maps.units, parameters["features"], parameters["activation"]),
    }
    return DemoResult(output_of(trained, parameters, seed, maps), figures)


def _maps(trained: Trained, features: list[str]) -> Maps:
    axis = np.linspace(-EDGE, EDGE, MAP_POINTS)
    x, y = np.meshgrid(axis, axis)
    outputs = unit_outputs(trained.training.net, inputs(features, x.ravel(), y.ravel()))
    squares = outputs.reshape(-1, MAP_POINTS, MAP_POINTS)
    fold = MAP_POINTS // UNIT_MAP_POINTS
    units = squares.reshape(-1, UNIT_MAP_POINTS, fold, UNIT_MAP_POINTS, fold).mean(axis=(2, 4))
    return Maps(axis, squares[-1], units)


def warm_up() -> None:
    """Compile or load both engines and draw a picture, so that no run has to wait for that."""
    parameters = dict(PlaygroundParameters().load({"epochs": 1, "n_seeds": 2}))
    result = run(parameters, "warm", lambda _fraction, _message="": None)
    result.figures["loss"].svg()


PLAYGROUND = Demo(
    id="playground",
    title="Neural network playground",
    description=(
        "A small network learns to tell points of the plane apart, or to predict their value, by gradient descent. "
        "Equal seeds give the data, the first weights and the training of TensorFlow Playground."
    ),
    version="1",
    topics=(
        "neural network",
        "activation functions",
        "backpropagation",
        "gradient descent",
        "regularization",
        "initialization",
    ),
    parameters=PlaygroundParameters,
    presets=PRESETS,
    figures={
        "loss": "Training and test loss by epoch",
        "decision_map": "The output over the plane, where it is 0, and the data",
        "network": "Each unit's output over the plane, and all weights and biases",
        "seeds": "Test loss of all seeds by epoch, when there are several",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
