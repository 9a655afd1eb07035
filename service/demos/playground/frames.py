"""The playground's network at some epochs of its training: what a picture that moves is made of."""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.playground.data import inputs
from service.demos.playground.engine import unit_outputs
from service.demos.playground.net import Net

EDGE = 6.0  # maps reach from -6 to 6 in x and y
FRAME_POINTS = 50  # along each side of a frame's map


@dataclass(frozen=True)
class Frame:
    """The output over the plane, rows y upward, after `epoch` epochs."""

    epoch: int
    decision: Floats  # (FRAME_POINTS, FRAME_POINTS)


def plane(points: int) -> tuple[Floats, Floats, Floats]:
    """So many places from -EDGE to EDGE, and the x and y of all points of the square at these places."""
    axis = np.linspace(-EDGE, EDGE, points)
    x, y = np.meshgrid(axis, axis)
    return axis, x.ravel(), y.ravel()


def frame_of(net: Net, features: list[str], epoch: int) -> Frame:
    """The net as it is now."""
    _, x, y = plane(FRAME_POINTS)
    decision = unit_outputs(net, inputs(features, x, y))[-1].reshape(FRAME_POINTS, FRAME_POINTS)
    return Frame(epoch, decision)
