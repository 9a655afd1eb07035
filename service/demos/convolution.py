"""Convolution arithmetic: which input cells each output cell reads, in any number of directions.

A transposed convolution is walked as what it equals: a convolution with stride 1 over the input with stride - 1
zeros between its cells, with the kernel flipped (Dumoulin & Visin, arXiv 1603.07285, chapter 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from service.demos.compiled import Ints

Number = TypeVar("Number", bound=np.floating[Any])

NOTHING = -1  # the place of a zero that was added to the input: padding, or between its cells


@dataclass(frozen=True)
class Axis:
    """One direction of a convolution or pooling; sizes in cells."""

    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    output_padding: int = 0  # cells added at the end of a transposed convolution's output
    transposed: bool = False

    @property
    def span(self) -> int:
        """From the first to the last input cell under the kernel."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def output(self) -> int:
        """How many output cells there are; 0 or less when there is none."""
        if self.transposed:
            return (self.size - 1) * self.stride - 2 * self.padding + self.span + self.output_padding
        return (self.size + 2 * self.padding - self.span) // self.stride + 1

    @property
    def formula(self) -> str:
        """The output size with its numbers put in."""
        kernel = f"{self.dilation}·({self.kernel} − 1)"
        if self.transposed:
            told = f"({self.size} − 1)·{self.stride} − 2·{self.padding} + {kernel} + {self.output_padding} + 1"
        else:
            told = f"⌊({self.size} + 2·{self.padding} − {kernel} − 1) / {self.stride}⌋ + 1"
        return f"{told} = {self.output}"

    @property
    def left_over(self) -> int:
        """Cells at the end of the padded input that no step of a plain convolution reaches."""
        return (self.size + 2 * self.padding - self.span) % self.stride

    @property
    def walk(self) -> "Walk":
        """How the kernel goes over the input."""
        if self.transposed:
            return Walk(step=1, start=self.padding - self.span + 1, gap=self.stride)
        return Walk(step=self.stride, start=-self.padding, gap=1)

    @property
    def adjoint(self) -> "Axis":
        """The transposed convolution that leads from this convolution's output back to its input's size."""
        return Axis(self.output, self.kernel, self.stride, self.padding, self.dilation, self.left_over, transposed=True)

    @property
    def places(self) -> Ints:
        """Where each cell of the kernel lies at each step, the input's first cell being 0: (output, kernel)."""
        walk = self.walk
        return walk.start + walk.step * np.arange(self.output)[:, None] + self.dilation * np.arange(self.kernel)

    @property
    def reach(self) -> range:
        """All places that the kernel comes to, and all cells of the padded input."""
        last_cell = (self.size - 1) * self.walk.gap + (0 if self.transposed else self.padding)
        return range(min(int(self.places.min()), 0), max(int(self.places.max()), last_cell) + 1)

    def taps(self) -> Ints:
        """The input cell under each cell of the kernel, or NOTHING: (output, kernel)."""
        cells, rest = np.divmod(self.places, self.walk.gap)
        return np.where((rest == 0) & (cells >= 0) & (cells < self.size), cells, NOTHING)


@dataclass(frozen=True)
class Walk:
    """A kernel's way over an input whose cells lie `gap` apart: it begins at `start` and moves by `step`."""

    step: int
    start: int
    gap: int


def windows(values: NDArray[Number], axes: Sequence[Axis], nothing: float = 0.0) -> NDArray[Number]:
    """What lies under the kernel at each step: (channels, output, kernel, output, kernel, ...), axis by axis."""
    extended = np.pad(values, [(0, 0), *[(0, 1)] * len(axes)], constant_values=nothing)  # NOTHING is the last place
    return reduce(
        lambda taken, at: np.take(taken, axes[at].taps(), axis=1 + at), range(len(axes) - 1, -1, -1), extended
    )


def convolve(values: NDArray[Number], kernel: NDArray[Number], axes: Sequence[Axis]) -> NDArray[Number]:
    """The convolution: values (in, *sizes) and kernel (out, in, *kernels) give (out, *outputs).

    As everywhere in deep learning the kernel is not flipped, but for a transposed convolution.
    """
    directions = len(axes)
    walked = flipped(kernel) if axes[0].transposed else kernel
    under = [0, *range(2, 2 * directions + 1, 2)]  # channels, and the kernel's place on each axis
    summed: NDArray[Number] = np.tensordot(windows(values, axes), walked, axes=(under, range(1, directions + 2)))
    return np.moveaxis(summed, -1, 0)


def flipped(kernel: NDArray[Number]) -> NDArray[Number]:
    """The kernel turned about on every axis, as a transposed convolution walks it."""
    return np.flip(kernel, axis=tuple(range(2, kernel.ndim)))
