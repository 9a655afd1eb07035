"""Logistic regression by gradient descent: a boundary between two classes, and weights that may grow without end."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.logistic_regression.data import DATASETS, feature_names, features, points_of
from service.demos.logistic_regression.figures import Learnt, boundary_figure, loss_figure, weights_figure
from service.demos.logistic_regression.learning import Model, descend, optimum
from service.demos.parameter_fields import about, choice, number, refuse_beyond, several, whole

MAX_COST_S = 10.0
_FIXED_S, _ITERATION_S, _NUMBER_S = 0.3, 12e-6, 4e-9
_FEWEST = 4  # points


class Point(Schema):
    """A point of one's own."""

    x = fields.Float(required=True, validate=validate.Range(-10, 10), metadata=about("x", "First coordinate"))
    y = fields.Float(required=True, validate=validate.Range(-10, 10), metadata=about("y", "Second coordinate"))
    label = fields.Integer(
        required=True, strict=True, validate=validate.OneOf([0, 1]), metadata=about("Class", "0 or 1")
    )


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    numbers = parameters["n"] * len(feature_names(parameters["features"]))
    return float(_FIXED_S + parameters["iterations"] * (_ITERATION_S + numbers * _NUMBER_S))


class LogisticRegressionParameters(Schema):
    """Which points, which features of them, and how they are learnt."""

    dataset = choice("clouds", list(DATASETS), "Data set", "Where points come from, unless they are given")
    n = whole(200, (20, 2000), "Data set size", "How many points are drawn", "points")
    distance = number(2.5, (0, 10), "Distance of the clouds", "Between the centres, in standard deviations")
    points = several(
        (),
        fields.Nested(Point),
        (0, 500),
        "Points",
        "Your own points, at least four and of both classes; [] draws them",
    )
    features = choice("linear", ["linear", "quadratic"], "Features", "x and y, or also their squares and product")
    learning_rate = number(0.5, (0, 100), "Learning rate", "Step along the gradient over all points")
    penalty = number(1.0, (0, 10_000), "Penalty λ", "On the squared weights but the intercept; scikit-learn's 1 / C")
    iterations = whole(1000, (1, 200_000), "Iterations", "Steps of gradient descent from weights of 0", "iterations")

    @validates_schema
    def own_points_suffice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse points that leave nothing to tell apart."""
        points = data["points"]
        if points and (len(points) < _FEWEST or len({point["label"] for point in points}) < 2):
            raise ValidationError("At least four points are needed, of both classes.", "points")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "iterations")


@np.errstate(over="ignore", invalid="ignore")  # of a run that diverges: the output says so
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Learn by gradient descent, and compare with the weights of least loss."""
    points, kind = points_of(parameters, seed), parameters["features"]
    model = Model(features(kind, points.x, points.y), points.label, parameters["penalty"])
    total = parameters["iterations"]
    done, weights = descend(
        model, parameters["learning_rate"], total, lambda at: progress(at / total, f"iteration {at}")
    )
    learnt = Learnt(points, kind, model, done, weights, optimum(model))
    figures = {
        "boundary": boundary_figure(learnt),
        "loss": loss_figure(learnt),
        "weights": weights_figure(learnt),
    }
    return DemoResult(_output(learnt, parameters), figures)


def _output(learnt: Learnt, parameters: Parameters) -> dict[str, Any]:
    model, w, best = learnt.model, learnt.w, learnt.best
    return {
        "status": "completed" if learnt.iterations[-1] == parameters["iterations"] else "diverged",
        "features": list(feature_names(learnt.kind)),
        "iterations": int(learnt.iterations[-1]),
        **_told(model, w),
        "accuracy": learnt.accuracy,
        "separated": model.separates(w),
        "largest_stable_learning_rate": model.largest_stable_rate(),
        "optimum": None if best is None else _told(model, best),
        "distance_to_optimum": None if best is None else float(np.linalg.norm(w - best)),
        "curves": {
            "iterations": learnt.iterations.tolist(),
            "weights": learnt.weights.tolist(),
            "loss": [model.loss(row) for row in learnt.weights],
            "gradient_norm": [float(np.linalg.norm(model.gradient(row))) for row in learnt.weights],
            "weight_norm": np.linalg.norm(learnt.weights, axis=1).tolist(),
        },
        "data": {"x": learnt.points.x.tolist(), "y": learnt.points.y.tolist(), "label": learnt.points.label.tolist()},
    }


def _told(model: Model, w: Any) -> dict[str, Any]:
    return {
        "weights": w.tolist(),
        "weight_norm": float(np.linalg.norm(w)),
        "loss": model.loss(w),
        "gradient_norm": float(np.linalg.norm(model.gradient(w))),
    }


PRESETS: dict[str, Parameters] = {
    "two-clouds": {},
    "separable-weights-grow-for-ever": {"dataset": "separable", "penalty": 0.0, "iterations": 50_000, "n": 60},
    "separable-with-penalty": {"dataset": "separable", "iterations": 5000, "n": 60},
    "a-circle-is-no-line": {"dataset": "circle"},
    "a-circle-by-squares": {"dataset": "circle", "features": "quadratic"},
    "strong-penalty": {"penalty": 500.0},
    "too-large-a-step": {"learning_rate": 60.0},
    "own-points": {
        "points": [
            {"x": -2, "y": 0, "label": 0},
            {"x": -1, "y": 1, "label": 0},
            {"x": 0.5, "y": -1, "label": 0},
            {"x": 0, "y": 1, "label": 1},
            {"x": 1, "y": 0.5, "label": 1},
            {"x": 2, "y": -1, "label": 1},
        ]
    },
}

LOGISTIC_REGRESSION = Demo(
    id="logistic-regression",
    title="Logistic regression by gradient descent",
    description=(
        "Two classes of points are told apart by a probability. Where a line separates them and nothing holds the "
        "weights back, they grow for ever, as the logarithm of time; a penalty gives them an end."
    ),
    version="1",
    topics=("logistic regression", "gradient descent", "cross-entropy", "regularization"),
    parameters=LogisticRegressionParameters,
    presets=PRESETS,
    figures={
        "boundary": "The probability of class 1 over the plane, and the points",
        "loss": "Loss and length of its gradient by iteration",
        "weights": "Length of the weights by iteration",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
