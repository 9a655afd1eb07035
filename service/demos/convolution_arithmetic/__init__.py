"""Convolution arithmetic: any convolution or pooling of small pictures, step by step, as numbers and as animation."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.convolution_arithmetic.coverage import cells_reached, coverage_figure, times_read
from service.demos.convolution_arithmetic.figures import animation_figure, overview_figure
from service.demos.convolution_arithmetic.parameters import ConvolutionArithmeticParameters
from service.demos.convolution_arithmetic.presets import PRESETS
from service.demos.convolution_arithmetic.steps import Computed, compute, told
from service.demos.demo import Demo, DemoResult, Parameters, Progress


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Compute every step of a convolution or pooling."""
    computed = compute(parameters, seed)
    output = output_of(computed)
    progress(0.5, "drawing")
    figures = {
        "animation": animation_figure(computed, parameters["show_values"]),
        "overview": overview_figure(computed),
        "coverage": coverage_figure(computed),
    }
    return DemoResult(output, figures)


def output_of(computed: Computed) -> dict[str, Any]:
    """Sizes with their formula, all numbers, and every step; numbers of maps are [channel][row][column]."""
    rows, columns = computed.axes
    walked = computed.walked
    return {
        "output_size": [rows.output, columns.output],
        "formula": {"height": rows.formula, "width": columns.formula},
        "equivalent": _equivalent(computed),
        "left_over": None if rows.transposed else {"rows": rows.left_over, "columns": columns.left_over},
        "input": computed.values.tolist(),
        "kernel": None if computed.kernel is None else computed.kernel.tolist(),
        "kernel_as_laid": None if walked is None else walked.tolist(),
        "output": _numbers(computed.output),
        "times_read": times_read(computed).tolist(),
        "cells_reached": cells_reached(computed).tolist(),
        "steps": [_step(computed, step) for step in computed.steps],
    }


def _equivalent(computed: Computed) -> Mapping[str, Any] | None:
    """The plain convolution that a transposed one is walked as, with its zeros; null for a plain one."""
    if not computed.axes[0].transposed:
        return None
    return {
        "stride": [1, 1],
        "zeros_between": [axis.stride - 1 for axis in computed.axes],
        "padding": [axis.span - 1 - axis.padding for axis in computed.axes],  # negative: cells are cut off
        "zeros_at_the_end": [axis.output_padding for axis in computed.axes],
    }


def _step(computed: Computed, step: tuple[int, int]) -> dict[str, Any]:
    """`cells` are the input's [row, column] under the kernel, null where a zero was added."""
    return {
        "output": list(step),
        "cells": computed.cells(step),
        "values": [computed.under(channel, step).tolist() for channel in range(len(computed.values))],
        "sums": [told(computed, step, kind) for kind in range(len(computed.output))],
        "results": _numbers(computed.output[(slice(None), *step)]),
    }


def _numbers(values: Floats) -> Any:
    """As lists, null for the maximum of no cell."""
    listed: Any = values.astype(object)
    listed[~np.isfinite(values)] = None
    return listed.tolist()


def cost_s(_parameters: Mapping[str, Any]) -> float:
    """All are small."""
    return 0.1


def warm_up() -> None:
    """Nothing has to be loaded."""


CONVOLUTION_ARITHMETIC = Demo(
    id="convolution-arithmetic",
    title="Convolution arithmetic",
    description=(
        "Walks a kernel over a small picture: plain, strided, padded, dilated and transposed convolutions and pooling, "
        "with height and width apart, several channels, and the number behind each step."
    ),
    version="1",
    topics=("CNN", "convolutional neural network", "Conv2D"),
    parameters=ConvolutionArithmeticParameters,
    presets=PRESETS,
    figures={
        "animation": "The kernel on its way over the input, a frame for each cell of the output",
        "overview": "All numbers of input, kernel and output",
        "coverage": "How many steps read each input cell, and how many input cells each output cell reads",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
