"""Ridge regression: a penalty on the weights trades variance for bias."""

import math
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.compiled import Floats
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.parameter_fields import number, several, whole
from service.demos.random_numbers import generator
from service.demos.ridge.figures import Path, error_figure, freedom_figure, path_figure, risk_figure
from service.demos.ridge.shrinkage import (
    degrees_of_freedom,
    directions,
    leave_one_out,
    normal_equation,
    squared_bias,
    variance,
    weights,
)

_GRID = 81
_NEW_POINTS = 1000


class RidgeParameters(Schema):
    """How the data are drawn, and which penalties are tried."""

    n = whole(50, (5, 500), "Points", "To learn from; 1000 others judge", "points")
    d = whole(10, (1, 50), "Features", "More than points is allowed", "features")
    noise_sd = number(2.0, (0, 10), "Noise", "Standard deviation of the normal noise on y")
    correlation = number(
        0.9, (0, 0.999), "Correlation", "Of every two features: the more alike, the more a penalty helps"
    )
    low_exponent = number(-2.0, (-6, 6), "Least penalty", "As a power of ten")
    high_exponent = number(4.0, (-6, 6), "Greatest penalty", "As a power of ten")
    penalties = several(
        (0.0, 1.0, 10.0, 100.0),
        fields.Float(validate=validate.Range(0, 1e6)),
        (0, 50),
        "Penalties",
        "To be told of in particular; 0 is least squares",
    )

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if data["high_exponent"] - data["low_exponent"] < 0.5:
            raise ValidationError("Should be greater than the least, by 0.5 or more.", "high_exponent")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Draw true weights, features and noise, and fit with every penalty."""
    random = generator(seed)
    truth = random.standard_normal(int(parameters["d"]))
    x, y = _draw(parameters, truth, int(parameters["n"]), random)
    fresh = _draw(parameters, truth, _NEW_POINTS, random)
    grid = np.logspace(parameters["low_exponent"], parameters["high_exponent"], _GRID)
    chosen = np.array(parameters["penalties"], dtype=float)
    noise_variance = parameters["noise_sd"] ** 2
    path, at = (_path((x, y), fresh, truth, noise_variance, penalties) for penalties in (grid, chosen))
    progress(0.5)
    figures = {
        "path": path_figure(path, truth),
        "bias_variance": risk_figure(path),
        "errors": error_figure(path),
        "freedom": freedom_figure(path),
    }
    solved = np.array([normal_equation(x, y, penalty) for penalty in grid])
    output = {
        "true_weights": truth.tolist(),
        "singular_values": directions(x).s.tolist(),
        "best_penalty": {
            "for_the_weights": path.best(path.total),
            "on_new_points": path.best(path.test),
            "left_out_one_by_one": path.best(path.left_out),
        },
        "largest_difference_from_normal_equation": float(np.max(np.abs(solved - path.weights))),
        "grid": _told(path),
        "at": _told(at),
    }
    return DemoResult(output, figures)


def _draw(parameters: Parameters, truth: Floats, n: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Standard normal features, of which every two share a part."""
    share = parameters["correlation"]
    own, common = random.standard_normal((n, len(truth))), random.standard_normal((n, 1))
    x = math.sqrt(1 - share) * own + math.sqrt(share) * common
    return x, x @ truth + parameters["noise_sd"] * random.standard_normal(n)


def _path(
    data: tuple[Floats, Floats], fresh: tuple[Floats, Floats], truth: Floats, noise_variance: float, penalties: Floats
) -> Path:
    x, y = data
    found = directions(x)
    w = weights(found, y, penalties)
    return Path(
        penalties=penalties,
        weights=w,
        degrees=degrees_of_freedom(found, penalties),
        train=_error(w, data),
        test=_error(w, fresh),
        left_out=leave_one_out(found, y, penalties),
        bias=squared_bias(found, truth, penalties),
        variance=variance(found, noise_variance, penalties),
    )


def _error(w: Floats, data: tuple[Floats, Floats]) -> Floats:
    x, y = data
    return np.asarray(np.mean((y - w @ x.T) ** 2, axis=1))


def _told(path: Path) -> dict[str, Any]:
    left_out = [error if math.isfinite(error) else None for error in path.left_out.tolist()]
    return {
        "penalties": path.penalties.tolist(),
        "weights": path.weights.tolist(),
        "weight_norm": np.linalg.norm(path.weights, axis=1).tolist(),
        "degrees_of_freedom": path.degrees.tolist(),
        "train_error": path.train.tolist(),
        "test_error": path.test.tolist(),
        "left_out_error": left_out,
        "squared_bias": path.bias.tolist(),
        "variance": path.variance.tolist(),
    }


PRESETS: dict[str, Parameters] = {
    "correlated-features": {},
    "independent-features": {"correlation": 0.0, "noise_sd": 0.1},
    "nearly-equal-features": {"correlation": 0.99, "d": 5},
    "more-features-than-points": {"n": 20, "d": 40},
    "much-noise": {"noise_sd": 5.0},
    "no-noise": {"noise_sd": 0.0},
}

RIDGE = Demo(
    id="ridge",
    title="Ridge regression (L2 regularization)",
    description=(
        "Least squares with a penalty on squared weights: how weights, degrees of freedom, bias, variance and errors "
        "change with the penalty, by the singular value decomposition and by the normal equation."
    ),
    version="1",
    topics=("regularization", "ridge regression", "L2 regularization", "linear regression"),
    parameters=RidgeParameters,
    presets=PRESETS,
    figures={
        "path": "Every weight over the penalty",
        "bias_variance": "Squared bias and variance of the weights over the penalty",
        "errors": "Errors of prediction over the penalty",
        "freedom": "Degrees of freedom and length of the weights over the penalty",
    },
    cost_s=lambda parameters: 0.05 + 81 * (5e-5 + parameters["d"] ** 3 * 1e-9),
    run=run,
    warm_up=lambda: None,
)
