"""The figures of the space of representations: a map of networks, and their distances from each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.canvas import canvas, word, words
from service.demos.charts import COLORS
from service.demos.compiled import Floats
from service.demos.figures import Figure, number_told
from service.demos.representation_space.families import TITLES, Learnt

Box = tuple[float, float, float, float]  # left, top, right, bottom
_SIDE, _ROOM = 460, 40  # pixels
_SHAPES = ("diamond", "circle", "square", "triangle-up", "cross", "triangle-down")
_NEAR, _FAR = "#0b3a66", "#f4f1e6"


@dataclass(frozen=True)
class Space:
    """Networks, where they lie on a map, and how far their representations are from each other."""

    learnt: Sequence[Learnt]
    places: Floats  # (networks, 2)
    distances: Floats  # (networks, networks)
    told: str  # what the map keeps


def space_figure(space: Space) -> Figure:
    """Each network as a point: near each other where they hold digits equally far apart."""
    spots = _spots(space.places)
    names = [one.member.name for one in space.learnt]
    rows = [
        {"x": x, "y": y, "family": TITLES[one.member.family], "name": name, "units": one.points.shape[1]}
        for one, name, (x, y) in zip(space.learnt, names, spots.tolist(), strict=True)
    ]
    labels = [word((x, y), names[place], 10, align=align) for place, x, y, align in _labels(spots, names)]
    families = list(dict.fromkeys(row["family"] for row in rows))
    looks = [list(TITLES.values()).index(family) for family in families]
    by_family = {"field": "family", "type": "nominal", "title": None, "sort": families}
    marks = {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {
            "color": {**by_family, "scale": {"domain": families, "range": [COLORS[look] for look in looks]}},
            "shape": {**by_family, "scale": {"domain": families, "range": [_SHAPES[look] for look in looks]}},
            "tooltip": [{"field": field, "type": "nominal", "title": field} for field in ("family", "name", "units")],
        },
    }
    texts = [words([label for label in labels if label["align"] == align], align=align) for align in ("left", "right")]
    return Figure(
        "Space of representations",
        f"Map of {len(rows)} networks of {len(families)} families. Those are near each other that hold digits equally "
        f"far apart. The map keeps {space.told}. {_extremes(space)}.",
        canvas(
            {
                "text": "The space of representations",
                "subtitle": ["A mark is a network, with the units of its hidden layers", f"The map keeps {space.told}"],
            },
            (_SIDE, _SIDE),
            [marks, *texts],
        ),
    )


def _spots(places: Floats) -> Floats:
    """Places as pixels from the top left, with room for names at the sides; both axes on one scale."""
    low, high = places.min(axis=0), places.max(axis=0)
    scale = (_SIDE - 2 * _ROOM) / (float(np.max(high - low)) or 1.0)
    return np.asarray(_SIDE / 2 + (places - (low + high) / 2) * scale * [1, -1])


def _labels(spots: Floats, names: Sequence[str]) -> list[tuple[int, float, float, str]]:
    """Names that find room beside their marks: right of them, else left of them, else none."""
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in spots.tolist()]
    found = []
    for place, (x, y) in enumerate(spots.tolist()):
        width = 6 * len(names[place]) + 2
        for align, left in (("left", x + 8), ("right", x - 8 - width)):
            box = (left, y - 6, left + width, y + 6)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found.append((place, x + 9 if align == "left" else x - 9, y, align))
                break
    return found


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _extremes(space: Space) -> str:
    """Which two networks are farthest from each other."""
    place = int(space.distances.argmax())
    first, second = (full_name(space.learnt[k]) for k in divmod(place, len(space.learnt)))
    return f"Farthest from each other: {first} and {second}, {number_told(space.distances.max())}"


def full_name(one: Learnt) -> str:
    """A network as a list says it."""
    family = TITLES[one.member.family]
    return f"{family} {one.member.name}" if one.member.hidden else family


def distances_figure(space: Space) -> Figure:
    """The distance of every two networks' representations."""
    names = [f"{place}. {full_name(one)}" for place, one in enumerate(space.learnt, 1)]
    rows = [
        {"a": names[i], "b": names[j], "distance": float(space.distances[i, j])}
        for i in range(len(names))
        for j in range(len(names))
    ]
    step = max(10, min(24, 440 // len(names)))
    axis = {"labelFontSize": max(8, min(11, step - 2)), "labelLimit": 220, "title": None}
    side = {"type": "nominal", "sort": names}
    return Figure(
        "Distances of representations",
        f"Matrix of {len(names)} by {len(names)} shades: dark where two networks hold digits equally far apart. "
        f"{_extremes(space)}.",
        {
            "title": {
                "text": "How far representations are from each other",
                "subtitle": "0: digits are equally far apart in both · order, turns and scale of units do not count",
            },
            "width": {"step": step},
            "height": {"step": step},
            "data": {"values": rows},
            "mark": {"type": "rect", "stroke": "white", "strokeWidth": 0.3},
            "encoding": {
                "x": {"field": "a", **side, "axis": {**axis, "labelAngle": -90}},
                "y": {"field": "b", **side, "axis": axis},
                "color": {
                    "field": "distance",
                    "type": "quantitative",
                    "title": "Distance",
                    "scale": {"domainMin": 0, "range": [_NEAR, _FAR], "interpolate": "lab"},
                },
            },
        },
    )
