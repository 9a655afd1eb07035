"""Where a surface on a grid crosses zero, as line segments (marching squares)."""

import numpy as np

from service.demos.compiled import Floats

Segment = tuple[float, float, float, float]  # x1, y1, x2, y2


def zero_crossings(axis: Floats, values: Floats) -> list[Segment]:
    """The zero line of `values` (rows are y, columns x, both at `axis`), a segment or two for each cell crossed."""
    above = values >= 0
    corners = np.stack([above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]])
    mixed = corners.any(axis=0) & ~corners.all(axis=0) & np.isfinite(values[:-1, :-1] + values[1:, 1:])
    return [segment for row, column in np.argwhere(mixed) for segment in _in_cell(axis, values, row, column)]


def _in_cell(axis: Floats, values: Floats, row: int, column: int) -> list[Segment]:
    places = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
    points = [
        _between(axis, values, a, b)
        for a, b in zip(places, places[1:] + places[:1], strict=True)
        if (values[a] >= 0) != (values[b] >= 0)
    ]
    # Four points are a saddle: which way it is cut cannot be seen in the picture.
    return [(*a, *b) for a, b in zip(points[::2], points[1::2], strict=True)]


def _between(axis: Floats, values: Floats, a: tuple[int, int], b: tuple[int, int]) -> tuple[float, float]:
    share = values[a] / (values[a] - values[b])
    y, x = (float(axis[a[k]] + share * (axis[b[k]] - axis[a[k]])) for k in range(2))
    return x, y
