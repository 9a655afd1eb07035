"""What a run of the CNN explainer says in numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from service.demos.cnn_explainer.formulas import formulas
from service.demos.cnn_explainer.hyperparameters import hyperparameters
from service.demos.cnn_explainer.network import CLASSES, LAYERS, PARAMETERS, TEST_ACCURACY, weights
from service.demos.cnn_explainer.view import MAPS, View, by_channel
from service.demos.maps import numbers


def output_of(view: View, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The prediction, every map in brief, the chosen layer's maps in full, and the arithmetic of a cell."""
    told = {
        "model": {"parameters": PARAMETERS, "test_accuracy": TEST_ACCURACY, "classes": list(CLASSES)},
        "image": {"label": view.label, "inverted": view.inverted},
        "prediction": {"class": CLASSES[view.predicted], "probability": float(view.probabilities[view.predicted])},
        "logits": numbers(view.given["output"]),
        "probabilities": view.probabilities.astype(float).tolist(),
        "layers": [_brief(view, layer) for layer in LAYERS],
        "layer": _in_full(view, view.layer),
        "unit": _unit(view),
        "formulas": formulas(view),
        "hyperparameters": hyperparameters(parameters),
    }
    return told | ({"all_layers": [_in_full(view, layer) for layer in LAYERS]} if parameters["all_layers"] else {})


def _brief(view: View, layer: str) -> dict[str, Any]:
    values = view.given[layer]
    units = values.reshape(len(values), -1) if values.ndim > 1 else values[None]
    return {
        "name": layer,
        "shape": list(values.shape),
        "parameters": sum(part.size for name, part in weights().items() if name.startswith(f"{layer}.")),
        "units": [
            {
                "minimum": float(unit.min()),
                "maximum": float(unit.max()),
                "mean": float(unit.mean(dtype=np.float64)),
                "active": float(np.mean(unit > 0)),
            }
            for unit in units
        ],
    }


def _in_full(view: View, layer: str) -> dict[str, Any]:
    """A layer's numbers, [unit][row][column], and what made them; null for what it does not have."""
    kernel, bias = weights().get(f"{layer}.weight"), weights().get(f"{layer}.bias")
    limits = [view.limit(layer, unit) for unit in range(len(view.given[layer]))] if layer in MAPS else None
    return {
        "name": layer,
        "values": numbers(view.given[layer]),
        "kernels": None if kernel is None else numbers(kernel),
        "biases": None if bias is None else numbers(bias),
        "colour_limits": limits,
    }


def _unit(view: View) -> dict[str, Any]:
    """A convolution's results for each channel of the layer before; their sum and the bias are the unit's map."""
    is_convolution = view.layer.startswith("conv")
    return {
        "unit": view.unit,
        "cell": list(view.cell),
        "by_input_channel": numbers(by_channel(view)) if is_convolution else None,
        "bias": float(weights()[f"{view.layer}.bias"][view.unit]) if is_convolution else None,
    }
