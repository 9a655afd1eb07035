"""The figures of symmetry: costs, how far units are apart, and the weights that were learnt."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from service.demos.canvas import Row, box, boxes, canvas, word, words
from service.demos.charts import Axis, Curve, line_chart
from service.demos.compiled import Floats
from service.demos.figures import Figure, number_told
from service.demos.maps import limit_of, map_row, pictures
from service.demos.symmetry.learning import Learnt

_DRAWN = 400  # points of a curve
_CELL, _GAP = 20, 48  # pixels of a weight, and between two matrices
_LEFT, _TOP = 90, 24


def cost_figure(all_learnt: Sequence[Learnt]) -> Figure:
    """Costs by step, one curve for each start."""
    told = "; ".join(f"{one.name} to {number_told(one.costs[-1])}, {one.accuracy:.0%} right" for one in all_learnt)
    curves = [_curve(f"{one.name}: {one.accuracy:.0%} right", one.costs) for one in all_learnt]
    return Figure(
        "Cost by step",
        f"Line chart of the cross-entropy while learning, one curve for each start: {told}.",
        line_chart(
            "Cost by step",
            "Cross-entropy over all points · ln 2 = 0.693 is guessing",
            (Axis("Step", low=0), Axis("Cost (nats)", low=0)),
            curves,
        ),
    )


def apart_figure(all_learnt: Sequence[Learnt]) -> Figure:
    """The largest difference of two units of a layer by step; what is exactly 0 has no place on a logarithm."""
    moved = [one for one in all_learnt if np.any(one.apart > 0)]
    still = [one.name for one in all_learnt if one not in moved]
    told = f"Exactly 0 at every step: {', '.join(still) or 'none'}"
    ends = "; ".join(f"{one.name} from {number_told(one.apart[0])} to {number_told(one.apart[-1])}" for one in moved)
    curves = [_curve(one.name, np.where(one.apart > 0, one.apart, np.nan)) for one in moved]
    return Figure(
        "Difference of units",
        f"Line chart, logarithmic, of the largest difference of two units of one layer, in any weight or bias: {ends}. "
        f"{told}.",
        line_chart(
            "How far units of a layer are apart", told, (Axis("Step", low=0), Axis("Difference", "log")), curves
        ),
    )


def _curve(name: str, values: Floats) -> Curve:
    last = len(values) - 1
    drawn = np.unique(np.linspace(0, last, min(last + 1, _DRAWN)).round().astype(int))
    return Curve(name, drawn.astype(float), values[drawn])


def weights_figure(all_learnt: Sequence[Learnt]) -> Figure:
    """Every layer's weights at the end, a row of matrices for each start."""
    shapes = [w.shape for w in all_learnt[0].net.weights]
    lefts = list(accumulate((_CELL * n_out + _GAP for _, n_out in shapes), initial=_LEFT))
    height = _CELL * max(n_in for n_in, _ in shapes) + _GAP
    maps, cells, texts, names = [], [], [], []
    for line, one in enumerate(all_learnt):
        top, limit = _TOP + line * height, limit_of(one.net.weights)
        names.append(word((0, top + _CELL), one.name, 13))
        for left, w, rank in zip(lefts, one.net.weights, one.ranks, strict=False):
            side = (_CELL * w.shape[1], _CELL * w.shape[0])
            maps.append(map_row((left, top), side, w, limit))
            corners = [(left + _CELL * column, top + _CELL * row) for row, column in np.ndindex(*w.shape)]
            cells += [box(corner, (_CELL, _CELL), "none", "white") for corner in corners]
            texts.append(word((left + side[0] / 2, top + side[1] + 12), f"rank {rank}", 11))
    size = (lefts[-1], _TOP + len(all_learnt) * height)
    ranks = "; ".join(f"{one.name} {', '.join(map(str, one.ranks))}" for one in all_learnt)
    return Figure(
        "Weights at the end",
        f"Pictures of the weights of each layer, from units (rows) to units (columns), for each start. Ranks by layer: "
        f"{ranks}.",
        canvas(
            {
                "text": "Weights at the end",
                "subtitle": [
                    "Rows: from units · columns: to units · equal columns: equal units",
                    "Light: negative · dark: positive · gray: 0 · every network on its own scale",
                ],
            },
            size,
            [pictures(maps), boxes(cells), words(_heads(lefts, shapes) + texts), words(names, align="left")],
        ),
    )


def _heads(lefts: Sequence[int], shapes: Sequence[tuple[int, ...]]) -> list[Row]:
    places = zip(lefts, shapes, strict=False)  # the last of `lefts` is where another matrix would begin
    return [word((left + _CELL * n_out / 2, 8), f"Layer {i}", 12) for i, (left, (_, n_out)) in enumerate(places, 1)]
