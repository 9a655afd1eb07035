"""Shapes and costs from layer to layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from service.demos.convolution import Axis
from service.demos.convolution_calculator.problems import Problem, problems_of_window, unfit

WINDOWED = ("conv", "conv_transpose", "max_pool", "average_pool")


@dataclass(frozen=True)
class Stage:
    """What comes out of a layer, and what the layer costs. Without directions it is a row of numbers."""

    type: str
    channels: int
    axes: tuple[Axis, ...]  # of the window that the layer moves; empty where it moves none
    sizes: tuple[int, ...]  # cells in each direction
    ways: tuple[tuple[Axis, ...], ...]  # for each direction: all windows from the input on
    weights: int = 0
    biases: int = 0
    multiplications: int = 0  # each with its addition, those with padding counted
    problems: tuple[Problem, ...] = field(default=())

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels first."""
        return (self.channels, *self.sizes)

    @property
    def parameters(self) -> int:
        """All that is learnt."""
        return self.weights + self.biases


def stages(parameters: Mapping[str, Any]) -> tuple[list[Stage], Problem | None]:
    """The input and what comes out of each layer, up to one that is impossible; and why that one is."""
    sizes = tuple(parameters["input_size"])
    found = [Stage("input", parameters["input_channels"], (), sizes, tuple(() for _ in sizes))]
    for layer in parameters["layers"]:
        before = found[-1]
        problem = unfit(layer, before.channels, before.sizes, window(layer, before.sizes))
        if problem is not None:
            return found, problem
        found.append(_after(layer, before))
    return found, None


def window(layer: Mapping[str, Any], sizes: Sequence[int]) -> tuple[Axis, ...]:
    """The layer's window over cells of these numbers, direction by direction; empty where it moves none."""
    if layer["type"] not in WINDOWED:
        return ()
    pooling = layer["type"].endswith("pool")
    strides = layer["stride"] or (layer["kernel"] if pooling else [1])
    columns = [layer["kernel"], strides, layer["padding"], layer["dilation"], layer["output_padding"]]
    each = zip(*(column * len(sizes) if len(column) == 1 else column for column in columns), strict=True)
    transposed = layer["type"] == "conv_transpose"
    return tuple(
        Axis(size, kernel, stride, padding, dilation, extra, transposed)
        for size, (kernel, stride, padding, dilation, extra) in zip(sizes, each, strict=False)
    )


def _after(layer: Mapping[str, Any], before: Stage) -> Stage:
    kind, axes = layer["type"], window(layer, before.sizes)
    here = replace(before, type=kind, axes=axes, weights=0, biases=0, multiplications=0, problems=())
    if axes:
        here = replace(
            here,
            sizes=tuple(axis.output for axis in axes),
            ways=tuple((*way, axis) for way, axis in zip(before.ways, axes, strict=True)),
            problems=tuple(problems_of_window(axes)),
        )
        return here if kind.endswith("pool") else _with_weights(layer, before, here)
    if kind == "batch_norm":
        return replace(here, weights=before.channels, biases=before.channels, multiplications=prod(before.shape))
    if kind == "dense":
        channels, biases = layer["channels"], layer["channels"] * layer["bias"]
        products = before.channels * channels
        return replace(here, channels=channels, weights=products, biases=biases, multiplications=products)
    if kind == "flatten":
        return replace(here, channels=prod(before.shape), sizes=(), ways=())
    return replace(here, sizes=(), ways=()) if kind == "global_average_pool" else here


def _with_weights(layer: Mapping[str, Any], before: Stage, here: Stage) -> Stage:
    """Every cell of the smaller-stepped side meets each weight of its group once."""
    channels = layer["channels"]
    weights = before.channels * channels // layer["groups"] * prod(axis.kernel for axis in here.axes)
    cells = prod(before.sizes if layer["type"] == "conv_transpose" else here.sizes)
    return replace(
        here, channels=channels, weights=weights, biases=channels * layer["bias"], multiplications=weights * cells
    )
