"""The plane as a picture: a pixel for each number, in the decision map's colours; small where rectangles are large."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.demos.canvas import SEEN
from service.demos.compiled import Floats
from service.demos.figures import SIGNED_COLORS
from service.demos.maps import png_url
from service.demos.playground.map import plane_axis

Layer = dict[str, Any]
SHADES = "Light: output −1 or less, dark: 1 or more"
_STOPS = np.array([[int(color[k : k + 2], 16) for k in (1, 3, 5)] for color in SIGNED_COLORS], dtype=np.float64)
_IMAGE = {"type": "image", "aspect": False, "smooth": False, "aria": False}


def picture_layer(surfaces: Sequence[Floats], side: int) -> Layer:
    """Outputs over the plane (a row for each y upward), `side` units large; of several, one is seen in each frame."""
    rows = [
        {"x": 0, "y": 0, "first": number, "last": number, "url": png_url(_pixels(values))}
        for number, values in enumerate(surfaces)
    ]
    return {
        "data": {"values": rows},
        **({"transform": SEEN} if len(rows) > 1 else {}),
        "mark": {**_IMAGE, "width": side, "height": side},
        "encoding": {"x": plane_axis("x"), "y": plane_axis("y"), "url": {"field": "url", "type": "nominal"}},
    }


def _pixels(values: Floats) -> NDArray[np.uint8]:
    """Colours (rows from the top down, columns, 3)."""
    places = np.clip(np.nan_to_num(values), -1, 1)[::-1]
    colors = [np.interp(places, (-1.0, 0.0, 1.0), _STOPS[:, channel]) for channel in range(3)]
    return np.round(np.stack(colors, axis=-1)).astype(np.uint8)
