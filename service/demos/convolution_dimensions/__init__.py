"""Convolutions in one, two and three directions: the same layer for signals, pictures and volumes, and its price."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.convolution import Axis, convolve, windows
from service.demos.convolution_dimensions.figures import NAMES, costs_figure, maps_figure
from service.demos.convolution_dimensions.parameters import ConvolutionDimensionsParameters, axis_of
from service.demos.convolution_dimensions.toys import toy, toy_kernel
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.maps import numbers
from service.demos.random_numbers import generator


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Count what the layer costs in each number of directions, compute it once, and convolve a toy."""
    random, axis = generator(seed), axis_of(parameters)
    costs, told, toys = [], {}, []
    for directions, name in enumerate(NAMES, 1):
        axes = [axis] * directions
        costs.append(costs_of(parameters, axes))
        toys.append(_toy(parameters, axes, random))
        told[name] = {
            **_shapes(parameters, axes),
            **costs[-1],
            "formulas": _formulas(parameters, axes),
            "computed": _computed(parameters, axes, random),
            "toy": dict(zip(("input", "kernel", "map"), map(numbers, toys[-1]), strict=True)),
        }
        progress(directions / 3, name)
    figures = {"costs": costs_figure(costs), "maps": maps_figure(toys, parameters["kernel_kind"])}
    return DemoResult({"output_size": axis.output, "formula": axis.formula, "directions": told}, figures)


def costs_of(parameters: Mapping[str, Any], axes: Sequence[Axis]) -> dict[str, int]:
    """By the closed forms: every output cell takes as many products as a kernel has weights."""
    kernels = parameters["output_channels"]
    weights = parameters["channels"] * prod(axis.kernel for axis in axes)
    cells = kernels * prod(axis.output for axis in axes)
    return {
        "parameters": kernels * (weights + parameters["bias"]),
        "multiplications": cells * weights,
        "outputs": cells,
    }


def _shapes(parameters: Mapping[str, Any], axes: Sequence[Axis]) -> dict[str, list[int]]:
    return {
        "input_shape": [parameters["channels"], *(axis.size for axis in axes)],
        "kernel_shape": [parameters["output_channels"], parameters["channels"], *(axis.kernel for axis in axes)],
        "output_shape": [parameters["output_channels"], *(axis.output for axis in axes)],
    }


def _formulas(parameters: Mapping[str, Any], axes: Sequence[Axis]) -> dict[str, str]:
    into, out, axis, power = (
        parameters["channels"],
        parameters["output_channels"],
        axes[0],
        ("", "²", "³")[len(axes) - 1],
    )
    costs = costs_of(parameters, axes)
    bias = f" + {out}" if parameters["bias"] else ""
    return {
        "parameters": f"{out}·{into}·{axis.kernel}{power}{bias} = {costs['parameters']}",
        "multiplications": f"{axis.output}{power}·{out}·{into}·{axis.kernel}{power} = {costs['multiplications']}",
    }


def _computed(parameters: Mapping[str, Any], axes: Sequence[Axis], random: np.random.Generator) -> dict[str, Any]:
    """The layer with random numbers, really computed: what it gives, and how many products that took."""
    values = random.normal(size=(parameters["channels"], *(axis.size for axis in axes)))
    kernel = random.normal(size=(parameters["output_channels"], len(values), *(axis.kernel for axis in axes)))
    output = convolve(values, kernel, axes)
    return {
        "output_shape": list(output.shape),
        "multiplications": windows(values, axes).size * len(kernel),
        "parameters": kernel.size + len(kernel) * parameters["bias"],
        "mean_square": float(np.mean(output**2)),  # expected: the number of products in a sum, less those with padding
    }


def _toy(
    parameters: Mapping[str, Any], axes: Sequence[Axis], random: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Input, kernel and map of one channel."""
    values = toy(len(axes), parameters["size"], random)
    kernel = toy_kernel(parameters["kernel_kind"], len(axes), parameters["kernel"], random)
    return values, kernel, convolve(values[None], kernel[None, None], axes)[0]


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Nearly all of it goes into three directions."""
    axis = axis_of(parameters)
    windows_3d = parameters["channels"] * (axis.output * axis.kernel) ** 3
    return float(0.05 + windows_3d * (10e-9 + parameters["output_channels"] * 1e-9) + 3e-6 * axis.size**3)


def warm_up() -> None:
    """Nothing has to be loaded."""


CONVOLUTION_DIMENSIONS = Demo(
    id="convolution-dimensions",
    title="Convolution in 1D, 2D and 3D",
    description=(
        "The same convolutional layer for signals, pictures and volumes: shapes, parameters and multiplications by "
        "their formulas and by computing them, and what one kernel makes of a toy in each."
    ),
    version="1",
    topics=("CNN", "convolutional neural network", "Conv2D"),
    parameters=ConvolutionDimensionsParameters,
    presets={
        "three-to-ten-channels": {},
        "blur": {"kernel_kind": "blur", "kernel": 5, "padding": 2},
        "outlines": {"kernel_kind": "laplace", "size": 24},
        "stride-two": {"stride": 2, "padding": 1},
        "one-cell": {"kernel": 1, "kernel_kind": "random"},
        "large-kernel": {"kernel": 7, "padding": 3, "channels": 1, "output_channels": 4},
    },
    figures={
        "costs": "Parameters, multiplications and output cells in one, two and three directions",
        "maps": "A signal, a picture and a volume, the kernel, and the map that it gives",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
