"""Symmetry: units that start equal stay equal, and a layer of them is worth one unit."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from marshmallow import Schema, fields, validate, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.dense import Dense, drawn
from service.demos.initialization_training.points import DATASETS, draw
from service.demos.parameter_fields import choice, number, refuse_beyond, several, whole
from service.demos.propagation import FUNCTIONS
from service.demos.random_numbers import generator
from service.demos.schemes import Scheme
from service.demos.symmetry.figures import apart_figure, cost_figure, weights_figure
from service.demos.symmetry.learning import Learnt, Pace, alike, learn

MAX_COST_S = 10.0
_FIXED_S, _LAYER_STEP_S, _TERM_S = 0.1, 24e-6, 14e-9  # a layer's sums, forward and back
_STARTS = 4


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    pairs = list(pairwise(_widths(parameters)))
    terms = parameters["n"] * sum(n_in * n_out for n_in, n_out in pairs)
    step_s = (1 + len(pairs)) * _LAYER_STEP_S + terms * _TERM_S
    return float(_FIXED_S + _STARTS * parameters["steps"] * step_s)


class SymmetryParameters(Schema):
    """Which network, and how its first weights are alike."""

    dataset = choice("circle", list(DATASETS), "Data set", "Two classes of points of the plane")
    n = whole(100, (10, 300), "Data set size", "Half of the points are of either class", "points")
    hidden_layers = several(
        (6,),
        fields.Integer(strict=True, validate=validate.Range(2, 8)),
        (1, 3),
        "Hidden layers",
        "How many units each hidden layer has, from the inputs on",
    )
    activation = choice("tanh", list(FUNCTIONS), "Activation", "Of the hidden units")
    constant = number(0.5, (-5, 5), "Constant", "The one value of all weights of the constant start")
    disturbance = number(
        1e-6, (0, 1), "Disturbance", "Deviation of what is added to the constant, at random, in a third network"
    )
    learning_rate = number(0.3, (0, 10), "Learning rate", "Step along the gradient over all points")
    steps = whole(1000, (1, 5000), "Steps", "Of gradient descent over all points", "steps")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "steps")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Learn the same points from weights that are zero, constant, nearly constant and random."""
    random = generator(seed)
    points = draw(parameters["dataset"], parameters["n"], random)
    pace = Pace(parameters["learning_rate"], parameters["steps"])
    all_learnt = []
    for done, (name, start) in enumerate(_starts(parameters, random).items()):

        def told(share: float, done: int = done, name: str = name) -> None:
            progress((done + share) / _STARTS, name)

        all_learnt.append(learn(name, start, points, pace, told))
    figures = {
        "cost": cost_figure(all_learnt),
        "apart": apart_figure(all_learnt),
        "weights": weights_figure(all_learnt),
    }
    output = {
        "widths": _widths(parameters),
        "networks": {learnt.name: _told(learnt) for learnt in all_learnt},
        "data": {"places": points.places.tolist(), "labels": points.labels.astype(int).tolist()},
    }
    return DemoResult(output, figures)


def _widths(parameters: Mapping[str, Any]) -> list[int]:
    return [2, *parameters["hidden_layers"], 1]


def _starts(parameters: Parameters, random: np.random.Generator) -> dict[str, Dense]:
    """First weights by what they are; biases are 0."""
    widths, activation, constant = _widths(parameters), parameters["activation"], parameters["constant"]
    zero, noise, xavier = (
        drawn(widths, activation, scheme, random)
        for scheme in (Scheme("zero"), Scheme("normal", parameters["disturbance"]), Scheme("xavier"))
    )
    return {
        "zero": alike(zero),
        "constant": alike(_raised(zero, constant)),
        "disturbed": alike(_raised(noise, constant)),
        "random": alike(xavier),
    }


def _raised(net: Dense, constant: float) -> Dense:
    return Dense(tuple(w + constant for w in net.weights), net.biases, net.activation)


def _told(learnt: Learnt) -> dict[str, Any]:
    return {
        "status": "diverged" if learnt.diverged else "completed",
        "cost": float(learnt.costs[-1]),
        "accuracy": learnt.accuracy,
        "ranks": learnt.ranks,
        "weights": [w.tolist() for w in learnt.net.weights],
        "biases": [b.tolist() for b in learnt.net.biases],
        "costs": learnt.costs.tolist(),
        "largest_difference_of_units": learnt.apart.tolist(),
    }


PRESETS: dict[str, Parameters] = {
    "circle": {},
    "no-disturbance": {"disturbance": 0.0},
    "two-layers": {"hidden_layers": [4, 4], "dataset": "moon"},
    "relu": {"activation": "relu"},
    "zero-sigmoids-move-alike": {"activation": "sigmoid", "dataset": "moon", "n": 15},
    "one-unit-suffices": {"dataset": "gaussian"},
}

SYMMETRY = Demo(
    id="symmetry",
    title="Symmetry: why first weights are random",
    description=(
        "The same network learns from weights that are zero, all equal, equal but for a trifle, and random: equal "
        "units get equal gradients and stay equal for ever, so that a layer of them is worth one."
    ),
    version="1",
    topics=("initialization", "backpropagation and initialization", "backpropagation", "neural network"),
    parameters=SymmetryParameters,
    presets=PRESETS,
    figures={
        "cost": "The cost by step from each start",
        "apart": "The largest difference of two units of a layer by step",
        "weights": "All weights at the end from each start",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
