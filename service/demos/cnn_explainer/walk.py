"""The way of a kernel over a map, frame by frame: what the original's animated formula views show."""

import numpy as np

from service.demos.canvas import canvas
from service.demos.cnn_explainer.close import put_input
from service.demos.cnn_explainer.network import KERNEL, POOL, Map, before, weights
from service.demos.cnn_explainer.sheet import CELL, Sheet, fixed, layer_told
from service.demos.cnn_explainer.view import MAPS, Cell, View, by_channel
from service.demos.figures import Animation, Figure
from service.demos.maps import limit_of

_STOPS, FRAME_S = 5, 0.6  # in each direction: a map has thousands of cells, and each frame is drawn
_LARGE, _HEAD, _MIDDLE = 186, 26, 70  # pixels: of a map, above it, and from its top to the numbers
_GRID = KERNEL * CELL[0] + 22


class Walk:
    """What goes over what: the map before, the map after, and what is under the window at a cell."""

    def __init__(self, view: View, channel: int | None) -> None:
        self.view, self.layer = view, view.layer
        self.is_convolution = self.layer.startswith("conv")
        self.channel = _channel(view, channel) if self.is_convolution else view.unit
        self.source: Map = view.given[before(self.layer)][self.channel]
        self.after: Map = by_channel(view)[self.channel] if self.is_convolution else view.given[self.layer][view.unit]
        windows = {"conv": (KERNEL, 1), "relu": (1, 1), "max_pool": (POOL, POOL)}
        self.size, self.stride = windows[self.layer.rstrip("_12")]

    @property
    def kernel(self) -> Map:
        """The unit's kernel for the channel; only a convolution has one."""
        return np.asarray(weights()[f"{self.layer}.weight"][self.view.unit, self.channel])

    @property
    def stops(self) -> list[Cell]:
        """Cells of the map after it that lie evenly over it, the chosen one among them."""
        rows, columns = (_spread(len(self.after), chosen) for chosen in self.view.cell)
        return [(row, column) for row in rows for column in columns]

    def under(self, cell: Cell) -> Map:
        """The numbers under the window."""
        row, column = (place * self.stride for place in cell)
        return self.source[row : row + self.size, column : column + self.size]

    def told(self, cell: Cell) -> str:
        """What comes out of them."""
        result = fixed(float(self.after[cell]))
        if self.is_convolution:
            return f"products added: {result}"
        return f"max(0, {fixed(float(self.source[cell]))}) = {result}" if self.size == 1 else f"the largest: {result}"


def walk_figure(view: View, channel: int | None) -> Figure | None:
    """The window on its way over a channel's map; None for a layer that has no window."""
    if view.layer not in MAPS:
        return None
    walk = Walk(view, channel)
    still, moving = Sheet(), Sheet(moving=True)
    right = _LARGE + 34 + (2 if walk.is_convolution else 1) * _GRID + 20
    _put_standing(walk, still, right)
    for at, cell in enumerate(walk.stops):
        _put_step(walk, moving, right, cell, at)
    name = f"{layer_told(view.layer)}, unit {view.unit}"
    title = {"text": f"{name}, step by step", "subtitle": view.decision}
    return Figure(
        f"{name}, step by step",
        f"Animation of {len(walk.stops)} of {walk.after.size} steps: a window of {walk.size} by {walk.size} goes over "
        f"the map of {layer_told(before(view.layer))}, channel {walk.channel}, and makes a map of {len(walk.after)} by "
        f"{len(walk.after)}. At row {view.cell[0]}, column {view.cell[1]}: {walk.told(view.cell)}.",
        canvas(title, (right + _LARGE + 4, _HEAD + _LARGE + 20), [*still.layers(), *moving.layers()]),
        Animation(len(walk.stops), FRAME_S, still=walk.stops.index(view.cell)),
    )


def _put_standing(walk: Walk, sheet: Sheet, right: int) -> None:
    """What does not move: both maps, and the kernel."""
    limit = limit_of(walk.source)
    sheet.say((0, 6), f"{layer_told(before(walk.layer))}, channel {walk.channel}")
    put_input(walk.view, sheet, (0, _HEAD), (walk.source, _LARGE, limit))
    sheet.say((right, 6), "What the kernel makes of it" if walk.is_convolution else layer_told(walk.layer))
    sheet.map((right, _HEAD), _LARGE, walk.after, limit_of(walk.after) if walk.is_convolution else limit)
    if walk.is_convolution:
        left = _LARGE + 34 + _GRID
        sheet.say((left, _HEAD + _MIDDLE - 14), "Kernel")
        sheet.say((left - 16, _HEAD + _MIDDLE + 30), "×")
        sheet.numbers((left, _HEAD + _MIDDLE), walk.kernel, limit_of(walk.kernel))


def _put_step(walk: Walk, sheet: Sheet, right: int, cell: Cell, at: int) -> None:
    """The window, what is under it, and where the result goes."""
    now, (row, column) = {"first": at, "last": at}, cell
    corner = row * walk.stride, column * walk.stride, walk.size
    sheet.frame((0, _HEAD), _LARGE, corner, len(walk.source), **now)
    sheet.frame((right, _HEAD), _LARGE, (row, column, 1), len(walk.after), **now)
    left = _LARGE + 34
    sheet.say((left, _HEAD + _MIDDLE - 14), f"Row {row}, column {column}", **now)
    sheet.numbers((left, _HEAD + _MIDDLE), walk.under(cell), limit_of(walk.source), **now)
    sheet.say((left, _HEAD + _MIDDLE + walk.size * CELL[1] + 18), walk.told(cell), **now)


def _channel(view: View, channel: int | None) -> int:
    """The channel asked for, or the one that adds most at the cell."""
    return int(np.argmax(by_channel(view)[(slice(None), *view.cell)])) if channel is None else channel


def _spread(side: int, chosen: int) -> list[int]:
    """Places from the first to the last, evenly; the nearest to the chosen one gives way to it."""
    places = np.linspace(0, side - 1, _STOPS).round().astype(int)
    places[np.argmin(np.abs(places - chosen))] = chosen
    return [int(place) for place in places]
