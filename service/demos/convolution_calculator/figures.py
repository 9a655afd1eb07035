"""The calculator's table as a picture, and how the receptive field grows."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from service.demos.canvas import Row, box, boxes, canvas, lines, word, words
from service.demos.convolution_calculator.layers import WINDOWED, Stage
from service.demos.convolution_calculator.problems import DIRECTIONS, Problem
from service.demos.convolution_calculator.sight import field, seen
from service.demos.figures import BLUE, INK, ORANGE, Figure

_LINE, _HEAD = 20, 26  # pixels
_AT = {"layer": 0, "name": 28, "shape": 246, "field": 380, "parameters": 500, "multiplications": 660}  # pixels
_BAR, _COST, _WIDTH = 60, 146, 830  # pixels
_QUIET = "#666666"
_WARNING = "#b3400f"
_NOTE = 118  # letters of a line
_MOST_NOTES = 8


def table_figure(found: Sequence[Stage], parameters: Mapping[str, Any], impossible: Problem | None) -> Figure:
    """A line for each layer: shape, receptive field, parameters and multiplications with their share as a bar."""
    totals = _total(found, "parameters"), _total(found, "multiplications")
    texts = [*_head(), *(cell for at, stage in enumerate(found) for cell in _row(at, stage, parameters))]
    numbers = [number for at, stage in enumerate(found) for number in _numbers(at, stage)]
    bars = [bar for at, stage in enumerate(found) for bar in _bars(at, stage, totals)]
    notes = _notes(found, impossible, _HEAD + _LINE * len(found) + 16)
    height = _HEAD + _LINE * len(found) + 10 + _LINE * len(notes)
    rules = [{"x": 0, "x2": _WIDTH, "y": _HEAD - 8, "y2": _HEAD - 8}]
    subtitle = f"{totals[0]:,} parameters · {totals[1]:,} multiplications for one input"
    told = " ".join(row["text"].strip() for row in notes) or "Nothing is wrong."
    return Figure(
        "Layers",
        f"Table of {len(found) - 1} layers from {_shape(found[0])} to {_shape(found[-1])}, with {totals[0]:,} "
        f"parameters and {totals[1]:,} multiplications. {told}",
        canvas(
            {"text": "Layer by layer", "subtitle": subtitle},
            (_WIDTH, height),
            [boxes(bars), words(texts + notes, align="left"), words(numbers, align="right"), lines(rules)],
        ),
    )


def _total(found: Sequence[Stage], name: str) -> int:
    return sum(getattr(stage, name) for stage in found)


def _head() -> list[Row]:
    names = {"name": "Layer", "shape": "Output", "field": "Sees of the input"}
    names |= {"parameters": "Parameters", "multiplications": "Multiplications"}
    return [word((_AT[at], 6), name, 12, _QUIET) for at, name in names.items()]


def _row(at: int, stage: Stage, parameters: Mapping[str, Any]) -> list[Row]:
    layer = parameters["layers"][at - 1] if at else {}
    cells = {"name": layer_told(stage, layer), "shape": _shape(stage)}
    cells["field"] = _field(stage) if stage.axes or not at else ""
    cells["layer"] = ("! " if stage.problems else "") + (str(at) if at else "")
    return [word((_AT[column], _middle(at)), text, 12, _color(stage)) for column, text in cells.items()]


def _numbers(at: int, stage: Stage) -> list[Row]:
    """What a layer costs, at the right end of its column."""
    costs = {name: getattr(stage, name) for name in _BARS if getattr(stage, name)}
    return [word((_AT[name] + _COST, _middle(at)), f"{cost:,}", 12, _color(stage)) for name, cost in costs.items()]


def _middle(at: int) -> int:
    return _HEAD + at * _LINE + 2


def _color(stage: Stage) -> str:
    return _WARNING if stage.problems else INK


def layer_told(stage: Stage, layer: Mapping[str, Any]) -> str:
    """A layer in few words: "conv 3 × 3, stride 2, padding 1"."""
    name = stage.type.replace("_", " ")
    if not stage.axes:
        return name
    told = [f"{name} {_each([axis.kernel for axis in stage.axes], always=True)}"]
    for setting, usual in [("stride", 1), ("padding", 0), ("dilation", 1), ("output_padding", 0)]:
        values = [getattr(axis, setting) for axis in stage.axes]
        if set(values) != {usual}:
            told.append(f"{setting.replace('_', ' ')} {_each(values)}")
    return ", ".join([*told, *([f"{layer['groups']} groups"] if layer["groups"] > 1 else [])])


def _each(values: Sequence[Any], always: bool = False) -> str:
    return " × ".join(map(str, values)) if always or len(set(values)) > 1 else str(values[0])


def _shape(stage: Stage) -> str:
    return " × ".join(map(str, stage.shape))


def _field(stage: Stage) -> str:
    return " × ".join(str(field(way, (size - 1) // 2)) for way, size in zip(stage.ways, stage.sizes, strict=True))


_BARS = {"parameters": BLUE, "multiplications": ORANGE}


def _bars(at: int, stage: Stage, totals: tuple[int, int]) -> list[Row]:
    """Each layer's share of all parameters and of all multiplications."""
    shares = {name: getattr(stage, name) / total if total else 0.0 for name, total in zip(_BARS, totals, strict=True)}
    return [
        box((_AT[name], _HEAD + at * _LINE - 5), (_BAR * share, 13), _BARS[name], "none")
        for name, share in shares.items()
        if share
    ]


