"""The charts of number formats: ranges, numbers on a line, errors of rounding, and what a scale does to a tensor."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from service.demos.charts import WIDTH, Axis, Curve, line_chart
from service.demos.figures import BLUE, INK, ORANGE, Figure, number_told
from service.demos.number_formats.formats import Format
from service.demos.number_formats.storing import Stored, Sweep, largest_error

Layer = dict[str, Any]
_LIGHT = "#a9c1d9"
_ROW = 36  # pixels
_LINE_END = 4.0  # numbers on the line reach so far
FEW_BITS = 8  # so many numbers can be listed, and marked one by one
_NARROW = 5  # bits of exponent
_OUTCOMES = {"Stored": ("circle", INK), "Became 0": ("triangle-left", ORANGE), "Overflow": ("triangle-right", ORANGE)}


def range_figure(stored: Sequence[Sequence[Stored]]) -> Figure:
    """From the smallest positive to the largest number of each format, and where the scaled values lie."""
    formats = [row[0].format for row in stored]
    values = [one for row in stored for one in row if one.value]
    low, high = _window(formats)
    sizes = [_size(one) for one in values]
    axis = Axis("Size of a number", "log", low=min([low, *sizes]) / 2, high=max([high, *sizes]) * 2)
    told = "; ".join(
        f"{form.title} from {number_told(form.smallest_subnormal)} to {number_told(form.largest)}" for form in formats
    )
    lost = [f"{one.value:.4g} in {one.format.title}: {_outcome(one).lower()}" for one in values if _lost(one)]
    return Figure(
        "Ranges",
        f"Bars over a logarithmic axis: {told}. {'; '.join(lost) or 'All values lie within'}.",
        {
            "title": {
                "text": "From the smallest to the largest number",
                "subtitle": "Dark: with all digits · light: subnormal, with fewer · marks: the values, scaled",
            },
            "width": WIDTH,
            "height": {"step": _ROW},
            "layer": [_bars(formats, axis), _marks(values)],
        },
    )


def _window(formats: Sequence[Format]) -> tuple[float, float]:
    """The ends of a logarithmic axis: from where one looks at FP8, the exponents of BF16 and FP32 have no end."""
    narrow = [form for form in formats if form.exponent_bits <= _NARROW] or formats
    return min(form.smallest_subnormal for form in narrow), max(form.largest for form in narrow)


def _size(one: Stored) -> float:
    return abs(one.value * one.rule.scale)


def _bars(formats: Sequence[Format], axis: Axis) -> Layer:
    ends = [
        (form, color, low, high)
        for form in formats
        for color, low, high in (
            (_LIGHT, form.smallest_subnormal, form.smallest_normal),
            (BLUE, form.smallest_normal, form.largest),
        )
    ]
    return {
        "data": {"values": [{"format": f.title, "color": color, "x": x, "x2": x2} for f, color, x, x2 in ends]},
        "mark": {"type": "bar", "height": 14, "clip": True},
        "encoding": {
            "x": axis.encoding("x"),
            "x2": {"field": "x2"},
            "y": {"field": "format", "type": "nominal", "sort": None, "title": None},
            "color": {"field": "color", "type": "nominal", "scale": None},
        },
    }


def _marks(values: Sequence[Stored]) -> Layer:
    rows = [{"format": one.format.title, "x": _size(one), "outcome": _outcome(one)} for one in values]
    outcome = {"field": "outcome", "type": "nominal", "title": None}
    shapes, colors = (list(column) for column in zip(*_OUTCOMES.values(), strict=True))
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "strokeWidth": 1.2},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "format", "type": "nominal", "sort": None},
            "shape": {**outcome, "scale": {"domain": list(_OUTCOMES), "range": shapes}},
            "fill": {**outcome, "scale": {"domain": list(_OUTCOMES), "range": colors}},
            "stroke": {"value": "white"},
        },
    }


def _lost(one: Stored) -> bool:
    return one.overflowed or one.vanished


def _outcome(one: Stored) -> str:
    stored, vanished, overflow = _OUTCOMES
    return overflow if one.overflowed else vanished if one.vanished else stored


def line_figure(formats: Sequence[Format]) -> Figure:
    """Every number of the formats of 8 bits from 0 on: twice as far apart from each power of two to the next."""
    shown = [form for form in formats if form.bits <= FEW_BITS]
    numbers = {form.title: [form.decode(code) for code in range(form.largest_code + 1)] for form in shown}
    rows = [{"format": name, "x": x} for name, column in numbers.items() for x in column if x <= _LINE_END]
    counts = ", ".join(f"{sum(x <= _LINE_END for x in column)} of {name}" for name, column in numbers.items())
    return Figure(
        "Numbers on a line",
        f"Marks on a line for each number from 0 to {_LINE_END:g}, {counts}: "
        "the distance of neighbours doubles at each power of two.",
        {
            "title": {"text": "Numbers on a line", "subtitle": f"From 0 to {_LINE_END:g}: {counts}"},
            "width": WIDTH,
            "height": {"step": _ROW},
            "data": {"values": rows},
            "mark": {"type": "tick", "color": BLUE, "thickness": 1.4, "size": 22},
            "encoding": {
                "x": Axis("Number", low=0, high=_LINE_END).encoding("x"),
                "y": {"field": "format", "type": "nominal", "sort": None, "title": None},
            },
        },
    )


def error_figure(formats: Sequence[Format]) -> Figure:
    """The largest relative error that rounding makes of numbers from each power of two to the next."""
    low, high = _window(formats)
    curves = []
    for form in formats:
        sizes = 2.0 ** np.arange(np.log2(low) - 3, np.log2(min(form.largest, 8 * high)))
        curves.append(Curve(form.title, sizes, np.array([largest_error(form, size) for size in sizes.tolist()])))
    told = ", ".join(f"{form.title} {number_told(largest_error(form, 1.0))}" for form in formats)
    return Figure(
        "Error of rounding",
        "Line chart, both axes logarithmic: the largest relative error by the size of a number. It is even where "
        f"numbers are normal ({told}), and grows to 1 below.",
        line_chart(
            "Error of rounding",
            [f"At most, of normal numbers: {told}", "Curves end at the largest number"],
            (Axis("Size of a number", "log"), _error_axis("Relative error, at most", curves)),
            curves,
        ),
    )


def scale_figure(sweeps: Sequence[Sweep], deviation: float) -> Figure:
    """What is lost of a tensor, by the scale that it is stored with."""
    curves = [Curve(sweep.format.title, sweep.exponents, sweep.noise) for sweep in sweeps]
    least = ", ".join(f"{curve.name} {number_told(float(np.nanmin(curve.y)))}" for curve in curves if _any(curve))
    told = f"Least: {least}" if least else "No scale keeps all numbers finite"
    return Figure(
        "Scale of a tensor",
        f"Line chart of the error of a tensor of normal numbers with deviation {number_told(deviation)} over the power "
        f"of two that it is scaled by. {told}.",
        line_chart(
            "What is lost of a tensor, by its scale",
            [f"Normal numbers of deviation {deviation:g} · numbers too small become 0, too large overflow", told],
            (Axis("Scale, as a power of two"), _error_axis("Error by size (root mean squares)", curves)),
            curves,
        ),
    )


def _error_axis(title: str, curves: Sequence[Curve]) -> Axis:
    """Up to 1, with room for the strokes of curves that run along its ends."""
    least = min((float(np.nanmin(curve.y)) for curve in curves if _any(curve)), default=0.1)
    return Axis(title, "log", low=least / 1.3, high=1.1)


def _any(curve: Curve) -> bool:
    return bool(np.any(np.isfinite(curve.y)))
