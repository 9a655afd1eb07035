"""Own pictures for the CNN explainer: what is read of them, and what is refused."""

import base64
import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image

from service.config import bundled
from service.demos.cnn_explainer import CNN_EXPLAINER as DEMO
from service.demos.demo import resolve_parameters
from service.demos.pictures import Pixels, read_upload
from service.errors import InvalidInput

IMAGES = bundled("data") / "models" / "tiny_vgg" / "images"
GRADIENT = np.add.outer(np.arange(90), np.arange(160)).astype(np.uint8)  # wider than high


def run(**given: Any) -> dict[str, Any]:
    return DEMO.run(resolve_parameters(DEMO, given), "1", lambda _fraction, _message="": None).output


def kept_of(text: str) -> Pixels:
    return read_upload(text, 64)


def sent(content: bytes) -> str:
    return base64.b64encode(content).decode()


def encoded(picture: Image.Image, format: str = "PNG", **options: Any) -> str:
    content = io.BytesIO()
    picture.save(content, format, **options)
    return sent(content.getvalue())


def png(size: tuple[int, int], pixels: bytes, chunks: Sequence[tuple[bytes, bytes]] = (), depth: int = 8) -> str:
    """A PNG written by hand, to say what no honest one says."""
    header = struct.pack(">IIBBBBB", *size, depth, 2 if depth == 8 else 0, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")]
    told = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return sent(b"\x89PNG\r\n\x1a\n" + b"".join(told))


BLACK = b"\0" * (64 * (1 + 3 * 64))  # lines of 64 pixels, each with the filter before it


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_a_picture_sent_counts_as_the_same_picture_shipped(prefix: str) -> None:
    upload = prefix + sent((IMAGES / "sneaker.png").read_bytes())

    own = run(upload=upload)

    assert own["logits"] == run(image="sneaker")["logits"]
    assert own["image"] == {"label": None, "inverted": False}
    assert own["prediction"]["class"] == "sneaker"


def test_a_picture_on_white_is_inverted_unless_one_says_no() -> None:
    negative = encoded(Image.fromarray(255 - np.asarray(Image.open(IMAGES / "bag.png"))))

    assert run(upload=negative)["logits"] == pytest.approx(run(image="bag")["logits"], abs=0.05)
    assert run(upload=negative)["image"]["inverted"]
    assert not run(upload=negative, invert="no")["image"]["inverted"]


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "TIFF"])
def test_formats_are_read_alike(format: str) -> None:
    kept = kept_of(encoded(Image.fromarray(GRADIENT), format))

    assert kept.shape == (64, 64, 3)
    assert np.abs(kept.astype(int) - kept_of(encoded(Image.fromarray(GRADIENT)))).mean() < 2


def test_the_centred_square_is_kept() -> None:
    marked = np.zeros((40, 100), np.uint8)
    marked[:, 29:71] = 200  # one more on each side: enlarging looks at neighbours

    assert np.all(kept_of(encoded(Image.fromarray(marked))) == 200)


def test_what_shows_through_is_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))

    assert np.all(kept_of(encoded(clear)) == 255)


def test_a_picture_taken_with_the_camera_turned_is_turned_back() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is on the right
    picture = Image.fromarray(np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1)))

    kept = kept_of(encoded(picture, "JPEG", exif=exif))

    assert kept[-1].mean() > 240
    assert kept[0].mean() < 15


def test_only_what_the_network_sees_is_kept_and_resolving_it_again_changes_nothing() -> None:
    noise = np.random.default_rng(0).integers(256, size=(700, 900, 3)).astype(np.uint8)

    resolved = resolve_parameters(DEMO, {"upload": encoded(Image.fromarray(noise))})

    assert len(resolved["upload"]) < 20_000
    assert resolve_parameters(DEMO, resolved) == resolved


HOSTILE = {
    "50 megapixels": (png((10_000, 5_000), b""), "10000 x 5000 pixels; at most 16,000,000"),
    "more pixels than can be counted": (png((2**31 - 1, 2**31 - 1), b""), "more than 16,000,000 pixels"),
    "a bomb of text": (png((64, 64), BLACK, [(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))]), "too large"),
    "a truncated picture": (png((640, 640), b"\0" * 1000), "broken"),
    "half a JPEG": (encoded(Image.fromarray(GRADIENT), "JPEG")[:400], "broken"),
    "16 bits": (png((64, 64), b"\0" * (64 * 129), depth=16), "8 bits"),
    "numbers that are none": (encoded(Image.fromarray(np.full((8, 8), np.nan, np.float32)), "TIFF"), "8 bits"),
    "a drawing": (sent(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "no picture that can be read"),
    "an address": ("https://example.org/a.png", "neither base64"),
    "letters of other scripts": ("ä" * 8, "neither base64"),
    "nothing": ("", "Length"),
    "more than can be sent": ("A" * 5_400_001, "Length"),
    "too many bytes": ("A" * 5_400_000, "at most 4,000,000 are read"),
}


@pytest.mark.parametrize(("upload", "told"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pictures_are_refused_by_the_parameters_name(upload: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(DEMO, {"upload": upload})

    assert [fault.pointer for fault in refused.value.faults] == ["/upload"]
    assert told in str(refused.value)


def test_a_number_is_no_picture() -> None:
    with pytest.raises(InvalidInput, match="Not a valid string"):
        resolve_parameters(DEMO, {"upload": float("nan")})


def test_pixels_beyond_what_a_picture_says_it_has_are_not_unpacked() -> None:
    bomb = png((64, 64), BLACK + bytes(300_000_000))

    assert np.all(kept_of(bomb) == 0)
