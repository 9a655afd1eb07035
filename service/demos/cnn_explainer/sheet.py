"""A sheet on which maps, grids of numbers, frames and words are put down: what the close-up figures are made of."""

from typing import Any

import numpy as np

from service.demos.canvas import Layer, Row, box, boxes, word, words
from service.demos.cnn_explainer.network import Map
from service.demos.figures import INK, ORANGE
from service.demos.maps import map_row, picture_row, pictures, shades

Place = tuple[float, float]

CELL = (36, 20)  # pixels of a number in a grid
_DARK = 0.45  # share of the largest size from which a number is white on its shade


class Sheet:
    """The rows of a figure's layers, as they are put down; where it moves, each with the frames that show it."""

    def __init__(self, moving: bool = False) -> None:
        self.moving = moving
        self.pictures: list[Row] = []
        self.cells: list[Row] = []
        self.frames: list[Row] = []
        self.left: list[Row] = []
        self.centred: list[Row] = []

    def map(self, place: Place, side: int, values: Map, limit: float) -> None:
        """A map, `side` pixels large."""
        self.pictures.append(map_row(place, (side, side), values, limit))

    def gray(self, place: Place, side: int, values: Map) -> None:
        """A channel of the picture itself."""
        self.pictures.append(picture_row(place, (side, side), in_gray(values)))

    def frame(self, place: Place, side: int, cells: tuple[int, int, int], of: int, **now: Any) -> None:
        """A frame around (row, column, size) cells of a map that is `side` pixels large and has `of` cells a side."""
        row, column, size = cells
        pixel = side / of
        corner = place[0] + column * pixel - 1, place[1] + row * pixel - 1
        self.frames.append(box(corner, (max(size * pixel, 3) + 2,) * 2, "none", ORANGE, **now))

    def numbers(self, place: Place, values: Map, limit: float, **now: Any) -> None:
        """A grid of numbers on their shades."""
        for (row, column), value in np.ndenumerate(values):
            corner = place[0] + column * CELL[0], place[1] + row * CELL[1]
            red, green, blue = shades(np.array([float(value)]), limit)[0]
            self.cells.append(box(corner, CELL, f"#{red:02x}{green:02x}{blue:02x}", "#ffffff", **now))
            color = "#ffffff" if float(value) / limit > _DARK else INK
            middle = corner[0] + CELL[0] / 2, corner[1] + CELL[1] / 2
            self.centred.append(word(middle, fixed(float(value), 2), 10.5, color, **now))

    def say(self, place: Place, text: str, **now: Any) -> None:
        """Words that begin at a place."""
        self.left.append(word(place, text, **now))

    def layers(self) -> list[Layer]:
        """From the bottom to the top, for a canvas."""
        return [
            pictures(self.pictures),
            boxes(self.cells, self.moving),
            boxes(self.frames, self.moving, strokeWidth=2),
            words(self.centred, self.moving),
            words(self.left, self.moving, align="left"),
        ]


def fixed(value: float, digits: int = 3) -> str:
    """A number with so many digits after the point, as one writes it: "−0.031"; zero has no sign."""
    return f"{value:z.{digits}f}".replace("-", "−")


def in_color(picture: Map) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A picture (3, height, width) from 0 to 1 as pixels (height, width, 3)."""
    return np.round(picture.transpose(1, 2, 0) * 255).astype(np.uint8)


def in_gray(channel: Map) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """One channel from 0, black, to 1, white, as pixels."""
    return np.repeat(np.round(channel[..., None] * 255).astype(np.uint8), 3, axis=2)


def layer_told(layer: str) -> str:
    """A layer's name as one reads it: "conv 1.2"."""
    kind, *numbers = layer.replace("max_pool", "pool").split("_")
    return f"{kind} {'.'.join(numbers)}".strip()
