"""Initialization and learning: one small network learns from weights that are too small, too large, or right."""

from typing import Any

from marshmallow import Schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.dense import error_rate
from service.demos.initialization_training.figures import cost_figure, map_figure, network_figure
from service.demos.initialization_training.points import DATASETS, Points, draw
from service.demos.initialization_training.training import WIDTHS, Training, train, unit_net
from service.demos.parameter_fields import choice, number, whole
from service.demos.random_numbers import generator

STANDARD = (0.0, 0.01, 1.0, 100.0)  # zero, too small, appropriate, too large
_FIXED_S, _STEP_S, _POINT_STEP_S = 0.3, 110e-6, 0.4e-6  # the map; a step of one training, and of one point in it


class InitializationTrainingParameters(Schema):
    """The original's controls, and the length and speed of learning."""

    dataset = choice("circle", list(DATASETS), "Data set", "Two classes of points of the plane")
    n = whole(100, (10, 500), "Data set size", "Half of the points are of either class", "points")
    variance = number(
        1.0,
        (0, 1000),
        "Initial variance",
        "Of a weight, times the inputs of its layer: 0 zero, 0.01 too small, 1 appropriate, 100 too large",
    )
    learning_rate = number(0.1, (0, 10), "Learning rate", "Step along the gradient over all points")
    steps = whole(500, (1, 5000), "Steps", "Of gradient descent over all points", "steps")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Learn from one draw of weights at the variance asked for, and at the four standard ones beside it."""
    random = generator(seed)
    points, unit = draw(parameters["dataset"], parameters["n"], random), unit_net(random)
    variances = sorted({*STANDARD, parameters["variance"]})
    trainings = []
    for done, variance in enumerate(variances, 1):
        trainings.append(train(points, variance, unit, parameters["learning_rate"], parameters["steps"]))
        progress(done / (len(variances) + 1), f"variance {variance:g}")
    chosen = trainings[variances.index(parameters["variance"])]
    figures = {
        "cost": cost_figure(trainings),
        "map": map_figure(chosen, points),
        "network": network_figure(chosen),
    }
    return DemoResult(_output(chosen, trainings, points), figures)


def _output(chosen: Training, trainings: list[Training], points: Points) -> dict[str, Any]:
    def snapshot(place: int) -> dict[str, Any]:
        net, slopes = chosen.nets[place], chosen.slopes[place]
        return {
            "step": int(chosen.shown[place]),
            "cost": slopes.loss,
            "weights": [w.tolist() for w in net.weights],
            "biases": [b.tolist() for b in net.biases],
            "weight_gradients": [g.tolist() for g in slopes.weights],
            "bias_gradients": [g.tolist() for g in slopes.biases],
        }

    net = chosen.nets[-1]
    return {
        "status": "diverged" if chosen.diverged else "completed",
        "widths": list(WIDTHS),
        "cost": float(chosen.costs[-1]),
        "accuracy": 1 - error_rate(net.logits(points.places), points.labels.astype(int)),
        "snapshots": [snapshot(place) for place in range(len(chosen.shown))],
        "costs": {f"{training.variance:g}": training.costs.tolist() for training in trainings},
        "data": {"places": points.places.tolist(), "labels": points.labels.astype(int).tolist()},
    }


def cost_s(parameters: Parameters) -> float:
    """Rough seconds on one core."""
    trainings = len({*STANDARD, parameters["variance"]})
    step_s = _STEP_S + parameters["n"] * _POINT_STEP_S
    return float(_FIXED_S + trainings * parameters["steps"] * step_s)


PRESETS: dict[str, Parameters] = {
    "appropriate": {},
    "zero": {"variance": 0.0},
    "too-small": {"variance": 0.01},
    "too-large": {"variance": 100.0},
    "moon": {"dataset": "moon", "steps": 1500},
    "square": {"dataset": "square", "steps": 1500},
    "gaussian": {"dataset": "gaussian", "steps": 100},
}

INITIALIZATION_TRAINING = Demo(
    id="initialization-training",
    title="Initialization: what a network learns from",
    description=(
        "A network of 2-6-3-1 units learns two classes of points from one draw of weights at several sizes: zero "
        "weights learn nothing, small ones learn late, large ones start with costs far off and may stay there."
    ),
    version="1",
    topics=("initialization", "backpropagation and initialization", "gradient descent", "neural network"),
    parameters=InitializationTrainingParameters,
    presets=PRESETS,
    figures={
        "cost": "The cost by step, from several initial variances",
        "map": "The probability of class 1 over the plane as learning goes on, and the points",
        "network": "Weights and gradients of every link, as learning goes on",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
