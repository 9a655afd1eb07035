"""The classifier as pictures: what it decides, where it looks, and what a stage sees."""

from typing import Any

import numpy as np

from service.demos.canvas import Row, box, boxes, canvas, word, words
from service.demos.figures import BLUE, Figure
from service.demos.imagenet_classifier.view import View
from service.demos.maps import legend_row, limit_of, map_row, picture_row, pictures, shades
from service.demos.pictures import Pixels
from service.inference.imagenet import classes

_SIDE, _GAP, _HEAD = 224, 28, 24  # pixels: of the picture, between columns, above
_BARS, _NAMES, _PITCH = 150, 170, 26  # pixels: of a probability of 1, of names, from bar to bar
_MAP, _MAPS_ACROSS = 76, 8
_SHOWS_THROUGH = 0.35  # share of the picture in a shaded one
_LONGEST = 26  # letters of a name


def decision_told(view: View) -> str:
    """What the picture is taken for: "Taken for: espresso (95.1%)."."""
    best = view.order[0]
    return f"Taken for: {classes()[best]} ({float(view.probabilities[best]):.1%})."


def decision_figure(view: View, top: int) -> Figure:
    """The picture, and a bar for each of the most probable classes."""
    left, bars, shares, names = _SIDE + _GAP + _NAMES, [], [], []
    for at, unit in enumerate(view.order[:top]):
        middle, share = _HEAD + _PITCH * at, float(view.probabilities[unit])
        bars.append(box((left, middle - 9), (max(_BARS * share, 0.5), 18), BLUE, "none"))
        shares.append(word((left + _BARS * share + 5, middle), f"{share:.1%}", 11))
        names.append(word((left - 8, middle), _short(classes()[unit])))
    told = ", ".join(f"{classes()[unit]} {float(view.probabilities[unit]):.1%}" for unit in view.order[:3])
    return Figure(
        "What the picture is taken for",
        f"The picture, and bars of the {top} most probable of 1,000 classes. The first: {told}.",
        canvas(
            {"text": "What the picture is taken for", "subtitle": decision_told(view)},
            (left + _BARS + 50, max(_SIDE, _HEAD + _PITCH * top)),
            [
                pictures([picture_row((0, 0), (_SIDE, _SIDE), view.pixels)]),
                boxes(bars),
                words(shares, align="left"),
                words(names, align="right"),
            ],
        ),
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def places_figure(view: View) -> Figure:
    """The picture, the same shaded by what each place adds to the explained class's logit, and the numbers."""
    places, name = view.places, classes()[view.explained]
    limit, cell = limit_of(places), _SIDE / len(view.places)
    lefts = [0, _SIDE + _GAP, 2 * (_SIDE + _GAP)]
    heads = ["What the network sees", "What spoke for it", "In numbers"]
    logit, bias = float(view.given["logits"][view.explained]), float(view.network.bias[view.explained])
    shown = [
        picture_row((lefts[0], _HEAD), (_SIDE, _SIDE), view.pixels),
        picture_row((lefts[1], _HEAD), (_SIDE, _SIDE), _shaded(view.pixels, places, limit)),
        map_row((lefts[2], _HEAD), (_SIDE, _SIDE), places, limit),
        legend_row((lefts[1], _HEAD + _SIDE + 14)),
    ]
    written = [_written(lefts[2], cell, at, float(value), limit) for at, value in np.ndenumerate(places)]
    total = f"all places {_told(places.sum())}, bias {_told(bias)}: logit {_told(logit)}"
    texts = [word((left, 10), head) for left, head in zip(lefts, heads, strict=True)]
    texts.append(word((lefts[1] + 136, _HEAD + _SIDE + 19), "against, for", 11))
    texts.append(word((lefts[2], _HEAD + _SIDE + 19), total, 11))
    row, column = np.unravel_index(int(np.argmax(places)), places.shape)
    return Figure(
        f"What spoke for {name}",
        f"The picture in 7 by 7 places, each shaded by what it adds to the logit of {name}: most at row {row + 1}, "
        f"column {column + 1}, {_told(places.max())}; least {_told(places.min())}. In sum: {total}.",
        canvas(
            {
                "text": f"What spoke for: {name}",
                "subtitle": f"Probability {float(view.probabilities[view.explained]):.1%}",
            },
            (lefts[2] + _SIDE, _HEAD + _SIDE + 30),
            [pictures(shown), words(texts, align="left"), words(written)],
        ),
    )


def _shaded(pixels: Pixels, places: np.ndarray[Any, Any], limit: float) -> Pixels:
    """The picture in grey, under the colours of its places."""
    side = len(pixels) // len(places)
    colors = np.kron(shades(places, limit), np.ones((side, side, 1)))
    gray = pixels.mean(axis=2, keepdims=True)
    return np.asarray(np.round(_SHOWS_THROUGH * gray + (1 - _SHOWS_THROUGH) * colors), dtype=np.uint8)


def _written(left: float, cell: float, at: tuple[int, ...], value: float, limit: float) -> Row:
    """A number in the middle of its place."""
    middle = left + (at[1] + 0.5) * cell, _HEAD + (at[0] + 0.5) * cell
    return word(middle, _told(value), 9.5, "#ffffff" if value / limit > 0.4 else "#222222")


def _told(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")


def maps_figure(view: View, stage: str, count: int) -> Figure:
    """A stage's maps, those that hold most first, each on its own scale."""
    values, channels = view.given[stage], view.strongest(stage, count)
    shown, texts = [], []
    for at, channel in enumerate(channels):
        down, across = divmod(at, _MAPS_ACROSS)
        place = across * (_MAP + 8), down * (_MAP + 22) + 14
        shown.append(map_row(place, (_MAP, _MAP), values[channel], limit_of(values[channel])))
        texts.append(word((place[0], place[1] - 7), f"{channel}", 10, "#666666"))
    bottom = -(-len(channels) // _MAPS_ACROSS) * (_MAP + 22) + 14
    shown.append(legend_row((0, bottom)))
    texts.append(word((138, bottom + 5), "from minus to plus the largest size of each map; grey is 0", 11, "#666666"))
    side = values.shape[1]
    subtitle = f"{len(channels)} of {len(values)} maps of {side} × {side}, by their channel; the strongest first"
    return Figure(
        f"Maps of {stage.replace('_', ' ')}",
        f"Grid of {len(channels)} of the {len(values)} maps of {stage.replace('_', ' ')}, {side} by {side} cells each, "
        "those with the largest mean first.",
        canvas(
            {"text": f"Maps of {stage.replace('_', ' ')}", "subtitle": subtitle},
            (_MAPS_ACROSS * (_MAP + 8), bottom + 16),
            [pictures(shown), words(texts, align="left")],
        ),
    )
