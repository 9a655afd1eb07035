"""The figures of representations: maps of digits, and how pure the neighbourhoods in them are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.digits import Digits
from service.demos.figures import BLUE, FAINT, INK, ORANGE, Figure
from service.demos.maps import png_url
from service.demos.representations.mapping import Mapped

Layer = dict[str, Any]
_SIDE, _COLUMNS = 300, 2  # pixels of a map; maps side by side
_IMAGE_SIDE = 8
# Ten colours of alternating lightness. In grayscale the digits that are drawn tell themselves apart.
_COLORS = ("#0b4f8a", "#e8902c", "#2f7d4f", "#b3262e", "#6b4fa0", "#7a4a2b", "#c23b8f", "#4d4d4d", "#8f8a00", "#1193a8")


def maps_figure(mapped: Sequence[Mapped], digits: Digits, method: str, linked: bool) -> Figure:
    """Each digit at its place in the map of every representation."""
    rows = []
    for place, (label, image) in enumerate(zip(digits.labels.tolist(), digits.images, strict=True)):
        spots = {
            f"{axis}{k}": float(one.plane.places[place, i])
            for k, one in enumerate(mapped)
            for i, axis in enumerate("xy")
        }
        rows.append({"digit": label, "image": _picture(image), **spots})
    panels = [_panel(k, one, linked) for k, one in enumerate(mapped)]
    told = "; ".join(f"{one.name}: {one.purity:.0%}" for one in mapped)
    return Figure(
        f"Maps by {method}",
        f"{len(mapped)} maps of {len(digits)} handwritten digits by {method}, each drawn as what it shows. Of the "
        f"nearest neighbours in each representation, so many show the same: {told}.",
        {
            "title": {
                "text": f"Maps of {len(digits)} handwritten digits, by {method}",
                "subtitle": f"Of nearest neighbours, so many show the same digit · {told}",
            },
            "data": {"values": rows},
            "columns": _COLUMNS,
            "concat": panels,
            "resolve": {"scale": {"color": "shared"}},
        },
    )


def _picture(image: Floats) -> str:
    shades = np.round(255 * (1 - image.reshape(_IMAGE_SIDE, _IMAGE_SIDE))).astype(np.uint8)
    return png_url(np.repeat(shades[..., None], 3, axis=2))


def _panel(k: int, one: Mapped, linked: bool) -> Layer:
    """Square, with one scale for both axes: distances are what is told."""
    low, high = one.plane.places.min(axis=0), one.plane.places.max(axis=0)
    reach = 0.53 * float(np.max(high - low)) or 1.0
    middle = (low + high) / 2
    fields = {
        axis: {
            "field": f"{axis}{k}",
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [float(middle[i] - reach), float(middle[i] + reach)], "nice": False},
        }
        for i, axis in enumerate("xy")
    }
    tooltip = [{"field": field, "type": "nominal", "title": field} for field in ("digit", "image")]
    glyphs = {
        "mark": {"type": "text", "fontSize": 9, "fontWeight": "bold"},
        "encoding": {
            **fields,
            "text": {"field": "digit", "type": "nominal"},
            "color": {"field": "digit", "type": "nominal", "legend": None, "scale": _DIGIT_COLORS},
            "tooltip": tooltip,
        },
    }
    return {
        "title": {"text": f"{one.name}, {one.units} numbers", "subtitle": one.plane.told, "fontSize": 12, "offset": 4},
        "width": _SIDE,
        "height": _SIDE,
        "layer": [*([_links(one, fields)] if linked else []), glyphs],
    }


_DIGIT_COLORS = {"domain": list(range(10)), "range": list(_COLORS)}


def _links(one: Mapped, fields: Layer) -> Layer:
    """A line from each digit to the nearest other."""
    ends = zip(one.plane.places.tolist(), one.plane.places[one.nearest].tolist(), strict=True)
    rows = [{"x": x, "y": y, "x2": x2, "y2": y2} for (x, y), (x2, y2) in ends]
    return {
        "data": {"values": rows},
        "mark": {"type": "rule", "color": FAINT, "strokeWidth": 0.7, "aria": False},
        "encoding": {
            "x": {**fields["x"], "field": "x"},
            "y": {**fields["y"], "field": "y"},
            "x2": {"field": "x2"},
            "y2": {"field": "y2"},
        },
    }


def purity_figure(mapped: Sequence[Mapped], neighbours: int) -> Figure:
    """How many neighbours show the same digit, in each representation and in its map."""
    kinds = {"In all dimensions": BLUE, "On the map": ORANGE}
    rows = [
        {"name": one.name, "kind": kind, "purity": purity}
        for one in mapped
        for kind, purity in zip(kinds, (one.purity, one.map_purity), strict=True)
    ]
    told = "; ".join(f"{one.name} {one.purity:.1%}, on the map {one.map_purity:.1%}" for one in mapped)
    kind = {"field": "kind", "type": "nominal", "title": None, "sort": list(kinds)}
    return Figure(
        "Purity of neighbourhoods",
        f"Bar chart of the share of {neighbours} nearest neighbours that show the same digit: {told}.",
        {
            "title": {"text": "How many neighbours show the same digit", "subtitle": f"Of the {neighbours} nearest"},
            "width": 480,
            "height": 220,
            "data": {"values": rows},
            "mark": {"type": "bar", "stroke": INK, "strokeWidth": 0.5},
            "encoding": {
                "x": {"field": "name", "type": "nominal", "title": None, "sort": None, "axis": {"labelAngle": 0}},
                "xOffset": {**kind, "scale": {"paddingInner": 0}},
                "y": {
                    "field": "purity",
                    "type": "quantitative",
                    "title": "Share",
                    "axis": {"format": "~%"},
                    "scale": {"domain": [0, 1]},
                },
                "color": {**kind, "scale": {"domain": list(kinds), "range": list(kinds.values())}},
            },
        },
    )
