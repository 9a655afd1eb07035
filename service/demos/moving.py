"""What figures that follow a descent share: which iteration each frame shows."""

from typing import Any

import numpy as np

from service.demos.compiled import Ints
from service.demos.figures import FRAME, INK, Animation
from service.demos.landscapes import SIDE

FRAMES, FRAME_S = 24, 0.25
# Transforms of rows that have a "frame": what has happened by the frame shown, and what happens at it.
UP_TO_NOW = [{"filter": f"datum.frame <= {FRAME}"}]
NOW = [{"filter": f"datum.frame == {FRAME}"}]
AT_ANY_OR_NOW = [{"filter": f"!isValid(datum.frame) || datum.frame == {FRAME}"}]  # what has no frame is at all of them


def moments(iterations: int) -> Ints:
    """The iteration that each frame shows: 0, then by ever longer steps, up to the last."""
    return np.unique(np.geomspace(1, iterations + 1, FRAMES).round().astype(int) - 1)


def moving(shown: Ints) -> Animation:
    """An animation with a frame for each moment; what cannot move shows the last."""
    return Animation(len(shown), FRAME_S, still=len(shown) - 1)


def clock_layer(shown: Ints, word: str, size: tuple[int, int] = (SIDE, SIDE)) -> dict[str, Any]:
    """The iteration as text, in the lower right corner of a landscape, or of another picture of so many pixels."""
    rows = [{"frame": frame, "told": f"{word} {moment}"} for frame, moment in enumerate(shown.tolist())]
    text = {"type": "text", "align": "right", "fontSize": 12, "color": INK, "aria": False}
    return {
        "data": {"values": rows},
        "transform": NOW,
        "mark": {**text, "x": size[0] - 8, "y": size[1] - 12},
        "encoding": {"text": {"field": "told"}},
    }
