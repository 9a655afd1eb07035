"""One unit from close: what goes into it, its kernel, the arithmetic of one cell, and the map that comes out."""

from typing import Any

import numpy as np

from service.demos.canvas import canvas
from service.demos.cnn_explainer.decision import logit_figure
from service.demos.cnn_explainer.formulas import conv_formula, short
from service.demos.cnn_explainer.network import KERNEL, POOL, SIDES, Map, before
from service.demos.cnn_explainer.sheet import CELL, Place, Sheet, fixed, layer_told
from service.demos.cnn_explainer.view import View, by_channel
from service.demos.figures import Figure
from service.demos.maps import limit_of

_MAP, _LARGE, _PITCH, _HEAD = 66, 156, 78, 26  # pixels
_COLUMNS = {"input": 0, "patch": 92, "kernel": 224, "sum": 352, "part": 416, "result": 524}  # pixels from the left
_RIGHT = _LARGE + 160  # where the map after the cell's numbers begins


def unit_figure(view: View) -> Figure:
    """The chosen unit from close."""
    if view.layer == "input":
        return _channel_figure(view)
    if view.layer == "output":
        return logit_figure(view)
    if view.layer.startswith("conv"):
        return _conv_figure(view)
    return _map_figure(view)


def _title(view: View) -> dict[str, Any]:
    return {"text": f"{layer_told(view.layer)}, unit {view.unit}", "subtitle": view.decision}


def _conv_figure(view: View) -> Figure:
    """A line for each channel of the layer before; the sums and the bias make the result."""
    sheet, told, channels = Sheet(), conv_formula(view, view.layer), len(view.given[before(view.layer)])
    heads = {"input": layer_told(before(view.layer)), "patch": "Numbers there", "kernel": "Kernel"}
    for name, head in {**heads, "sum": "Sum", "part": "Its result", "result": "Result"}.items():
        sheet.say((_COLUMNS[name], 6), head)
    _put_channels(view, sheet, told)
    _put_result(view, sheet, told)
    height = _HEAD + max(channels * _PITCH, _LARGE + 120)
    return Figure(
        f"{layer_told(view.layer)}, unit {view.unit}",
        f"Of each of {channels} channels: its map, the 3 by 3 numbers at row {view.cell[0]}, column {view.cell[1]}, "
        f"the kernel's numbers, their sum, and the channel's result. All sums and the bias give "
        f"{short(told['result'])}.",
        canvas(_title(view), (_COLUMNS["result"] + _LARGE + 40, height), sheet.layers()),
    )


def _put_channels(view: View, sheet: Sheet, told: dict[str, Any]) -> None:
    """Channel by channel: map, numbers under the kernel, kernel, their sum, and what the kernel makes of the map."""
    values, parts, (row, column) = view.given[before(view.layer)], by_channel(view), view.cell
    patches, kernel = (np.array(told[name]) for name in ("patches", "kernel"))
    limits = limit_of(values), limit_of(patches), limit_of(kernel), limit_of(parts)
    for channel, one in enumerate(values):
        top = _HEAD + channel * _PITCH
        put_input(view, sheet, (0, top), (one, _MAP, limits[0]))
        sheet.frame((_COLUMNS["input"], top), _MAP, (row, column, KERNEL), one.shape[0])
        sheet.numbers((_COLUMNS["patch"], top + 3), patches[channel], limits[1])
        sheet.say((_COLUMNS["kernel"] - 17, top + 33), "×")
        sheet.numbers((_COLUMNS["kernel"], top + 3), kernel[channel], limits[2])
        sheet.say((_COLUMNS["sum"] - 12, top + 33), f"= {fixed(told['sums'][channel])}")
        sheet.map((_COLUMNS["part"], top), _MAP, parts[channel], limits[3])
        sheet.frame((_COLUMNS["part"], top), _MAP, (row, column, 1), parts.shape[1])


def put_input(view: View, sheet: Sheet, place: Place, drawn: tuple[Map, int, float]) -> None:
    """A map (numbers, side in pixels, limit) of the layer before; of the picture: a channel in grey."""
    values, side, limit = drawn
    if before(view.layer) == "input":
        sheet.gray(place, side, values)
    else:
        sheet.map(place, side, values, limit)


