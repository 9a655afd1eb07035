"""A convolution or pooling step by step: what lies under the kernel, and what becomes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.convolution import NOTHING, Axis, convolve, flipped, windows
from service.demos.convolution_arithmetic.parameters import axes_of
from service.demos.random_numbers import generator

INPUT_VALUES, KERNEL_VALUES = 4, 3  # whole numbers from 0 up to one less, as the original draws them


@dataclass(frozen=True)
class Computed:
    """All numbers of a run."""

    mode: str
    axes: tuple[Axis, Axis]
    values: Floats  # (in, height, width)
    patches: Floats  # what lies under the kernel at each step: (in, output, kernel, output, kernel)
    kernel: Floats | None  # (out, in, height, width), as given; None where cells are pooled
    output: Floats  # (out, height, width); NaN is the maximum of no cell

    @property
    def walked(self) -> Floats | None:
        """The kernel as it is laid on the input: that of a transposed convolution is turned about."""
        return flipped(self.kernel) if self.kernel is not None and self.axes[0].transposed else self.kernel

    @property
    def steps(self) -> Iterator[tuple[int, int]]:
        """The output's cells, row by row."""
        return product(range(self.axes[0].output), range(self.axes[1].output))

    def under(self, channel: int, step: tuple[int, int]) -> Floats:
        """The numbers under the kernel, zeros where it lies beside the input: (height, width)."""
        return np.asarray(self.patches[channel, step[0], :, step[1], :])

    def cells(self, step: tuple[int, int]) -> list[list[tuple[int, int] | None]]:
        """The input's cells under the kernel, row by row; None beside the input."""
        rows, columns = (axis.taps()[at].tolist() for axis, at in zip(self.axes, step, strict=True))
        return [[None if NOTHING in (row, column) else (row, column) for column in columns] for row in rows]


def compute(parameters: Mapping[str, Any], seed: str) -> Computed:
    """Draw the numbers that are not given, and compute."""
    random, axes = generator(seed), axes_of(parameters)
    channels, kinds = parameters["channels"], parameters["output_channels"]
    mode, values = (
        parameters["mode"],
        _given(parameters["input"], random, (channels, *parameters["input_size"]), INPUT_VALUES),
    )
    patches = windows(values, axes)
    if mode != "convolution":
        return Computed(mode, axes, values, patches, None, _pooled(mode, values, axes))
    kernel = _given(parameters["kernel"], random, (kinds, channels, *parameters["kernel_size"]), KERNEL_VALUES)
    return Computed(mode, axes, values, patches, kernel, convolve(values, kernel, axes))


def _given(numbers: Any, random: np.random.Generator, shape: tuple[int, ...], below: int) -> Floats:
    return random.integers(below, size=shape).astype(float) if numbers is None else np.array(numbers, dtype=float)


def _pooled(mode: str, values: Floats, axes: Sequence[Axis]) -> Floats:
    """Padding counts as zeros in a mean, and not at all in a maximum."""
    if mode == "average":
        return np.asarray(windows(values, axes).mean(axis=(2, 4)))
    highest = windows(values, axes, -np.inf).max(axis=(2, 4))
    return np.where(np.isfinite(highest), highest, np.nan)


def told(computed: Computed, step: tuple[int, int], channel: int, most_terms: int = 100) -> str:
    """How an output number comes about: "3·0 + 3·1 = 3"; after `most_terms`, only how many more there are."""
    result = number(computed.output[(channel, *step)])
    if computed.walked is None:
        return f"{_pooling_told(computed, step, channel, most_terms)} = {result}"
    terms = [
        f"{number(x)}·{number(w) if w >= 0 else f'({number(w)})'}"
        for source, weights in enumerate(computed.walked[channel])
        for x, w, cell in zip(computed.under(source, step).ravel(), weights.ravel(), _flat(computed, step), strict=True)
        if cell is not None
    ]
    return f"{' + '.join(_shortened(terms, most_terms)) or '0'} = {result}"


def _pooling_told(computed: Computed, step: tuple[int, int], channel: int, most_terms: int) -> str:
    under = zip(computed.under(channel, step).ravel(), _flat(computed, step), strict=True)
    if computed.mode == "max":
        return f"max({', '.join(_shortened([number(x) for x, cell in under if cell is not None], most_terms))})"
    terms = [number(x) for x, _ in under]
    return f"({' + '.join(_shortened(terms, most_terms))}) / {len(terms)}"


def _flat(computed: Computed, step: tuple[int, int]) -> list[tuple[int, int] | None]:
    return [cell for row in computed.cells(step) for cell in row]


def _shortened(terms: list[str], most: int) -> list[str]:
    return terms if len(terms) <= most else [*terms[:most], f"… {len(terms) - most} more"]


def number(value: float) -> str:
    """A number as one writes it: "3", "0.67", "−1"; none for the maximum of no cell."""
    return f"{value:.3g}".replace("-", "−") if np.isfinite(value) else "none"
