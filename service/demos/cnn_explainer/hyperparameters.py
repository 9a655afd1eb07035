"""The widget of hyper-parameters: whether a kernel, its padding and stride go with an input, and the way it takes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from service.demos.convolution import Axis
from service.demos.convolution_arithmetic.figures import animation_figure, settings_told
from service.demos.convolution_arithmetic.parameters import ConvolutionArithmeticParameters
from service.demos.convolution_arithmetic.steps import Computed, compute
from service.demos.convolution_calculator.problems import problems_of_window, unfit
from service.demos.figures import Figure

_FIELDS = {"input_size": "input_size", "padding": "padding", "kernel_size": "kernel", "stride": "stride"}


def hyperparameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the numbers go together, as the original judges it, and why not; whether there is a figure."""
    axis = Axis(*(parameters[f"hyper_{name}"] for name in ("input_size", "kernel", "stride", "padding")))
    impossible = unfit({"type": "conv", "groups": 1, "channels": 1}, 1, (axis.size,) * 2, (axis, axis))
    problem = impossible or next(problems_of_window((axis, axis)), None)
    return {
        "valid": impossible is None and axis.left_over == 0,
        "output_size": None if impossible else [axis.output, axis.output],
        "formula": axis.formula,
        "quotient": (axis.size + 2 * axis.padding - axis.kernel) / axis.stride,  # the original wants a whole one
        "detail": problem.detail if problem else "The kernel comes out exactly at the end of the input.",
        "advice": problem.advice if problem else "",
        "has_figure": _computed(parameters) is not None,
    }


def widget_figure(parameters: Mapping[str, Any]) -> Figure | None:
    """The kernel on its way; None where it does not fit, or has more steps than can be shown."""
    computed = _computed(parameters)
    if computed is None:
        return None
    figure = animation_figure(computed, show_values=False)
    told = hyperparameters(parameters)
    title = {"text": "Hyper-parameters", "subtitle": [settings_told(computed), f"{told['detail']} {told['advice']}"]}
    (rows, _), size = computed.axes, told["output_size"][0]
    return replace(
        figure,
        title="Hyper-parameters",
        description=f"Animation of {size * size} steps: a kernel of {rows.kernel} by {rows.kernel} goes over "
        f"an input of {rows.size} by {rows.size} with stride {rows.stride} and padding {rows.padding}, and makes an "
        f"output of {size} by {size}. {told['detail']}",
        spec={**figure.spec, "title": title},
    )


def _computed(parameters: Mapping[str, Any]) -> Computed | None:
    """Every step; only cells are shown, so that its numbers do not matter, nor the seed that draws them."""
    given = {name: [parameters[f"hyper_{source}"]] * 2 for name, source in _FIELDS.items()}
    try:
        return compute(ConvolutionArithmeticParameters().load(given), "0")
    except ValidationError:
        return None
