"""The arithmetic behind single cells: what the formula views of the original show, with all numbers."""

from typing import Any

import numpy as np

from service.demos.cnn_explainer.network import CLASSES, KERNEL, POOL, SIDES, Map, before, weights
from service.demos.cnn_explainer.view import View, contributions
from service.demos.maps import numbers

_TOLD = 3  # digits


def formulas(view: View) -> dict[str, Any]:
    """Of each layer in the block of the one looked at, at the same place; and how the output comes about."""
    return {
        **{layer: _formula(view, layer) for layer in view.block},
        "flatten": flatten_formula(view),
        "output": output_formula(view, view.unit if view.layer == "output" else view.predicted),
    }


def _formula(view: View, layer: str) -> dict[str, Any]:
    made = {"conv": conv_formula, "relu": relu_formula, "max_pool": pool_formula}[layer.rstrip("_12")]
    return {"unit": view.channel, "cell": list(view.cell_on(layer)), **made(view, layer)}


def conv_formula(view: View, layer: str) -> dict[str, Any]:
    """Kernel times patch for each channel of the layer before, their sums, and the bias."""
    row, column = view.cell_on(layer)
    patches = view.given[before(layer)][:, row : row + KERNEL, column : column + KERNEL]
    kernel, bias = weights()[f"{layer}.weight"][view.channel], float(weights()[f"{layer}.bias"][view.channel])
    sums = (patches * kernel).sum(axis=(1, 2))
    result = float(view.given[layer][view.channel, row, column])
    return {
        "patches": numbers(patches),
        "kernel": numbers(kernel),
        "sums": numbers(sums),
        "bias": bias,
        "result": result,
        "told": f"{_added(sums)} {_signed(bias)} (bias) = {short(result)}",
    }


def relu_formula(view: View, layer: str) -> dict[str, Any]:
    """What is negative becomes zero."""
    at = view.channel, *view.cell_on(layer)
    value, result = float(view.given[before(layer)][at]), float(view.given[layer][at])
    return {"value": value, "result": result, "told": f"max(0, {short(value)}) = {short(result)}"}


def pool_formula(view: View, layer: str) -> dict[str, Any]:
    """The largest of four."""
    row, column = (POOL * place for place in view.cell_on(layer))
    values = view.given[before(layer)][view.channel, row : row + POOL, column : column + POOL]
    result = float(view.given[layer][(view.channel, *view.cell_on(layer))])
    told = f"max({', '.join(short(float(value)) for value in values.ravel())}) = {short(result)}"
    return {"values": numbers(values), "result": result, "told": told}


def flatten_formula(view: View) -> dict[str, Any]:
    """Which number of the flattened row a cell of the last layer becomes."""
    (row, column), side = view.cell_on("max_pool_2"), SIDES["max_pool_2"]
    index = (view.channel * side + row) * side + column
    return {
        "unit": view.channel,
        "cell": [row, column],
        "index": index,
        "value": float(view.given["flatten"][index]),
        "told": f"({view.channel} · {side} + {row}) · {side} + {column} = {index}",
    }


def output_formula(view: View, unit: int) -> dict[str, Any]:
    """A class's logit as the sum of what each map of the last layer contributes, and its probability."""
    parts, logits = contributions(view.given, unit), view.given["output"]
    bias, logit, highest = float(weights()["output.bias"][unit]), float(logits[unit]), float(logits.max())
    total, probability = float(np.exp(logits - highest).sum()), float(view.probabilities[unit])
    power = f"exp({short(logit)} − {short(highest)})".replace("− −", "+ ")
    return {
        "unit": unit,
        "class": CLASSES[unit],
        "contributions": numbers(parts),
        "bias": bias,
        "logit": logit,
        "highest_logit": highest,
        "sum_of_powers": total,
        "probability": probability,
        "told": f"{_added(parts)} {_signed(bias)} (bias) = {short(logit)}",
        "told_softmax": f"{power} / {short(total)} = {short(probability)}",
    }


def short(value: float) -> str:
    """A number with three digits, as one writes it: "−0.0312"."""
    return f"{value:.{_TOLD}g}".replace("-", "−")


def _added(values: Map) -> str:
    first, *others = (float(value) for value in values)
    return " ".join([short(first), *(_signed(value) for value in others)])


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'} {short(abs(value))}"
