"""The figures of the kinds of normalization: what shares a mean, errors, and what networks learn."""

from collections.abc import Mapping, Sequence

import numpy as np

from service.demos.batch_normalization.learning import Lesson
from service.demos.canvas import Row, box, boxes, canvas, word, words
from service.demos.charts import Axis, Curve, line_chart
from service.demos.figures import BLUE, Figure, number_told
from service.demos.group_normalization.kinds import BATCH, GROUP, INSTANCE, LAYER, Errors, kinds

_INPUTS, _SHOWN = 4, 8  # inputs and channels of a panel
_CELL, _PANEL, _TOP = 18, 190, 34  # pixels of a cell, from one panel to the next, and above the first row
_SHARED, _OTHER = BLUE, "#e6e6e2"
_TITLES = {BATCH: "Batch", LAYER: "Layer", INSTANCE: "Instance", GROUP: "Group"}


def axes_figure(channels: int, groups: int) -> Figure:
    """For each kind, inputs and channels of a batch; those that share a mean with the first are dark."""
    drawn_groups = {1: 1, channels: _SHOWN}.get(groups, _SHOWN // 2)  # a sketch: two channels a group
    by_name = kinds(_SHOWN, drawn_groups)
    cells: list[Row] = []
    texts: list[Row] = []
    for place, (name, title) in enumerate(_TITLES.items()):
        left, normalizer = place * _PANEL + 24, by_name[name]
        together = _SHOWN // normalizer.groups
        for row, column in np.ndindex(_INPUTS, _SHOWN):
            shared = column < together and (normalizer.over_batch or row == 0)
            corner = (left + column * _CELL, _TOP + row * _CELL)
            cells.append(box(corner, (_CELL, _CELL), _SHARED if shared else _OTHER, "white"))
        middle = left + _SHOWN * _CELL / 2
        texts += [word((middle, 14), title, 13), word((middle, _TOP + _INPUTS * _CELL + 14), "channels", 11)]
    inputs = [word((10, _TOP + _INPUTS * _CELL / 2), "inputs", 11)]
    return Figure(
        "What is normalized together",
        "Four tables of inputs (rows) by channels (columns). Dark is what shares a mean and a variance with the first "
        "channel of the first input: with batch normalization this channel of all inputs, with layer normalization "
        "all channels of this input, with instance normalization this channel alone, with group normalization a "
        "group of channels of this input.",
        canvas(
            {
                "text": "What is normalized together",
                "subtitle": "Dark: shares a mean and a variance with the top left, over all places of a map · a sketch",
            },
            (3 * _PANEL + 24 + _SHOWN * _CELL, _TOP + _INPUTS * _CELL + 24),
            [boxes(cells), words(texts), words(inputs, angle=270)],
        ),
    )


def error_figure(sizes: Sequence[int], errors: Mapping[str, Errors]) -> Figure:
    """The error of the mean over the batch size, with theory for batch normalization."""
    x = np.array(sizes, dtype=float)
    curves = [Curve(_TITLES[name], x, np.array(errors[name].mean)) for name in _TITLES]
    curves.append(Curve("Batch, by theory", x, np.array(errors[BATCH].expected)))
    told = "; ".join(f"{curve.name} {number_told(curve.y[0])} to {number_told(curve.y[-1])}" for curve in curves)
    return Figure(
        "Error of the mean",
        f"Line chart, logarithmic, of the root mean square error of the mean over the batch size from {sizes[0]} to "
        f"{sizes[-1]}: {told}. Only that of batch normalization depends on it, as one over its root.",
        line_chart(
            "How far the mean is off",
            "Normal numbers of mean 0 · root mean square over all groups",
            (Axis("Batch size", "log"), Axis("Error of the mean", "log")),
            curves,
        ),
    )


def learning_figure(sizes: Sequence[int], lessons: Mapping[str, Sequence[Lesson]]) -> Figure:
    """The share of new digits told right over the batch size."""
    curves = [
        Curve(
            _TITLES[name],
            np.array(sizes, dtype=float),
            np.array([np.nan if lesson.diverged else lesson.accuracies[0] for lesson in by_size]),
        )
        for name, by_size in lessons.items()
    ]
    told = "; ".join(
        f"{curve.name} {', '.join(number_told(100 * value) for value in curve.y)} percent" for curve in curves
    )
    axes = Axis("Batch size", "log"), Axis("New digits told right", low=0, high=1)
    chart = line_chart("What is learnt in small batches", "One network for each kind and size", axes, curves)
    percent = {**chart["encoding"]["y"], "axis": {"format": ".0%"}}
    mark = {**chart["mark"], "clip": False, "point": {"size": 50, "filled": True}}
    return Figure(
        "Learning in small batches",
        f"Line chart of the share of new digits told right, over the batch sizes {', '.join(map(str, sizes))}: {told}.",
        {**chart, "mark": mark, "encoding": {**chart["encoding"], "y": percent}},
    )
