"""The four kinds of normalization, and what they make of maps of normal numbers, whose mean is known to be 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.normalization import Normalizer

BATCH, LAYER, GROUP, INSTANCE = "batch", "layer", "group", "instance"
_INPUTS, _LEAST_DRAWS = 128, 2  # of one batch size: as many batches as give so many inputs, but two of large ones


def kinds(channels: int, groups: int) -> dict[str, Normalizer]:
    """By name; `groups` is of group normalization."""
    return {
        BATCH: Normalizer(channels, over_batch=True),
        LAYER: Normalizer(1, over_batch=False),
        GROUP: Normalizer(groups, over_batch=False),
        INSTANCE: Normalizer(channels, over_batch=False),
    }


@dataclass(frozen=True)
class Maps:
    """The shape of an input: channels of so many places each."""

    channels: int
    places: int

    def drawn(self, n: int, random: np.random.Generator) -> Floats:
        """Normal numbers of mean 0 and variance 1, (n, channels, places)."""
        return random.standard_normal((n, self.channels, self.places))


@dataclass(frozen=True)
class Errors:
    """Of one kind by batch size, all root mean squares."""

    mean: list[float]  # of the groups' means, which should be 0
    expected: list[float]  # the same by probability theory
    by_neighbours: list[float]  # by how much an input, normalized, changes when the rest of its batch does


def measure(
    maps: Maps, sizes: Sequence[int], by_name: Mapping[str, Normalizer], random: np.random.Generator
) -> dict[str, Errors]:
    """Draw batches of every size, the same ones for all kinds."""
    found = {name: Errors([], [], []) for name in by_name}
    for size in sizes:
        batches = [maps.drawn(size, random) for _ in range(max(_LEAST_DRAWS, _INPUTS // size))]
        others = maps.drawn(size, random)
        others[0] = batches[0][0]
        for name, normalizer in by_name.items():
            found[name].mean.append(_root(np.concatenate([normalizer.moments(one).mean.ravel() for one in batches])))
            found[name].expected.append(expected_error(maps, normalizer, size))
            found[name].by_neighbours.append(_root(_first(normalizer, others) - _first(normalizer, batches[0])))
    return found


def expected_error(maps: Maps, normalizer: Normalizer, size: int) -> float:
    """One over the root of how many numbers a mean is of."""
    inputs = size if normalizer.over_batch else 1
    return float(1 / np.sqrt(inputs * maps.channels // normalizer.groups * maps.places))


def _first(normalizer: Normalizer, batch: Floats) -> Floats:
    """The first input of a batch, normalized."""
    normalized: Floats = normalizer.normalized(batch, normalizer.moments(batch))[0]
    return normalized


def _root(values: Floats) -> float:
    return float(np.sqrt(np.mean(values**2)))
