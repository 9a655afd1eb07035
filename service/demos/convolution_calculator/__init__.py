"""The convolution calculator: layer by layer what comes out, what it sees, what it costs, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import prod
from typing import Any

import numpy as np

from service.demos.convolution import convolve
from service.demos.convolution_calculator.figures import receptive_field_figure, sees_anything, table_figure
from service.demos.convolution_calculator.layers import Stage, stages
from service.demos.convolution_calculator.parameters import ConvolutionCalculatorParameters
from service.demos.convolution_calculator.presets import PRESETS
from service.demos.convolution_calculator.problems import DIRECTIONS, Problem, unread
from service.demos.convolution_calculator.sight import field, jump, seen
from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.random_numbers import generator

FLOAT_BYTES = 4
MAX_CHECKED = 300_000  # products of a layer whose adjoint is checked


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Go through the layers; where one is impossible, the run ends there and says why."""
    found, impossible = stages(parameters)
    random = generator(seed)
    layers = []
    for at, stage in enumerate(found[1:], 1):
        layers.append({"layer": at, **_told(stage), "adjoint": adjoint_check(stage, random)})
        progress(at / len(found), f"layer {at}")
    figures = {"layers": table_figure(found, parameters, impossible)}
    if sees_anything(found):
        figures["receptive_field"] = receptive_field_figure(found, parameters)
    return DemoResult({**_summary(found, impossible), "layers": layers}, figures)


def _summary(found: Sequence[Stage], impossible: Problem | None) -> dict[str, Any]:
    parameters = sum(stage.parameters for stage in found)
    return {
        "status": "impossible" if impossible else "possible",
        "impossible": impossible and {"layer": len(found), **asdict(impossible)},
        "output_shape": None if impossible else list(found[-1].shape),
        "parameters": parameters,
        "parameter_bytes": parameters * FLOAT_BYTES,
        "multiplications": sum(stage.multiplications for stage in found),
        "activations": sum(prod(stage.shape) for stage in found[1:]),
        "warnings": sum(len(stage.problems) for stage in found),
    }


def _told(stage: Stage) -> dict[str, Any]:
    """What there is to say of a layer; lists have a number for each direction."""
    names = DIRECTIONS[len(stage.axes)] if stage.axes else ()
    return {
        "type": stage.type,
        "output_shape": list(stage.shape),
        "formula": {name: axis.formula for name, axis in zip(names, stage.axes, strict=True)},
        "weights": stage.weights,
        "biases": stage.biases,
        "parameters": stage.parameters,
        "multiplications": stage.multiplications,
        "activations": prod(stage.shape),
        "receptive_field": _sights_told(stage) if stage.ways else None,
        "unread": [0 if axis.transposed else len(unread(axis)) for axis in stage.axes],
        "same_padding": [_same_padding(axis.span) for axis in stage.axes],
        "problems": [asdict(problem) for problem in stage.problems],
    }


def _sights_told(stage: Stage) -> dict[str, Any]:
    """In cells of the input, counted from 0; the middle cell of a map may see places beyond the input."""
    ways = [(way, (size - 1) // 2) for way, size in zip(stage.ways, stage.sizes, strict=True)]
    return {
        "size": [field(way, middle) for way, middle in ways],
        "jump": [float(jump(way)) for way, _ in ways],
        "middle_cell": [middle for _, middle in ways],
        "middle_cell_sees": [seen(way, middle) for way, middle in ways],
    }


def _same_padding(span: int) -> int | None:
    """The padding that keeps the size where the stride is 1; an even span has none."""
    return (span - 1) // 2 if span % 2 else None


def adjoint_check(stage: Stage, random: np.random.Generator) -> dict[str, float] | None:
    """The defining property of the transposed convolution, with random numbers: <conv x, v> = <x, conv_t v>.

    For one channel; null where the layer is none of plain convolution, or too large to be computed by the way.
    """
    work = prod(axis.output * axis.kernel for axis in stage.axes)
    if stage.type != "conv" or work > MAX_CHECKED:
        return None
    x = random.normal(size=(1, *(axis.size for axis in stage.axes)))
    v = random.normal(size=(1, *(axis.output for axis in stage.axes)))
    kernel = random.normal(size=(1, 1, *(axis.kernel for axis in stage.axes)))
    back = convolve(v, kernel, [axis.adjoint for axis in stage.axes])
    forth = convolve(x, kernel, stage.axes)
    return {"conv_x_times_v": float(np.sum(forth * v)), "x_times_conv_transpose_v": float(np.sum(x * back))}


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Checking the adjoint takes nearly all of it."""
    return 0.05 + 0.02 * len(parameters["layers"])


def warm_up() -> None:
    """Nothing has to be loaded."""


CONVOLUTION_CALCULATOR = Demo(
    id="convolution-calculator",
    title="Convolution calculator",
    description=(
        "Takes an input through layers of a convolutional network and tells after each its shape, receptive field, "
        "parameters and multiplications, and what is wrong with it, why, and what would be right."
    ),
    version="1",
    topics=("CNN", "convolutional neural network", "Conv2D"),
    parameters=ConvolutionCalculatorParameters,
    presets=PRESETS,
    figures={
        "layers": "A table of all layers, with the share of each in parameters and multiplications",
        "receptive_field": "What the middle cell of each map sees of the input",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
