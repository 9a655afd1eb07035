"""Initialization: whether signals and gradients live, die or explode in a deep network before it has learnt."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.initialization.figures import gradient_figure, histogram_figure, signal_figure
from service.demos.initialization.measures import Measured, measure
from service.demos.json_numbers import all_finite, finite
from service.demos.parameter_fields import choice, number, refuse_beyond, whole
from service.demos.propagation import FUNCTIONS, INPUTS, Stack, growth
from service.demos.random_numbers import generator
from service.demos.schemes import SCHEMES, Scheme

MAX_COST_S = 10.0
_FIXED_S, _WEIGHT_S, _SIGNAL_S = 0.05, 16e-9, 60e-9  # drawn and used twice; a unit's outputs and gradients


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    width = parameters["width"]
    layer_s = width * width * _WEIGHT_S + width * INPUTS * _SIGNAL_S
    return float(_FIXED_S + parameters["nets"] * parameters["depth"] * layer_s)


class InitializationParameters(Schema):
    """Which networks, and how their weights are drawn."""

    activation = choice("relu", list(FUNCTIONS), "Activation", "What each unit makes of its sum")
    scheme = choice("he", list(SCHEMES), "Scheme", "; ".join(f"{name}: {told}" for name, told in SCHEMES.items()))
    gain = number(1.0, (0, 10), "Gain", "Multiplies the weights of any scheme")
    depth = whole(50, (1, 100), "Depth", "Layers, one after the other", "layers")
    width = whole(256, (8, 1024), "Width", "Units of each layer, and numbers of each input", "units")
    nets = whole(4, (1, 30), "Networks", "Drawn one after the other; curves are means over them", "networks")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "nets")


@np.errstate(over="ignore", invalid="ignore")  # of signals that explode: the output says so
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Draw networks, and send signals through them and gradients back."""
    scheme = Scheme(parameters["scheme"], parameters["gain"])
    stack = Stack(parameters["activation"], scheme, parameters["depth"], parameters["width"])
    measured = measure(stack, parameters["nets"], generator(seed), progress)
    figures = {
        "signal": signal_figure(measured),
        "gradient": gradient_figure(measured),
        "histograms": histogram_figure(measured),
    }
    return DemoResult(_output(measured), figures)


def _output(measured: Measured) -> dict[str, Any]:
    expected = measured.theory
    return {
        "status": measured.status,
        "weight_scale": measured.stack.scheme.scale(measured.stack.width, measured.stack.width),
        "growth_per_layer": finite(growth(measured.mean("square"))),
        "gradient_growth_per_layer": finite(growth(measured.mean("gradient_square")[::-1])),
        "layers": {name: all_finite(measured.mean(name)) for name in ("mean", "variance", "square", "gradient_square")},
        "square_least": all_finite(measured.each("square").min(axis=0)),
        "square_most": all_finite(measured.each("square").max(axis=0)),
        "weight_gradients": all_finite(measured.mean("weight_gradient")),
        "theory": None
        if expected is None
        else {
            "growth_per_layer": finite(growth(expected.square)),
            "square": all_finite(expected.square),
            "gradient_square": all_finite(expected.gradient_square),
        },
        "histograms": {
            "edges": measured.edges.tolist(),
            "shares": {str(layer): measured.shares(layer).tolist() for layer in measured.shown},
        },
    }


PRESETS: dict[str, Parameters] = {
    "relu-he": {},
    "relu-with-half-the-variance-dies": {"scheme": "lecun"},
    "relu-with-four-times-the-variance-explodes": {"gain": 2.0},
    "tanh-xavier": {"activation": "tanh", "scheme": "xavier"},
    "tanh-standard-normal-saturates": {"activation": "tanh", "scheme": "normal"},
    "sigmoid-xavier": {"activation": "sigmoid", "scheme": "xavier"},
    "selu-lecun": {"activation": "selu", "scheme": "lecun"},
    "linear-lecun": {"activation": "linear", "scheme": "lecun"},
    "all-zero": {"activation": "tanh", "scheme": "zero", "depth": 10},
    "all-equal": {"activation": "tanh", "scheme": "constant", "depth": 10},
    "hundred-layers": {"depth": 100, "activation": "tanh", "scheme": "xavier", "nets": 2},
}

INITIALIZATION = Demo(
    id="initialization",
    title="Initialization: signals through deep networks",
    description=(
        "Weights are drawn by a scheme, and signals go through up to a hundred layers: whether they keep their size, "
        "die out, explode or saturate, what becomes of the gradients on the way back, and what theory expects."
    ),
    version="1",
    topics=("initialization", "backpropagation and initialization", "backpropagation", "activation functions"),
    parameters=InitializationParameters,
    presets=PRESETS,
    figures={
        "signal": "The mean square of the signal by layer, beside theory",
        "gradient": "The mean square of the gradient by layer, beside theory",
        "histograms": "How the outputs of six layers are distributed",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
)
