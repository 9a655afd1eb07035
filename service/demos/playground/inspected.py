"""Units of the playground's network whose output over the plane is shown in full."""

from typing import Any

from service.demos.compiled import Floats
from service.demos.figures import Figure, number_told
from service.demos.playground.map import Layer
from service.demos.playground.network import FEATURE_SIGNS
from service.demos.playground.pixels import SHADES, picture_layer

_SIDE = 200  # units of the drawing


def inspected_figure(maps: Floats, parameters: dict[str, Any]) -> Figure:
    """A map for each unit that was asked for."""
    names = [_name(unit, parameters) for unit in parameters["inspect"]]
    told = "; ".join(
        f"{name} from {number_told(values.min())} to {number_told(values.max())}"
        for name, values in zip(names, maps, strict=True)
    )
    views: list[Layer] = [
        {"title": name, "width": _SIDE, "height": _SIDE, "layer": [picture_layer([values], _SIDE)]}
        for name, values in zip(names, maps, strict=True)
    ]
    return Figure(
        "Units",
        f"Heat maps of what single units put out for x and y from -6 to 6: {told}.",
        {"title": {"text": "Output of single units over the plane", "subtitle": SHADES}, "concat": views, "columns": 3},
    )


def _name(unit: dict[str, int], parameters: dict[str, Any]) -> str:
    layer, number = unit["layer"], unit["unit"]
    if layer == 0:
        return f"input {FEATURE_SIGNS[parameters['features'][number]]}"
    if layer > len(parameters["hidden_layers"]):
        return "output"
    return f"layer {layer}, unit {number}"
