"""What is wrong with a layer, why, and what would be right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.convolution import Axis

MAX_OUTPUT = 1_000_000  # cells in one direction
DIRECTIONS = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


@dataclass(frozen=True)
class Problem:
    """`severity` is "error" where nothing comes out, else "warning"."""

    severity: str
    code: str
    detail: str
    advice: str


def unfit(layer: Mapping[str, Any], channels: int, sizes: Sequence[int], axes: Sequence[Axis]) -> Problem | None:
    """Why nothing comes out of the layer, if that is so."""
    kind, groups = layer["type"], layer["groups"]
    if kind == "dense" and sizes:
        told = f"A dense layer takes a row of numbers, and this is a map of {' x '.join(map(str, sizes))} cells."
        return Problem("error", "not_flat", told, "Put flatten or global_average_pool before it.")
    if (axes or kind in {"flatten", "global_average_pool"} or kind.startswith("conv")) and not sizes:
        return Problem("error", "flat", f"After flattening there is no map for {kind} to work on.", "Put it before.")
    if kind.startswith("conv") and (channels % groups or layer["channels"] % groups):
        told = f"{groups} groups do not divide {channels} input and {layer['channels']} output channels evenly."
        return Problem("error", "groups", told, "Choose groups that divide both numbers.")
    for name, axis in _named(axes):
        problem = _unfit_axis(name, axis)
        if problem is not None:
            return problem
    return None


def _unfit_axis(name: str, axis: Axis) -> Problem | None:
    if axis.transposed and axis.output_padding >= max(axis.stride, axis.dilation):
        told = f"In {name}, output padding {axis.output_padding} is not below stride {axis.stride} and dilation."
        return Problem("error", "output_padding", told, "It only tells apart the sizes that a stride makes equal.")
    if axis.output > MAX_OUTPUT:
        told = f"In {name}, the output has {axis.output:,} cells, and {MAX_OUTPUT:,} is as far as we count."
        return Problem("error", "too_large", told, "Take a smaller stride.")
    if axis.output >= 1:
        return None
    if axis.transposed:
        told = f"In {name}, padding {axis.padding} cuts off everything: {axis.formula}."
        return Problem("error", "nothing_left", told, "Pad less.")
    padded = axis.size + 2 * axis.padding
    told = f"In {name}, the kernel reaches over {axis.span} cells, and the padded input has {padded}."
    needed = -(-(axis.span - axis.size) // 2)
    return Problem("error", "kernel_too_large", told, f"Pad by {needed} at least, or pool less before.")


def problems_of_window(axes: Sequence[Axis]) -> Iterator[Problem]:
    """What is probably not meant, though something comes out."""
    for name, axis in _named(axes):
        if not axis.transposed:
            yield from _unread(name, axis)
        elif axis.stride > 1 and axis.kernel % axis.stride and axis.dilation == 1:
            told = f"In {name}, kernel {axis.kernel} is no multiple of stride {axis.stride}: neighbours of the output"
            advice = f"Take a kernel of {axis.stride * -(-axis.kernel // axis.stride)}."
            yield Problem(
                "warning", "checkerboard", f"{told} add up different numbers of cells (a checkerboard).", advice
            )
        if axis.padding >= axis.span:
            told = f"In {name}, padding {axis.padding} is as wide as the kernel: outputs at the edge see zeros only."
            yield Problem("warning", "padding_too_wide", told, f"Pad by {axis.span - 1} at most.")
        if axis.dilation > 1 and axis.kernel == 1:
            told = f"In {name}, dilation {axis.dilation} spreads a kernel of one cell: it changes nothing."
            yield Problem("warning", "dilation_of_one", told, "Leave it out.")


def unread(axis: Axis) -> list[int]:
    """The input cells that no step reads."""
    read = np.zeros(axis.size + 2 * axis.padding, dtype=bool)
    for tap in range(axis.kernel):
        first = tap * axis.dilation
        read[first : first + (axis.output - 1) * axis.stride + 1 : axis.stride] = True
    found: list[int] = np.flatnonzero(~read[axis.padding : axis.padding + axis.size]).tolist()
    return found


def _unread(name: str, axis: Axis) -> Iterator[Problem]:
    lost = unread(axis)
    if not lost:
        return
    at_end = lost[-1] == axis.size - 1 and len(lost) == axis.size - lost[0]
    if at_end:
        division = f"({axis.size} + 2·{axis.padding} − {axis.span}) / {axis.stride} leaves {axis.left_over} over"
        told = f"In {name}, {division}: {_cells_told(lost)}."
        yield Problem("warning", "stride_does_not_divide", told, _fitting(axis))
    else:
        told = f"In {name}, the kernel steps over {len(lost)} of {axis.size} cells: {_cells_told(lost)}."
        yield Problem("warning", "steps_over_cells", told, "Take a stride no larger than the kernel, or no dilation.")


def _fitting(axis: Axis) -> str:
    """Sizes and paddings with which the stride comes out even."""
    size = axis.size - axis.left_over
    paddings = [p for p in range(axis.padding + axis.stride + 1) if (axis.size + 2 * p - axis.span) % axis.stride == 0]
    wider = [p for p in paddings if p > axis.padding and p < axis.span]
    padding = f", or a padding of {wider[0]}" if wider else ""
    return f"An input of {size} or {size + axis.stride} cells would fit{padding}."


def _cells_told(cells: list[int]) -> str:
    """Which cells never count: "cell 63 never counts", "cells 2, 5, 8, … never count"."""
    if len(cells) == 1:
        return f"cell {cells[0]} of the input never counts"
    if cells[-1] - cells[0] == len(cells) - 1:
        return f"cells {cells[0]} to {cells[-1]} of the input never count"
    return f"cells {', '.join(map(str, cells[:3]))}{', …' if len(cells) > 3 else ''} of the input never count"


def _named(axes: Sequence[Axis]) -> list[tuple[str, Axis]]:
    """Each direction's name; those that are alike together: "height and width"."""
    names: dict[Axis, list[str]] = {}
    for name, axis in zip(DIRECTIONS[len(axes)] if axes else (), axes, strict=True):
        names.setdefault(axis, []).append(name)
    return [(" and ".join(alike), axis) for axis, alike in names.items()]
