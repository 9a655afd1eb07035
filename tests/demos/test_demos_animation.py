import io

import numpy as np
import pytest
from PIL import Image

from service.demos.animation import LAST_FRAME_S, gif_of
from service.demos.figures import Animation, Figure

SHADES = ["#000000", "#808080", "#ffffff"]


def shades(animation: Animation | None) -> Figure:
    """A square that gets lighter from frame to frame."""
    spec = {
        "width": 40,
        "height": 40,
        "data": {"values": [{"at": at, "shade": shade} for at, shade in enumerate(SHADES)]},
        "transform": [{"filter": "datum.at == frame"}],
        "mark": {"type": "rect", "width": 40, "height": 40},
        "encoding": {"color": {"field": "shade", "type": "nominal", "scale": None}},
    }
    return Figure("Shades", "A square: black, grey, white.", spec, animation)


def middle(picture: Image.Image) -> int:
    return int(np.asarray(picture.convert("L"))[picture.height // 2, picture.width // 2])


def test_a_gif_shows_one_frame_after_another_and_says_what_one_sees() -> None:
    gif = Image.open(io.BytesIO(gif_of(shades(Animation(3, frame_s=0.5)).vega_lite(), scale=1)))

    seen = []
    for frame in range(gif.n_frames):
        gif.seek(frame)
        seen.append((middle(gif), gif.info["duration"]))
    assert seen == [(0, 500), (128, 500), (255, LAST_FRAME_S * 1000)]
    assert gif.info["loop"] == 0
    assert gif.info["comment"] == b"A square: black, grey, white."


def test_a_picture_that_cannot_move_shows_the_frame_chosen_for_it() -> None:
    for still, expected in [(0, 0), (2, 255)]:
        png = shades(Animation(3, still=still)).png(scale=1)

        assert middle(Image.open(io.BytesIO(png))) == expected


@pytest.mark.parametrize(("frames", "still"), [(0, 0), (101, 0), (3, 3)])
def test_an_animation_has_a_bounded_number_of_frames_and_shows_one_of_them(frames: int, still: int) -> None:
    with pytest.raises(ValueError, match="1 to 100 frames"):
        Animation(frames, still=still)


def test_a_thin_line_keeps_its_colour_over_many_shades() -> None:
    """Colours that are chosen by how many pixels have them alone leave none for it."""
    strips = [{"at": at, "shade": f"#{at + 40:02x}{at + 40:02x}{at + 60:02x}"} for at in range(180)]
    own = {"field": "shade", "type": "nominal", "scale": None}
    layers = [
        {
            "data": {"values": strips},
            "mark": {"type": "rect", "width": 2, "x": {"expr": "datum.at * 2"}, "height": 200},
        },
        {
            "data": {"values": [{"shade": "#e8902c"}]},
            "mark": {"type": "rect", "x": 40, "width": 50, "y": 90, "height": 2},
        },
    ]
    spec = {"width": 360, "height": 200, "layer": [{**layer, "encoding": {"color": own}} for layer in layers]}

    gif = Image.open(io.BytesIO(gif_of(Figure("Line", "A line.", spec, Animation(2)).vega_lite(), scale=1)))

    seen = np.asarray(gif.convert("RGB")).reshape(-1, 3).astype(int)
    assert np.abs(seen - (0xE8, 0x90, 0x2C)).sum(axis=1).min() < 24