def _put_result(view: View, sheet: Sheet, told: dict[str, Any]) -> None:
    """The whole map, and how its cell comes about."""
    left, values = _COLUMNS["result"], view.given[view.layer][view.unit]
    sheet.map((left, _HEAD), _LARGE, values, view.limit(view.layer, view.unit))
    sheet.frame((left, _HEAD), _LARGE, (*view.cell, 1), values.shape[0])
    lines = [
        f"at row {view.cell[0]}, column {view.cell[1]}:",
        f"sum of all channels  {fixed(sum(told['sums']))}",
        f"bias  {fixed(told['bias'])}",
        f"together  {fixed(told['result'])}",
        f"ReLU makes it  {fixed(max(told['result'], 0.0))}",
    ]
    for at, line in enumerate(lines):
        sheet.say((left, _HEAD + _LARGE + 18 + 18 * at), line)


def _map_figure(view: View) -> Figure:
    """A layer without weights: the map before it, the numbers at the cell, and the map after it."""
    layer = "max_pool_2" if view.layer == "flatten" else view.layer
    sheet, result = Sheet(), float(view.given[layer][(view.unit, *view.cell)])
    size = POOL if layer.startswith("max") else 1
    rule = {1: "max(0, ·)", 2: "the largest"}[size]
    _put_before_and_after(view, sheet, layer, size)
    sheet.say((_LARGE + 34, _HEAD + 70 + size * CELL[1]), f"{rule} = {fixed(result)}")
    if view.layer == "flatten":
        cells = SIDES["max_pool_2"] ** 2
        told = f"its {cells} cells, row by row, are the numbers {view.unit * cells} to {(view.unit + 1) * cells - 1}"
        sheet.say((0, _HEAD + _LARGE + 22), f"Flattened: {told}")
    return Figure(
        f"{layer_told(view.layer)}, unit {view.unit}",
        f"The unit's map of {layer_told(before(layer))} before and of {layer_told(layer)} after, and the numbers at "
        f"row {view.cell[0]}, column {view.cell[1]}: {rule} of {size * size} is {short(result)}.",
        canvas(_title(view), (_RIGHT + _LARGE + 4, _HEAD + _LARGE + 36), sheet.layers()),
    )


def _put_before_and_after(view: View, sheet: Sheet, layer: str, size: int) -> None:
    """Both maps on one scale, and `size` x `size` numbers between them."""
    values, source = view.given[layer][view.unit], view.given[before(layer)][view.unit]
    (row, column), limit = view.cell, view.limit(before(layer), view.unit)
    numbers = source[row * size : (row + 1) * size, column * size : (column + 1) * size]
    sheet.say((0, 6), layer_told(before(layer)))
    sheet.map((0, _HEAD), _LARGE, source, limit)
    sheet.frame((0, _HEAD), _LARGE, (row * size, column * size, size), len(source))
    sheet.numbers((_LARGE + 34, _HEAD + 56), numbers, limit)
    sheet.say((_RIGHT, 6), layer_told(layer))
    sheet.map((_RIGHT, _HEAD), _LARGE, values, limit)
    sheet.frame((_RIGHT, _HEAD), _LARGE, (row, column, 1), len(values))


def _channel_figure(view: View) -> Figure:
    """A channel of the picture."""
    sheet, name = Sheet(), ("red", "green", "blue")[view.unit]
    channel, (row, column) = view.given["input"][view.unit], view.cell
    sheet.gray((0, _HEAD), 2 * _LARGE, channel)
    sheet.frame((0, _HEAD), 2 * _LARGE, (row, column, 1), len(channel))
    sheet.say((0, 6), f"Black is 0, white is 1; at row {row}, column {column}: {fixed(float(channel[view.cell]))}")
    return Figure(
        f"input, {name}",
        f"The picture's {name} channel, 64 by 64 pixels from {short(float(channel.min()))} to "
        f"{short(float(channel.max()))}.",
        canvas({"text": f"Input, {name}", "subtitle": view.decision}, (2 * _LARGE + 120, 340), sheet.layers()),
    )