def _notes(found: Sequence[Stage], impossible: Problem | None, top: int) -> list[Row]:
    """What is wrong, below the table."""
    told = [(at, problem) for at, stage in enumerate(found) for problem in stage.problems]
    told += [(len(found), impossible)] if impossible else []
    texts = [f"Layer {at}: {problem.detail} {problem.advice}" for at, problem in told]
    if len(texts) > _MOST_NOTES:
        texts = [*texts[:_MOST_NOTES], f"{len(texts) - _MOST_NOTES} more in the output."]
    broken = [line for text in texts for line in wrap(text, _NOTE, subsequent_indent="    ")]
    return [word((0, top + at * _LINE), line, 12, _WARNING) for at, line in enumerate(broken)]


def receptive_field_figure(found: Sequence[Stage], parameters: Mapping[str, Any]) -> Figure:
    """What the cell in the middle of each map sees of the input, along the last direction."""
    size, rows = found[0].sizes[-1], []
    for at, stage in enumerate(found):
        if at and stage.axes:
            first, last = seen(stage.ways[-1], (stage.sizes[-1] - 1) // 2) or (0, -1)
            name = f"{at} · {layer_told(stage, parameters['layers'][at - 1])}"
            rows.append({"layer": name, "low": first, "high": last + 1, "field": str(last + 1 - first)})
    direction = DIRECTIONS[len(found[0].sizes)][-1]
    return Figure(
        "Receptive field",
        f"Bars: how many of the {size} cells of the input ({direction}) the middle cell of each map sees, growing from "
        f"{rows[0]['field']} to {rows[-1]['field']} cells over {len(rows)} layers.",
        {
            "title": {
                "text": "Receptive field",
                "subtitle": [
                    f"What the middle cell of each map sees of the input, along its {direction}",
                    "Grey: the input · beyond it lie zeros of the padding",
                ],
            },
            "width": 460,
            "height": {"step": 24},
            "layer": [
                {
                    "data": {"values": [{"low": 0, "high": size}]},
                    "mark": {"type": "rect", "color": "#e9e9e9", "aria": False},
                    "encoding": {"x": _across("low", f"Cells of the input ({direction})"), "x2": {"field": "high"}},
                },
                _bar_layer(rows),
                _number_layer(rows),
            ],
        },
    )


def _across(field: str, title: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, "axis": {"grid": False}, "scale": {"nice": False}}


def _down(rows: Sequence[Row]) -> dict[str, Any]:
    names = [row["layer"] for row in rows]
    return {"field": "layer", "type": "nominal", "sort": names, "title": None, "axis": {"labelLimit": 260}}


def _bar_layer(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "bar", "color": BLUE, "height": 12, "aria": False},
        "encoding": {"y": _down(rows), "x": _across("low", ""), "x2": {"field": "high"}},
    }


def _number_layer(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "text", "align": "left", "dx": 5, "color": INK, "aria": False},
        "encoding": {"y": _down(rows), "x": _across("high", ""), "text": {"field": "field", "type": "nominal"}},
    }


def sees_anything(found: Sequence[Stage]) -> bool:
    """Whether any layer moves a window: else there is no receptive field to draw."""
    return any(stage.type in WINDOWED for stage in found)
