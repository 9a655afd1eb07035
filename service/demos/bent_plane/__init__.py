"""The bent plane: layers of two units bend the plane until a straight line parts the classes, or cannot."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, validates_schema

from service.demos.bent_plane.figures import cost_figure, planes_figure
from service.demos.bent_plane.learning import CURVES, DATASETS, Bent, Rule, draw_points, learn_all, planes
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.dense import error_rate
from service.demos.initialization_training.points import Points
from service.demos.json_numbers import all_finite, finite
from service.demos.parameter_fields import choice, number, refuse_beyond, whole
from service.demos.propagation import FUNCTIONS
from service.demos.random_numbers import generator

MAX_COST_S = 15.0


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    layers = parameters["hidden_layers"] + 1
    step_s = layers * (30e-6 + parameters["points"] * 0.1e-6)
    return float(0.3 * layers + parameters["starts"] * parameters["steps"] * step_s)


class BentPlaneParameters(Schema):
    """What is to be parted, by which layers."""

    dataset = choice(CURVES, list(DATASETS), "Data set", "Points of two classes; a circle needs a third dimension")
    points = whole(120, (20, 400), "Points", "Half of each class", "points")
    hidden_layers = whole(1, (0, 4), "Hidden layers", "Each of two units, so that it can be drawn", "layers")
    activation = choice("sigmoid", list(FUNCTIONS), "Activation", "Of the hidden units; the output is a sigmoid")
    learning_rate = number(3.0, (0.001, 10), "Learning rate", "Of gradient descent over all points")
    steps = whole(2000, (10, 20_000), "Steps", "Of gradient descent", "steps")
    starts = whole(4, (1, 6), "Starts", "First weights to try; the best end is drawn", "starts")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "steps")


@np.errstate(over="ignore", invalid="ignore")  # of a run that diverges: its numbers are null
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Learn from several starts, and draw the planes of the best."""
    random = generator(seed)
    points = draw_points(parameters["dataset"], parameters["points"], random)
    rule = Rule(
        hidden=parameters["hidden_layers"],
        activation=parameters["activation"],
        rate=parameters["learning_rate"],
        steps=parameters["steps"],
        starts=parameters["starts"],
    )
    runs = learn_all(points, rule, random, progress)
    best = int(np.argmin(np.nan_to_num([one.costs[-1] for one in runs], nan=np.inf)))
    figures = {
        "planes": planes_figure(runs[best], points, _accuracy(runs[best], points)),
        "cost": cost_figure(runs),
    }
    return DemoResult(_output(runs, best, points), figures)


def _accuracy(bent: Bent, points: Points) -> float:
    return 1 - error_rate(bent.nets[-1].logits(points.places), points.labels.astype(int))


def _output(runs: list[Bent], best: int, points: Points) -> dict[str, Any]:
    net = runs[best].nets[-1]
    return {
        "costs": all_finite(one.costs[-1] for one in runs),
        "accuracies": [_accuracy(one, points) for one in runs],
        "best_start": best + 1,
        "labels": points.labels.astype(int).tolist(),
        "planes": [[[finite(x), finite(y)] for x, y in places.tolist()] for places in planes(net, points.places)],
        "weights": [[all_finite(row) for row in matrix] for matrix in net.weights],
        "biases": [all_finite(bias) for bias in net.biases],
    }


PRESETS: dict[str, Parameters] = {
    "two-curves": {},
    "no-hidden-layer": {"hidden_layers": 0},
    "two-hidden-layers": {"hidden_layers": 2, "activation": "tanh", "learning_rate": 1.0},
    "a-circle-cannot-be-parted": {"dataset": "circle", "hidden_layers": 3, "activation": "tanh", "learning_rate": 0.3},
    "checkerboard": {"dataset": "square", "steps": 5000},
    "relu-folds": {"activation": "relu", "learning_rate": 0.3},
}

BENT_PLANE = Demo(
    id="bent-plane",
    title="How layers bend the plane",
    description=(
        "Layers of two units, drawn as planes while they learn: the grid of the inputs bends until a straight line "
        "parts two curves. A disc inside a ring stays inside, however many such layers there are."
    ),
    version="1",
    topics=("hidden representation", "representation learning", "multi-layer neural network", "activation functions"),
    parameters=BentPlaneParameters,
    presets=PRESETS,
    figures={
        "planes": "The plane of the inputs, and of each hidden layer, while learning",
        "cost": "The cost from each start",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
