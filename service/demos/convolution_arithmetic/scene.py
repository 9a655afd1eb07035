"""Where everything of a convolution stands in its figures: input, kernels and output, side by side."""

from dataclasses import dataclass

from service.demos.convolution_arithmetic.steps import Computed

Place = tuple[float, float]  # pixels from the left, pixels from the top

LARGEST, SMALLEST = 36, 16  # pixels of a cell
HEAD = 24  # pixels for what stands above a grid
BETWEEN = 18  # pixels between the channels of one column
_WIDEST, _TALLEST = 760, 620  # pixels that cells share
_APART = 60  # pixels between input, kernels and output
_NARROWEST = 92  # pixels of a column's heading


@dataclass(frozen=True)
class Scene:
    """Three columns: the input as it is walked, with all zeros that are added; the kernels; the output."""

    computed: Computed
    show_values: bool

    @property
    def reach(self) -> tuple[range, range]:
        """Rows and columns of the walked input; its own first cell is at 0."""
        return self.computed.axes[0].reach, self.computed.axes[1].reach

    @property
    def channels(self) -> int:
        """Of the input."""
        return len(self.computed.values)

    @property
    def kinds(self) -> int:
        """Channels of the output."""
        return len(self.computed.output)

    @property
    def kernels(self) -> int:
        """Kernels that are shown, side by side; none where cells are pooled."""
        return self.kinds if self.show_values and self.computed.kernel is not None else 0

    @property
    def outputs(self) -> tuple[int, int]:
        """Height and width of the output, in cells."""
        return self.computed.axes[0].output, self.computed.axes[1].output

    @property
    def cell(self) -> int:
        """Pixels of a cell: as large as fits."""
        rows, columns = self.reach
        kernel = self.computed.axes[1].kernel * self.kernels
        wide = _WIDEST // (len(columns) + kernel + self.outputs[1])
        tall = _TALLEST // max(self.channels * len(rows), self.kinds * self.outputs[0])
        return max(SMALLEST, min(LARGEST, wide, tall))

    @property
    def lefts(self) -> tuple[int, int, int]:
        """Of the three columns."""
        kernels = self._wide(len(self.reach[1])) + _APART
        each = self._wide(self.computed.axes[1].kernel) + _APART // 2
        return 0, kernels, kernels + (each * self.kernels + _APART // 2 if self.kernels else 0)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of all three."""
        return self.lefts[2] + self._wide(self.outputs[1]), HEAD + self._area

    def input_place(self, channel: int, row: int, column: int) -> Place:
        """Top left of a place of the walked input."""
        rows, columns = self.reach
        top = self._top(channel, self.channels, len(rows))
        return self.lefts[0] + (column - columns.start) * self.cell, top + (row - rows.start) * self.cell

    def kernel_place(self, kind: int, channel: int, row: int, column: int) -> Place:
        """Top left of a cell of the kernel from an input channel to an output channel."""
        height, width = (axis.kernel for axis in self.computed.axes)
        left = self.lefts[1] + kind * (self._wide(width) + _APART // 2)
        return left + column * self.cell, self._top(channel, self.channels, height) + row * self.cell

    def output_place(self, kind: int, row: int, column: int) -> Place:
        """Top left of a cell of the output."""
        top = self._top(kind, self.kinds, self.outputs[0])
        return self.lefts[2] + column * self.cell, top + row * self.cell

    @property
    def _area(self) -> int:
        rows = max(len(self.reach[0]), self.computed.axes[0].kernel if self.kernels else 0)
        return max(self.channels * (rows * self.cell + BETWEEN), self.kinds * (self.outputs[0] * self.cell + BETWEEN))

    def _top(self, index: int, count: int, rows: int) -> float:
        pitch = self._area / count
        return HEAD + index * pitch + (pitch - rows * self.cell) / 2

    def _wide(self, columns: int) -> int:
        return max(columns * self.cell, _NARROWEST)
