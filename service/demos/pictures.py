"""Pictures as networks see them: squares of red, green and blue; people's own are read with caution."""

import base64
import binascii
import io
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 4_000_000
MAX_PIXELS = 16_000_000  # a telephone's camera has 12 million
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF")
_DATA_URL = re.compile(r"data:image/[a-z.+-]{1,20};base64,")

Pixels = NDArray[np.uint8]


class NoPicture(ValueError):
    """What was sent cannot be used as a picture; the message says why."""


def read_file(path: Path, size: int) -> Pixels:
    """The square of a picture that ships with the service."""
    with Image.open(path) as picture:
        return squared(picture, size)


def squared(picture: Image.Image, size: int) -> Pixels:
    """The centred square of a picture, as size x size x 3 bytes; what shows through it is white."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    whole = picture if picture.mode == mode else picture.convert(mode)  # converting copies, needed or not
    small = whole.resize((size, size), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side))
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("RGB")
    return np.asarray(small)


def read_upload(text: str, size: int) -> Pixels:
    """The square of a picture that was sent as base64 or as a data URL; NoPicture when it is none, or too large.

    The header is read first: nothing is unpacked of a picture whose size is beyond MAX_PIXELS.
    """
    content = _decoded(text)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _refuse_unfit(picture)
            picture.draft("RGB", (2 * size, 2 * size))  # a JPEG is unpacked no larger than it has to be
            ImageOps.exif_transpose(picture, in_place=True)
            return squared(picture, size)
    except NoPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NoPicture(f"It has more than {MAX_PIXELS:,} pixels.") from error
    except UnidentifiedImageError as error:
        raise NoPicture(f"It is no picture that can be read: {', '.join(FORMATS)} can.") from error
    except Exception as error:  # decoders raise whatever they come across in broken files
        raise NoPicture(f"It is broken: {str(error) or type(error).__name__}") from error


def as_upload(pixels: Pixels) -> str:
    """Pixels as a data URL that `read_upload` gives back unchanged."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def _decoded(text: str) -> bytes:
    prefix = _DATA_URL.match(text)
    try:
        content = base64.b64decode(text[prefix.end() if prefix else 0 :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPicture("It is neither base64 nor a data URL of a picture in base64.") from error
    if len(content) > MAX_BYTES:
        raise NoPicture(f"It has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")
    return content


def _refuse_unfit(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise NoPicture(f"It has {width} x {height} pixels; at most {MAX_PIXELS:,} are read.")
    if picture.mode.startswith(("I", "F")):
        raise NoPicture(f"Its pixels are of the kind {picture.mode}; 8 bits for each colour can be read.")
