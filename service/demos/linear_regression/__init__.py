"""Linear regression by gradient descent: a line is fitted, and its two numbers walk over the landscape of the error."""

from typing import Any

import numpy as np
from marshmallow import Schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.linear_regression.descent import descend, draw, quadratic
from service.demos.linear_regression.figures import Fit, cost_figure, landscape_figure, line_figure
from service.demos.parameter_fields import choice, number, whole

_FIXED_S, _STEP_S = 0.25, 1e-6  # the surface and its lines; one step
_NEAR = 0.01  # how near the least squares line, in intercept and slope, counts as there


class LinearRegressionParameters(Schema):
    """The original's controls, any batch size, and where the data lie."""

    n = whole(300, (20, 5000), "Data set size", "How many points are drawn", "points")
    noise_variance = number(10.0, (0, 100), "Noise variance", "Of the normal noise on y")
    x_mean = number(0.0, (-5, 5), "Mean of x", "Away from 0 the landscape is a long valley: why inputs are centred")
    intercept = number(None, (-5, 5), "True intercept", "Null draws it between -4 and 4")
    slope = number(None, (-5, 5), "True slope", "Null draws it between -4 and 4")
    start_b = number(None, (-5, 5), "First b", "Intercept to start from; null draws it between -1 and 1")
    start_w = number(None, (-5, 5), "First W", "Slope to start from; null draws it between -1 and 1")
    learning_rate = number(0.01, (0, 10), "Learning rate", "Step along the mean gradient of a batch")
    rate_unit = choice(
        "absolute",
        ["absolute", "bound"],
        "Unit of the learning rate",
        "A number as it stands, or in units of 2 / λmax, beyond which steps with all points diverge",
    )
    batch_size = whole(1, (1, 5000), "Batch size", "Neighbours of one step; from n on, every step sees all", "points")
    steps = whole(1000, (1, 20_000), "Steps", "Updates of the line", "steps")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Draw points around a line, and descend from another line to theirs."""
    problem = draw(parameters, seed)
    error = quadratic(problem.x, problem.y)
    unit = error.largest_stable_rate if parameters["rate_unit"] == "bound" else 1.0
    rate = parameters["learning_rate"] * unit
    path, diverged = descend(problem, rate, min(parameters["batch_size"], parameters["n"]), parameters["steps"])
    progress(0.5, "descended")
    fit = Fit(problem, error, path, error(path[:, 0], path[:, 1]), diverged)
    figures = {"line": line_figure(fit), "landscape": landscape_figure(fit), "cost": cost_figure(fit)}
    return DemoResult(_output(fit, rate), figures)


def _output(fit: Fit, rate: float) -> dict[str, Any]:
    low, high = fit.error.eigenvalues
    best = np.array(fit.error.lowest())
    near = np.flatnonzero(np.max(np.abs(fit.path - best), axis=1) < _NEAR)
    return {
        "status": "diverged" if fit.diverged else "completed",
        "steps": len(fit.path) - 1,
        "steps_to_least_squares": int(near[0]) if len(near) else None,
        "learning_rate": rate,
        "estimate": _line(fit, fit.path[-1]),
        "ground_truth": _line(fit, fit.problem.truth),
        "least_squares": _line(fit, best),
        "hessian": {
            "matrix": fit.error.hessian.tolist(),
            "lambda_min": low,
            "lambda_max": high,
            "condition_number": high / low,
            "largest_stable_learning_rate": fit.error.largest_stable_rate,
        },
        "path": {"b": fit.path[:, 0].tolist(), "w": fit.path[:, 1].tolist()},
        "errors": fit.errors.tolist(),
        "data": {"x": fit.problem.x.tolist(), "y": fit.problem.y.tolist()},
    }


def _line(fit: Fit, line: Any) -> dict[str, float]:
    b, w = map(float, line)
    return {"b": b, "w": w, "error": float(fit.error(np.array(b), np.array(w)))}


def cost_s(parameters: Parameters) -> float:
    """Rough seconds on one core."""
    return float(_FIXED_S + parameters["steps"] * _STEP_S)


PRESETS: dict[str, Parameters] = {
    "one-point-a-step": {},
    "thirty-points-a-step": {"batch_size": 30},
    "all-points": {"batch_size": 5000},
    "just-below-the-bound": {"batch_size": 5000, "learning_rate": 0.9, "rate_unit": "bound", "steps": 100},
    "just-beyond-the-bound": {"batch_size": 5000, "learning_rate": 1.1, "rate_unit": "bound", "steps": 100},
    "inputs-not-centred": {"batch_size": 5000, "x_mean": 4.0, "learning_rate": 0.9, "rate_unit": "bound"},
    "no-noise": {"noise_variance": 0.0},
}

LINEAR_REGRESSION = Demo(
    id="linear-regression",
    title="Linear regression by gradient descent",
    description=(
        "A line is fitted to points: how its intercept and slope walk over the landscape of the error, what small "
        "batches do to the walk, and which learning rate is too large."
    ),
    version="2",
    topics=("gradient descent", "linear regression", "stochastic gradient descent"),
    parameters=LinearRegressionParameters,
    presets=PRESETS,
    figures={
        "line": "The points, the true line and the fitted one",
        "landscape": "The path of intercept and slope over the mean squared error",
        "cost": "The error by step, beside that of the true line",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
