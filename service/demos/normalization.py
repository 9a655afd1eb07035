"""Normalizing numbers to mean 0 and variance 1 over some of their axes, and the way back of its gradient."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from service.demos.compiled import Floats

EPSILON = 1e-5  # added to variances, so that equal numbers become 0

Axes = tuple[int, ...]


class Moments(NamedTuple):
    """Mean and variance over axes, which stay as axes of length 1."""

    mean: Floats
    variance: Floats

    @property
    def scale(self) -> Floats:
        """What the distance from the mean is multiplied by."""
        return np.asarray(1 / np.sqrt(self.variance + EPSILON))

    def normalized(self, z: Floats) -> Floats:
        """Numbers less the mean, over the deviation."""
        return np.asarray((z - self.mean) * self.scale)


def moments(z: Floats, axes: Axes) -> Moments:
    """Of numbers over these axes; the variance is that of the numbers themselves (divided by their count)."""
    mean = z.mean(axis=axes, keepdims=True)
    return Moments(mean, np.square(z - mean).mean(axis=axes, keepdims=True))


def back(by_normalized: Floats, normalized: Floats, scale: Floats, axes: Axes) -> Floats:
    """The gradient by what was normalized, from that by the result, where moments are of the numbers themselves.

    Ioffe and Szegedy 2015 (arXiv 1502.03167), section 3: less its mean, and less its part along the result.
    """
    mean = by_normalized.mean(axis=axes, keepdims=True)
    along = (by_normalized * normalized).mean(axis=axes, keepdims=True)
    return np.asarray(scale * (by_normalized - mean - normalized * along))


@dataclass(frozen=True)
class Normalizer:
    """Which numbers of a batch (n, channels, ...) are normalized together.

    Channels are cut into groups of neighbours; a group is normalized over one input, or over all of the batch. With
    a group for each channel these are instance and batch normalization, with a single one layer normalization
    (Wu and He 2018, arXiv 1803.08494).
    """

    groups: int
    over_batch: bool

    @property
    def axes(self) -> Axes:
        """Of what `split` gives."""
        return (0, 2) if self.over_batch else (2,)

    def split(self, z: Floats) -> Floats:
        """By input, group and place in the group: (n, groups, numbers)."""
        return z.reshape(len(z), self.groups, -1)

    def moments(self, z: Floats) -> Moments:
        """Of each group: (n, groups, 1), or over the batch (1, groups, 1)."""
        return moments(self.split(z), self.axes)

    def normalized(self, z: Floats, by: Moments) -> Floats:
        """In the shape of z."""
        return by.normalized(self.split(z)).reshape(z.shape)

    def back(self, by_normalized: Floats, normalized: Floats, by: Moments) -> Floats:
        """The gradient by z; see `back`."""
        split = back(self.split(by_normalized), self.split(normalized), by.scale, self.axes)
        return split.reshape(normalized.shape)
