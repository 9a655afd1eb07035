"""A trained network as Python source that needs nothing but Python."""

from collections.abc import Mapping
from typing import Any

from service.demos.playground.net import Net, layers_of

_FEATURES = {
    "x": "x",
    "y": "y",
    "x_squared": "x * x",
    "y_squared": "y * y",
    "x_times_y": "x * y",
    "sin_x": "math.sin(x)",
    "sin_y": "math.sin(y)",
}
_ACTIVATIONS = {
    "relu": "max(0.0, total)",
    "tanh": "math.tanh(total)",
    "sigmoid": "0.5 * (1 + math.tanh(total / 2))",
    "linear": "total",
}
_TEMPLATE = '''\
"""A network trained in Coursegraph's playground."""

import math
from math import inf, nan  # weights of a network that diverged

# One entry for each layer after the inputs: the weights of each of its units, then the units' biases.
LAYERS = [
{layers}]


def predict(x, y):
    """The network's output at a point of the plane."""
    values = [{features}]
    for weights, biases in LAYERS[:-1]:
        totals = _totals(weights, biases, values)
        values = [{activation} for total in totals]
    (total,) = _totals(*LAYERS[-1], values)
    return {output}


def _totals(weights, biases, values):
    return [b + sum(w * v for w, v in zip(row, values)) for row, b in zip(weights, biases)]
'''


def python_source(net: Net, parameters: Mapping[str, Any]) -> str:
    """A module with `predict(x, y)`; its numbers are the network's to the last bit."""
    layers = layers_of(net, net.weights, net.biases)
    return _TEMPLATE.format(
        layers="".join(f"    ({weights.tolist()}, {biases.tolist()}),\n" for weights, biases in layers),
        features=", ".join(_FEATURES[name] for name in parameters["features"]),
        activation=_ACTIVATIONS[parameters["activation"]],
        output=_ACTIVATIONS["tanh" if parameters["problem"] == "classification" else "linear"],
    )
