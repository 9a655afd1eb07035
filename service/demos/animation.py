"""A figure that moves: one Vega-Lite specification whose parameter `frame` picks the step, drawn as GIF."""

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image

from service.demos.figures import FRAME, Spec, png_of

COLORS = 64  # twice as many are shared by all frames: even and unfiltered areas stay even, and a GIF stays small
LAST_FRAME_S = 2.0  # shown longer, so that one sees where it begins again
_SCALE = 1.25
_COMPOSED = ("layer", "hconcat", "vconcat")  # what a view is put together by
_PALETTE_SAMPLES = 4  # frames from which the shared colours are taken


def gif_of(vega_lite: Spec, scale: float = _SCALE) -> bytes:
    """Draw every frame of a stored specification as one endless GIF, with its description as comment."""
    animation = vega_lite["usermeta"]["animation"]
    pictures = [_picture(vega_lite, frame, scale) for frame in range(animation["frames"])]
    palette = _palette(pictures)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [round(animation["frame_s"] * 1000)] * (len(frames) - 1) + [round(LAST_FRAME_S * 1000)]
    content = io.BytesIO()
    comment = vega_lite["description"].encode()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, comment=comment)
    return content.getvalue()


def at_frame(vega_lite: Spec, frame: int) -> dict[str, Any]:
    """The same specification, standing at a frame."""
    params = [{**param, "value": frame} if param["name"] == FRAME else param for param in vega_lite["params"]]
    return {**_without_others(vega_lite, frame), "params": params}


def _without_others(view: Spec, frame: int) -> Spec:
    """Without rows that only other frames show: the view would leave them out itself, and take its time."""
    held = [kind for kind in _COMPOSED if kind in view]
    parts: dict[str, Any] = {kind: [_without_others(part, frame) for part in view[kind]] for kind in held}
    rows = view.get("data", {}).get("values", ())
    if rows and "first" in rows[0]:
        parts["data"] = {"values": [row for row in rows if row["first"] <= frame <= row["last"]]}
    return {**view, **parts}


def _picture(vega_lite: Spec, frame: int, scale: float) -> Image.Image:
    return Image.open(io.BytesIO(png_of(at_frame(vega_lite, frame), scale))).convert("RGB")


def _palette(pictures: Sequence[Image.Image]) -> Image.Image:
    """Colours that fit some frames, put side by side, the first and the last among them.

    As many for what fills most of them, so that shades stay even, as for what is rare, so that thin lines keep theirs.
    """
    last = len(pictures) - 1
    chosen = [pictures[round(last * sample / (_PALETTE_SAMPLES - 1))] for sample in range(_PALETTE_SAMPLES)]
    sheet = Image.new("RGB", (sum(one.width for one in chosen), max(one.height for one in chosen)), "white")
    left = 0
    for one in chosen:
        sheet.paste(one, (left, 0))
        left += one.width
    counts = [sheet.quantize(COLORS, method) for method in (Image.Quantize.MEDIANCUT, Image.Quantize.MAXCOVERAGE)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for one in counts for value in (one.getpalette() or [])[: 3 * COLORS]])
    return palette
