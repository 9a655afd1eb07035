"""A picture's way through the network, and what of it is to be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from service.config import bundled
from service.demos.cnn_explainer.network import (
    BLOCKS,
    CHANNELS,
    CLASSES,
    LAYERS,
    SIDES,
    Map,
    before,
    forward,
    softmax,
    weights,
)
from service.demos.cnn_explainer.parameters import IMAGES
from service.demos.convolution import Axis, convolve

MAPS = tuple(name for block in BLOCKS for name in block)  # the layers with ten maps each
_LIGHT = 0.5  # a border brighter than that is taken for a light background
Cell = tuple[int, int]


@dataclass(frozen=True)
class View:
    """Every layer's numbers, and the layer, unit and cell that are explained."""

    given: Mapping[str, Map]
    layer: str
    unit: int  # of the layer; of the output: the class
    cell: Cell
    level: str  # of the colour scale
    label: str | None  # what the picture shows, where that is known
    inverted: bool

    @property
    def probabilities(self) -> Map:
        """Of the classes (10,)."""
        return softmax(self.given["output"])

    @property
    def predicted(self) -> int:
        """The class that the network decides for."""
        return int(np.argmax(self.given["output"]))

    @property
    def channel(self) -> int:
        """The map that is explained: the unit's, or for a class the one that adds most to its logit."""
        return int(np.argmax(contributions(self.given, self.unit))) if self.layer == "output" else self.unit

    @property
    def block(self) -> tuple[str, ...]:
        """The block of layers that the layer belongs to, or is next to."""
        return BLOCKS[0] if LAYERS.index(self.layer) <= LAYERS.index("max_pool_1") else BLOCKS[1]

    @property
    def decision(self) -> str:
        """What the network takes the picture for, and what it is."""
        sure = f"{float(self.probabilities[self.predicted]):.1%}"
        taken = f"Taken for: {CLASSES[self.predicted]} ({sure})"
        if self.label is None:
            return f"Own picture{', inverted' if self.inverted else ''}. {taken}."
        return f"{taken}. Shown: {self.label}."

    def cell_on(self, layer: str) -> Cell:
        """The same place on another layer's maps: half as far where they are half as large, and never beyond."""
        halvings = round(log2(SIDES.get(self.layer, SIDES["max_pool_2"]) / SIDES[layer]))
        row, column = (place >> halvings if halvings >= 0 else place << -halvings for place in self.cell)
        return min(row, SIDES[layer] - 1), min(column, SIDES[layer] - 1)

    def limit(self, layer: str, unit: int) -> float:
        """The largest size of a number for whose colour there is another shade, by the level of the scale."""
        if self.level == "unit":
            return _largest(self.given[layer][unit])
        layers = MAPS if self.level == "global" else next(block for block in BLOCKS if layer in block)
        return max(_largest(self.given[name]) for name in layers)


def view(parameters: Mapping[str, Any]) -> View:
    """Compute all layers for the picture that the parameters name or bring."""
    picture, inverted = _picture(parameters)
    given = forward(picture)
    own = parameters["upload"] is not None
    label = None if own else CLASSES[IMAGES.index(parameters["image"])]
    layer, unit = parameters["layer"], parameters["unit"]
    return View(given, layer, unit, _cell(parameters, given), parameters["scale_level"], label, inverted)


def _picture(parameters: Mapping[str, Any]) -> tuple[Map, bool]:
    """The picture (3, 64, 64) from 0 to 1, and whether it was inverted."""
    from service.demos import pictures  # noqa: PLC0415  # decoders, which only runs need

    if parameters["upload"] is None:
        path = bundled("data") / "models" / "tiny_vgg" / "images" / f"{parameters['image']}.png"
        pixels, inverts = pictures.read_file(path, SIDES["input"]), False
    else:
        pixels = pictures.read_upload(parameters["upload"], SIDES["input"])
        border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        inverts = {"yes": True, "no": False, "auto": bool(border.mean() / 255 > _LIGHT)}[parameters["invert"]]
    values: Map = np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32) / np.float32(255)
    return (np.float32(1) - values if inverts else values), inverts


def _cell(parameters: Mapping[str, Any], given: Mapping[str, Map]) -> Cell:
    """The cell asked for, or the highest of the unit's map; of a class: the one that adds most to its logit."""
    layer, unit = parameters["layer"], parameters["unit"]
    if parameters["row"] is not None:
        return parameters["row"], parameters["column"]
    if layer == "output":
        values = products(given, unit)[np.argmax(contributions(given, unit))]
    else:
        values = given["max_pool_2" if layer == "flatten" else layer][unit]
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return int(row), int(column)


def by_channel(view: View) -> Map:
    """What the chosen convolution's unit makes of each channel by itself: (in, height, width)."""
    values = view.given[before(view.layer)]
    kernel = weights()[f"{view.layer}.weight"][view.unit]
    axes = [Axis(size, kernel.shape[-1]) for size in values.shape[1:]]
    return np.stack([convolve(one[None], part[None, None], axes)[0] for one, part in zip(values, kernel, strict=True)])


def products(given: Mapping[str, Map], unit: int) -> Map:
    """What each cell of the last layer's maps adds to a class's logit (10, 13, 13)."""
    return np.asarray((weights()["output.weight"][unit] * given["flatten"]).reshape(given["max_pool_2"].shape))


def contributions(given: Mapping[str, Map], unit: int) -> Map:
    """What each map of the last layer adds to a class's logit (10,)."""
    return np.asarray(products(given, unit).reshape(CHANNELS, -1).sum(axis=1))


def _largest(values: Map) -> float:
    return float(np.abs(values).max()) or 1.0
