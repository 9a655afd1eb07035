"""The whole network as one picture: all maps of all layers, and the probabilities."""

from itertools import product

from service.demos.canvas import Layer, Row, box, boxes, canvas, lines, word, words
from service.demos.cnn_explainer.network import CHANNELS, CLASSES, before
from service.demos.cnn_explainer.sheet import Place, in_color, in_gray, layer_told
from service.demos.cnn_explainer.view import MAPS, View
from service.demos.figures import BLUE, ORANGE, Figure
from service.demos.maps import legend_row, map_row, picture_row, pictures

_SIDE, _PITCH, _COLUMN = 44, 48, 64  # pixels: of a map, from map to map, from layer to layer
_TOP = 34
_QUIET = "#666666"
_BARS = 110  # pixels of a probability of 1
_OUTPUT = (len(MAPS) + 1) * _COLUMN + 76  # where the bars begin
_CHANNELS = ("red", "green", "blue")
_LEVELS = {"unit": "of each map", "module": "of each block", "global": "of all layers"}


def overview_figure(view: View, detail: bool) -> Figure:
    """Every map of every layer; the unit looked at has a frame, and lines from what goes into it.

    `detail` adds sizes and the legend of colours.
    """
    shown = _picture_column(view)
    for layer, unit in product(MAPS, range(CHANNELS)):
        shown.append(map_row(_corner(layer, unit), (_SIDE, _SIDE), view.given[layer][unit], view.limit(layer, unit)))
    details = [words(_sizes(view), align="left"), *_legend(view)] if detail else []
    return Figure(
        "All maps",
        f"Grid of the ten maps of each of ten layers, from the picture to ten probabilities. {view.decision}",
        canvas(
            {"text": "What every layer sees", "subtitle": view.decision},
            (_OUTPUT + _BARS + 50, _row(CHANNELS) + (24 if detail else 0)),
            [
                lines(_edges(view), color=ORANGE, strokeWidth=1.2),
                pictures(shown),
                boxes(_chosen(view), strokeWidth=3),
                *_output_column(view),
                words(_heads(), align="left"),
                *details,
            ],
        ),
    )


def _row(at: int) -> int:
    return _TOP + at * _PITCH


def _corner(layer: str, unit: int) -> Place:
    """The top left corner of a map, or of a channel of the picture."""
    if layer == "input":
        return 0, _row(2) + (unit + 1) * (_SIDE + 20)
    return (MAPS.index(layer) + 1) * _COLUMN, _row(unit)


def _picture_column(view: View) -> list[Row]:
    """The picture, in colour and by its channels."""
    channels, side = view.given["input"], (_SIDE, _SIDE)
    by_channel = [picture_row(_corner("input", at), side, in_gray(one)) for at, one in enumerate(channels)]
    return [picture_row(_corner("input", -1), side, in_color(channels)), *by_channel]


def _heads() -> list[Row]:
    heads = [word((at * _COLUMN, 8), layer_told(layer)) for at, layer in enumerate(("input", *MAPS))]
    for at, name in enumerate(("colour", *_CHANNELS), -1):
        left, top = _corner("input", at)
        heads.append(word((left, top - 7), name, 10, _QUIET))
    return [*heads, word((_OUTPUT, 8), "output")]


def _sizes(view: View) -> list[Row]:
    """Height and width of each layer's maps."""
    sides = [(at * _COLUMN, view.given[layer].shape[1]) for at, layer in enumerate(("input", *MAPS))]
    return [*(word((left, 22), f"{side} × {side}", 10, _QUIET) for left, side in sides), word((_OUTPUT, 22), "10", 10)]


def _legend(view: View) -> list[Layer]:
    bottom = _row(CHANNELS)
    told = f"from minus to plus the largest size {_LEVELS[view.level]}; grey is 0"
    text = word((_COLUMN + 138, bottom + 13), told, 11, _QUIET)
    return [pictures([legend_row((_COLUMN, bottom + 8))]), words([text], align="left")]


def _chosen(view: View) -> list[Row]:
    """A frame around the unit looked at."""
    if view.layer in {"flatten", "output"}:
        return []
    left, top = _corner(view.layer, view.unit)
    return [box((left - 2, top - 2), (_SIDE + 4, _SIDE + 4), "none", ORANGE)]


def _edges(view: View) -> list[Row]:
    """Lines from every map that goes into the unit looked at."""
    ends: list[tuple[Place, Place]]
    if view.layer == "output":
        ends = [(_corner("max_pool_2", at), (_OUTPUT - 66, _row(view.unit))) for at in range(CHANNELS)]
    elif view.layer.startswith("conv"):
        sources = range(len(view.given[before(view.layer)]))
        ends = [(_corner(before(view.layer), at), _corner(view.layer, view.unit)) for at in sources]
    elif view.layer in MAPS:
        ends = [(_corner(before(view.layer), view.unit), _corner(view.layer, view.unit))]
    else:
        return []
    half = _SIDE / 2
    return [{"x": a[0] + _SIDE, "y": a[1] + half, "x2": b[0], "y2": b[1] + half} for a, b in ends]


def _output_column(view: View) -> list[Layer]:
    """Each class with its probability as a bar."""
    rows, shares, classes = [], [], []
    for unit, (name, probability) in enumerate(zip(CLASSES, view.probabilities.tolist(), strict=True)):
        middle = _row(unit) + _SIDE / 2
        rows.append(box((_OUTPUT, middle - 8), (max(_BARS * probability, 0.5), 16), BLUE, "none"))
        shares.append(word((_OUTPUT + _BARS * probability + 4, middle), _percent(probability), 11))
        is_chosen = view.layer == "output" and unit == view.unit
        classes.append(word((_OUTPUT - 6, middle), name, 12, ORANGE if is_chosen else "#222222"))
    return [boxes(rows), words(shares, align="left"), words(classes, align="right")]


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.0005 else ""
