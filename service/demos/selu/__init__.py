"""SELU and alpha dropout: an activation that keeps mean and variance of its own accord, and a dropout that lets it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.compiled import Floats
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.json_numbers import all_finite
from service.demos.parameter_fields import number, refuse_beyond, several, whole
from service.demos.propagation import FUNCTIONS, INPUTS
from service.demos.random_numbers import generator
from service.demos.selu.dropping import FLOOR, alpha_dropout, alpha_factors, dropout
from service.demos.selu.figures import dropout_figure, layers_figure, map_figure
from service.demos.selu.mapping import Moments, Weights, fixed_point, jacobian, path
from service.demos.selu.networks import KINDS, Measured, Shape, measure

MAX_COST_S = 15.0
MOST_SHOWN = 6
_FIXED_S, _WEIGHT_S, _SIGNAL_S = 0.1, 14e-9, 50e-9  # figures; a weight drawn; a unit's output
_SAMPLES = 100_000  # of the dropout's histograms
_PATH = 15  # layers
_STARTS = [Moments(mean, variance) for mean in (-1.0, 0.0, 1.0) for variance in (0.2, 1.5, 3.0)]


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    width, kinds = parameters["width"], len(parameters["networks"])
    layer_s = width * width * (_WEIGHT_S + kinds * 2e-9) + kinds * width * INPUTS * _SIGNAL_S
    return float(_FIXED_S + parameters["nets"] * parameters["depth"] * layer_s)


class SeluParameters(Schema):
    """Which networks are compared, and what they are given."""

    networks = several(
        ("selu", "relu", "selu_alpha_dropout", "selu_dropout"),
        fields.String(validate=validate.OneOf(list(KINDS))),
        (1, MOST_SHOWN),
        "Networks",
        "Up to six kinds: activation, initialization and dropout",
    )
    depth = whole(50, (1, 100), "Depth", "Layers, one after the other", "layers")
    width = whole(512, (8, 1024), "Width", "Units of each layer, and numbers of each input", "units")
    nets = whole(4, (1, 30), "Draws", "Networks of each kind, drawn one after the other", "networks")
    dropout = number(0.1, (0, 0.9), "Dropout", "The share of units that are off, in networks with dropout")
    input_mean = number(0.0, (-2, 2), "Mean of the inputs", "Which are normal")
    input_variance = number(1.0, (0.01, 9), "Variance of the inputs", "Which are normal")
    omega = number(0.0, (-0.5, 0.5), "Sum of weights", "Of a unit, in theory; LeCun's initialization has 0 on average")
    tau = number(1.0, (0.5, 1.5), "Sum of squared weights", "Of a unit, in theory; LeCun's initialization has 1")

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if len(set(data["networks"])) < len(data["networks"]):
            raise ValidationError("Names a kind twice.", "networks")
        refuse_beyond(MAX_COST_S, cost_s, data, "nets")


@np.errstate(over="ignore", invalid="ignore")  # of signals that explode: their moments are null
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Measure networks, follow the theory's map, and drop units of one layer."""
    random, rate = generator(seed), parameters["dropout"]
    names = [name for name in KINDS if name in parameters["networks"]]
    inputs = Moments(parameters["input_mean"], parameters["input_variance"])
    shape = Shape(parameters["depth"], parameters["width"], rate, inputs)
    measured = measure([KINDS[name] for name in names], shape, parameters["nets"], random, progress)
    weights = Weights(parameters["omega"], parameters["tau"])
    paths = [path(start, weights, _PATH) for start in [inputs, *_STARTS]]
    end = fixed_point(weights)
    signals = _signals(rate, random)
    figures = {
        "layers": layers_figure(measured),
        "map": map_figure(paths, end, weights),
        "dropout": dropout_figure(signals, rate),
    }
    output = {
        "networks": {name: _told(one) for name, one in zip(names, measured, strict=True)},
        "map": _map_told(paths, end, weights),
        "dropout": _dropout_told(signals, rate),
    }
    return DemoResult(output, figures)


def _signals(rate: float, random: np.random.Generator) -> dict[str, Floats]:
    h = FUNCTIONS["selu"].f(random.standard_normal(_SAMPLES))
    return {
        "No dropout": h,
        "Alpha dropout": alpha_dropout(h, rate, random),
        "Plain dropout": dropout(h, rate, random),
    }


def _told(measured: Measured) -> dict[str, Any]:
    return {
        "title": measured.kind.title,
        "mean": all_finite(measured.mean.mean(axis=0)),
        "variance": all_finite(measured.variance.mean(axis=0)),
        "last_means": all_finite(measured.mean[:, -1]),
        "last_variances": all_finite(measured.variance[:, -1]),
    }


def _map_told(paths: list[list[Moments]], end: Moments, weights: Weights) -> dict[str, Any]:
    slopes = jacobian(end, weights)
    return {
        "fixed_point": {"mean": end.mean, "variance": end.variance},
        "jacobian": slopes.tolist(),
        "spectral_norm": float(np.linalg.norm(slopes, 2)),
        "paths": [[[at.mean, at.variance] for at in each] for each in paths],
    }


def _dropout_told(signals: dict[str, Floats], rate: float) -> dict[str, Any]:
    factor, shift = alpha_factors(rate)
    moments = {
        name.lower().replace(" ", "_"): {"mean": float(h.mean()), "variance": float(h.var())}
        for name, h in signals.items()
    }
    return {"off_value": FLOOR, "factor": factor, "shift": shift, "samples": _SAMPLES, **moments}


PRESETS: dict[str, Parameters] = {
    "selu-and-relu": {},
    "shifted-inputs": {"networks": ["selu", "tanh", "relu"], "input_mean": 1.0, "input_variance": 4.0},
    "the-wrong-initialization": {"networks": ["selu", "selu_he"]},
    "half-of-the-units-off": {"networks": ["selu", "selu_alpha_dropout", "selu_dropout"], "dropout": 0.5},
    "narrow": {"width": 64, "nets": 20},
    "weights-that-are-off": {"networks": ["selu"], "nets": 1, "omega": 0.1, "tau": 1.1},
    "six-kinds": {"networks": ["selu", "elu", "relu", "tanh", "relu_lecun", "selu_he"], "nets": 2},
}

SELU = Demo(
    id="selu",
    title="SELU and alpha dropout: self-normalizing networks",
    description=(
        "SELUs draw the mean of a signal to 0 and its variance to 1, layer by layer: random networks beside the theory "
        "of their fixed point, what the wrong initialization does, and why they need a dropout of their own."
    ),
    version="1",
    topics=("SELU", "self-normalizing networks", "alpha dropout", "LeCun initialization", "activation functions"),
    parameters=SeluParameters,
    presets=PRESETS,
    figures={
        "layers": "Mean and variance by layer, of several kinds of networks",
        "map": "Paths of mean and variance to their fixed point, in theory",
        "dropout": "Outputs of SELUs before and after dropout of two kinds",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
