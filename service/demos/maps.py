"""Feature maps as pictures inside a figure: a pixel for each number, light where low and dark where high."""

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.demos.canvas import Layer, Row

# One order of lightness, so that it is read in grayscale, too; zero is a grey without colour.
_LOW, _ZERO, _HIGH = np.array([255, 240, 168]), np.array([190, 190, 186]), np.array([8, 48, 94])
_STRIP = 64  # pixels of a legend's strip

Floats: TypeAlias = NDArray[np.floating[Any]]


def shades(values: Floats, limit: float) -> NDArray[np.uint8]:
    """Colours (..., 3) of numbers from -limit, light, over 0 to limit, dark."""
    share = np.clip(np.nan_to_num(values / (limit or 1.0)), -1, 1)[..., None]
    colors = _ZERO + np.where(share > 0, share * (_HIGH - _ZERO), -share * (_LOW - _ZERO))
    return np.asarray(np.round(colors), dtype=np.uint8)


def png_url(pixels: NDArray[np.uint8]) -> str:
    """Pixels (height, width, 3) as a PNG in a data URL."""
    height, width = pixels.shape[:2]
    lines = b"".join(b"\0" + line.tobytes() for line in np.ascontiguousarray(pixels))  # 0: the line is not filtered
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits each of red, green and blue
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def map_row(place: tuple[float, float], side: tuple[float, float], values: Floats, limit: float) -> Row:
    """A row of `pictures`: a map (height, width) with its top left corner at `place`, drawn (width, height) large."""
    return picture_row(place, side, shades(values, limit))


def picture_row(place: tuple[float, float], side: tuple[float, float], pixels: NDArray[np.uint8]) -> Row:
    """A row of `pictures` from its pixels (height, width, 3)."""
    width, height = side
    return {"x": place[0] + width / 2, "y": place[1] + height / 2, "w": width, "h": height, "url": png_url(pixels)}


def pictures(rows: Sequence[Row]) -> Layer:
    """A layer of pictures for a `canvas`, every pixel a square of one colour."""
    return {
        "data": {"values": list(rows)},
        "mark": {
            "type": "image",
            "aspect": False,
            "smooth": False,
            "aria": False,
            "width": {"expr": "datum.w"},
            "height": {"expr": "datum.h"},
        },
        "encoding": {"url": {"field": "url", "type": "nominal"}},
    }


def legend_row(place: tuple[float, float]) -> Row:
    """A row of `pictures`: all shades from the lowest to the highest, left to right."""
    return map_row(place, (2 * _STRIP, 10), np.linspace(-1, 1, _STRIP)[None], 1.0)


def limit_of(values: Floats | Sequence[Floats]) -> float:
    """The largest size of any number, for a scale that is even on both sides of zero."""
    return float(max((np.abs(one).max() for one in values), default=1.0)) or 1.0


def numbers(values: Any, digits: int = 6) -> Any:
    """Maps as lists, rounded to so many significant digits: enough to be drawn and compared, half as long."""
    array = np.asarray(values, dtype=float)
    with np.errstate(divide="ignore"):
        scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(array))))
    scale = np.where(np.isfinite(scale), scale, 1.0)
    return (np.round(array * scale) / scale).tolist()
