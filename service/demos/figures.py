"""A figure: data and a Vega-Lite specification, drawn without a browser or the network."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr  # nosec B406  # it writes; nothing is parsed

VEGA_LITE = "5.20"  # of the versions that vl-convert holds
Spec = Mapping[str, Any]

# Dark blue and orange are told apart by all common kinds of colour vision, and by lightness in grayscale.
BLUE = "#0b4f8a"
ORANGE = "#e8902c"
INK = "#222222"
FAINT = "#8a8a8a"
# From -1, light, to 1, dark: one order in colour, in grayscale and for colour-blind readers, and light enough
# for points of full colour to stand out.
SIGNED_COLORS = ("#fdeb9c", "#c4c4c0", "#5b7fb3")
SIGNED = {"domain": [-1, 0, 1], "range": list(SIGNED_COLORS), "clamp": True, "interpolate": "lab"}

_STYLE = {
    "background": "white",
    "padding": 12,
    "config": {
        "font": "Helvetica, Arial, DejaVu Sans, sans-serif",
        "title": {"anchor": "start", "fontSize": 15, "subtitleFontSize": 12, "subtitleColor": "#555555", "offset": 10},
        "axis": {"labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#e4e4e4"},
        "legend": {"labelFontSize": 11, "titleFontSize": 12, "titleFontWeight": "normal", "symbolStrokeWidth": 2},
        "view": {"stroke": "#bbbbbb"},
    },
}


def number_told(value: float) -> str:
    """A number as a text alternative says it: three digits, or that it is none."""
    return f"{value:.3g}" if math.isfinite(value) else "no finite number"


FRAME = "frame"  # the Vega-Lite parameter that picks the step of a figure that moves
MAX_FRAMES = 100


@dataclass(frozen=True)
class Animation:
    """How a figure moves: its specification reads the parameter `frame`, from 0 to frames - 1."""

    frames: int
    frame_s: float = 1.0
    still: int = 0  # the frame that a picture which cannot move shows

    def __post_init__(self) -> None:
        if not 0 <= self.still < self.frames <= MAX_FRAMES:
            raise ValueError(f"A figure moves in 1 to {MAX_FRAMES} frames, not {self.frames}.")

    def properties(self) -> Spec:
        """What it adds to a specification: in an interactive viewer, a slider that picks the frame."""
        slider = {"input": "range", "min": 0, "max": self.frames - 1, "step": 1, "name": "Step "}
        return {
            "params": [{"name": FRAME, "value": self.still, "bind": slider}],
            "usermeta": {"animation": {"frames": self.frames, "frame_s": self.frame_s}},
        }


@dataclass(frozen=True)
class Figure:
    """A picture as data: `spec` is Vega-Lite with its data inside, `description` says in words what one sees."""

    title: str
    description: str
    spec: Spec
    animation: Animation | None = None

    def vega_lite(self) -> dict[str, Any]:
        """The whole specification, for any Vega-Lite viewer; its description is the text alternative."""
        schema = "https://vega.github.io/schema/vega-lite/v5.json"
        moving = {} if self.animation is None else self.animation.properties()
        return {"$schema": schema, "description": self.description, **_STYLE, **moving, **self.spec}

    def svg(self) -> str:
        """Draw as SVG, with the description as its accessible name."""
        return svg_of(self.vega_lite())

    def png(self, scale: float = 2.0) -> bytes:
        """Draw as PNG; scale 2 is two pixels for each unit of the specification."""
        return png_of(self.vega_lite(), scale)


def svg_of(vega_lite: Spec) -> str:
    """Draw a stored specification as SVG."""
    import vl_convert  # noqa: PLC0415  # only who draws loads the renderer

    svg = str(vl_convert.vegalite_to_svg(json.dumps(vega_lite), **_OFFLINE))
    # Vega leaves the description to the page that embeds it; a file of its own has to carry it.
    return svg.replace("<svg ", f'<svg role="img" aria-label={quoteattr(vega_lite["description"])} ', 1)


def png_of(vega_lite: Spec, scale: float = 2.0) -> bytes:
    """Draw a stored specification as PNG."""
    import vl_convert  # noqa: PLC0415

    return bytes(vl_convert.vegalite_to_png(json.dumps(vega_lite), scale=scale, **_OFFLINE))


_OFFLINE: dict[str, Any] = {"vl_version": VEGA_LITE, "allowed_base_urls": []}
