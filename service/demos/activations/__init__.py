"""Activation functions: what each does to a number, and to the gradient that comes back through it."""

from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.activations.functions import NAMES, Activation, activations
from service.demos.charts import Axis, Curve, lines
from service.demos.compiled import Floats
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.figures import Figure, number_told
from service.demos.parameter_fields import number, several

MOST_SHOWN = 6
_GRID = 2000  # even, so that the middle of the range is a point of it
_DRAWN = 5  # every fifth point of the grid is drawn
_STEP = 1e-6  # of central differences
_LAYERS = 10
_WIDEST = 60.0  # beyond ±60 every function is flat or straight
_HEIGHT = 210


class ActivationsParameters(Schema):
    """Which functions, where, and in which shape."""

    functions = several(
        ("sigmoid", "tanh", "relu", "gelu"),
        fields.String(validate=validate.OneOf(NAMES)),
        (1, MOST_SHOWN),
        "Functions",
        "Up to six of them; their order does not matter",
    )
    low = number(-5.0, (-50, 50), "From", "The least x")
    high = number(5.0, (-50, 50), "To", "The greatest x")
    values = several(
        (-3.0, -1.0, 0.0, 1.0, 3.0),
        fields.Float(validate=validate.Range(-1000, 1000)),
        (0, 100),
        "Values",
        "Numbers to put through every function",
    )
    negative_slope = number(0.01, (0, 1), "Negative slope", "Of the leaky ReLU below 0")
    alpha = number(1.0, (0.01, 10), "Alpha", "The ELU comes down to minus alpha")
    beta = number(1.0, (0.1, 10), "Beta", "How steeply the swish's gate opens; 1 is the SiLU")

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if len(set(data["functions"])) < len(data["functions"]):
            raise ValidationError("Names a function twice.", "functions")
        if data["high"] - data["low"] < 0.1:
            raise ValidationError("Should be greater than the least x, by 0.1 or more.", "high")


def run(parameters: Parameters, _seed: str, progress: Progress) -> DemoResult:
    """Evaluate every function and its derivative; nothing is left to chance."""
    known = activations(parameters["negative_slope"], parameters["alpha"], parameters["beta"])
    chosen = {name: known[name] for name in known if name in parameters["functions"]}
    x = np.linspace(parameters["low"], parameters["high"], _GRID + 1)
    values = np.array(parameters["values"], dtype=float)
    output = {
        "x": x[::_DRAWN].tolist(),
        "values": values.tolist(),
        "functions": {name: _told(activation, x, values) for name, activation in chosen.items()},
    }
    progress(1.0)
    return DemoResult(output, {"functions": _figure(chosen, x)})


def _told(activation: Activation, x: Floats, values: Floats) -> dict[str, Any]:
    f, slope, facts = activation.f(x), activation.slope(x), activation.facts
    everywhere = np.union1d(np.linspace(-_WIDEST, _WIDEST, 240_001), x)
    steepest = float(np.max(np.abs(activation.slope(everywhere))))
    return {
        "title": activation.title,
        "formula": activation.formula,
        "lower_bound": facts.bounds[0],
        "upper_bound": facts.bounds[1],
        "slope_far_left": facts.limits[0],
        "slope_far_right": facts.limits[1],
        "is_monotone": facts.is_monotone,
        "is_smooth": not facts.kinks,
        "kinks": list(facts.kinks),
        "steepest_slope": steepest,
        f"steepest_slope_through_{_LAYERS}_layers": steepest**_LAYERS,
        "extrema": {
            "f": {"minimum": _at(x, f, int(np.argmin(f))), "maximum": _at(x, f, int(np.argmax(f)))},
            "slope": {"minimum": _at(x, slope, int(np.argmin(slope))), "maximum": _at(x, slope, int(np.argmax(slope)))},
        },
        "largest_error_of_slope": _error(activation, x),
        "f": f[::_DRAWN].tolist(),
        "slope": slope[::_DRAWN].tolist(),
        "f_of_values": activation.f(values).tolist(),
        "slope_at_values": activation.slope(values).tolist(),
    }


def _at(x: Floats, y: Floats, place: int) -> dict[str, float]:
    return {"x": float(x[place]), "value": float(y[place])}


def _error(activation: Activation, x: Floats) -> float:
    """How far the derivative is from a central difference at most, at all points but the kinks."""
    smooth = x
    for kink in activation.facts.kinks:
        smooth = smooth[np.abs(smooth - kink) > 2 * _STEP]
    difference = (activation.f(smooth + _STEP) - activation.f(smooth - _STEP)) / (2 * _STEP)
    return float(np.max(np.abs(difference - activation.slope(smooth))))


def _figure(chosen: dict[str, Activation], x: Floats) -> Figure:
    drawn = x[::_DRAWN]
    above = [Curve(one.title, drawn, one.f(drawn)) for one in chosen.values()]
    below = [Curve(one.title, drawn, one.slope(drawn)) for one in chosen.values()]
    told = "; ".join(
        f"{curve.name} from {number_told(curve.y.min())} to {number_told(curve.y.max())}, its derivative from "
        f"{number_told(slope.y.min())} to {number_told(slope.y.max())}"
        for curve, slope in zip(above, below, strict=True)
    )
    panels = [
        {"width": 480, "height": _HEIGHT, **lines((Axis("x"), Axis(title)), curves)}
        for title, curves in (("f(x)", above), ("f′(x)", below))
    ]
    title = {"text": "Activation functions and their derivatives", "subtitle": "Above: f · below: its derivative f′"}
    return Figure(
        "Activation functions",
        f"Two line charts for x from {x[0]:g} to {x[-1]:g}, of functions and of their derivatives: {told}.",
        {"title": title, "vconcat": panels},
    )


PRESETS: dict[str, Parameters] = {
    "classic": {},
    "squashing": {"functions": ["sigmoid", "tanh", "softsign"]},
    "rectifiers": {"functions": ["relu", "leaky_relu", "elu", "selu"], "negative_slope": 0.1, "low": -4.0, "high": 2.0},
    "smooth-and-gated": {"functions": ["relu", "gelu", "swish", "mish", "hard_swish"], "low": -4.0, "high": 3.0},
    "softplus-is-a-soft-relu": {"functions": ["relu", "softplus"]},
    "swish-becomes-relu": {"functions": ["relu", "swish"], "beta": 5.0, "low": -3.0, "high": 3.0},
}

ACTIVATIONS = Demo(
    id="activations",
    title="Activation functions",
    description=(
        "Thirteen activation functions and their derivatives: which saturate, which have kinks, how steep each gets, "
        "and what that leaves of a gradient after ten layers."
    ),
    version="1",
    topics=("activation functions", "vanishing gradient", "ReLU"),
    parameters=ActivationsParameters,
    presets=PRESETS,
    figures={"functions": "The functions, and below them their derivatives"},
    cost_s=lambda parameters: 0.02 + 0.08 * len(parameters["functions"]),
    run=run,
    warm_up=lambda: None,
    uses_seed=False,
)
