"""The playground's data: the original's generators, draw for draw, so that equal seeds give equal points."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from service.demos.compiled import Floats, Ints

N_CLASSIFICATION = 500  # points
N_REGRESSION = 1200  # points
CUSTOM = "custom"  # points of one's own

# NumPy's own sin, cos and log differ in the last bit from one processor to the next; the C library's hardly do.
_sin = np.vectorize(math.sin, otypes=[float])
_cos = np.vectorize(math.cos, otypes=[float])
_log = np.vectorize(math.log, otypes=[float])


@dataclass(frozen=True)
class Points:
    """Labelled points of the plane, as three columns of one length."""

    x: Floats
    y: Floats
    label: Floats

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, rows: slice | Ints) -> "Points":
        return Points(self.x[rows], self.y[rows], self.label[rows])


class Random(Protocol):
    """A stream of random numbers; `seedrandom` has the original's."""

    def uniform(self, count: int) -> Floats:
        """The next `count` doubles in [0, 1)."""


Generator = Callable[[Random, float], Points]


def training_and_test(
    dataset: str, noise_percent: float, percent_train_data: float, random: Random
) -> tuple[Points, Points]:
    """Draw a data set, shuffle it once and split it, consuming `random` as the original does."""
    return split(DATASETS[dataset](random, noise_percent / 100), percent_train_data, random)


def split(points: Points, percent_train_data: float, random: Random) -> tuple[Points, Points]:
    """Shuffle points once, and part them into those to train on and the others."""
    shuffled = points[_shuffled(len(points), random)]
    size = training_size(len(points), percent_train_data)
    return shuffled[:size], shuffled[size:]


def training_size(total: int, percent_train_data: float) -> int:
    """How many of so many points are trained on."""
    return math.floor(total * percent_train_data / 100)


def total_points(parameters: Mapping[str, Any]) -> int:
    """How many points the data set has."""
    if parameters["dataset"] == CUSTOM:
        return len(parameters["points"])
    return N_REGRESSION if parameters["dataset"] in REGRESSION else N_CLASSIFICATION


def _shuffled(count: int, random: Random) -> Ints:
    """A Fisher-Yates shuffle of 0..count-1, from the last place to the first."""
    order = list(range(count))
    for last, draw in zip(range(count - 1, -1, -1), random.uniform(count).tolist(), strict=True):
        other = math.floor(draw * (last + 1))
        order[last], order[other] = order[other], order[last]
    return np.array(order)


def _between(low: float | Floats, high: float | Floats, draws: Floats) -> Floats:
    return draws * (high - low) + low


def _circle(random: Random, noise: float) -> Points:
    """Half within 2.5 of the centre, half from 3.5 to 5; noise moves a point's label, not the point."""
    half = N_CLASSIFICATION // 2
    draws = random.uniform(4 * N_CLASSIFICATION).reshape(-1, 4)
    inner, outer = _between(0, 2.5, draws[:half, 0]), _between(3.5, 5, draws[half:, 0])
    radius, angle = np.concatenate([inner, outer]), _between(0, 2 * math.pi, draws[:, 1])
    x, y = radius * _sin(angle), radius * _cos(angle)
    dx, dy = x + _between(-5, 5, draws[:, 2]) * noise, y + _between(-5, 5, draws[:, 3]) * noise
    return Points(x, y, np.where(np.sqrt(dx * dx + dy * dy) < 2.5, 1.0, -1.0))


def _xor(random: Random, noise: float) -> Points:
    """Uniform in a square, kept 0.3 from the axes; the label is the sign of x times y."""
    draws = _between(-5, 5, random.uniform(4 * N_CLASSIFICATION)).reshape(-1, 4)
    x, y = (axis + np.where(axis > 0, 0.3, -0.3) for axis in (draws[:, 0], draws[:, 1]))
    product = (x + draws[:, 2] * noise) * (y + draws[:, 3] * noise)
    return Points(x, y, np.where(product >= 0, 1.0, -1.0))


def _gauss(random: Random, noise: float) -> Points:
    """Two normal clouds around (2, 2) and (-2, -2); noise widens them."""
    share = noise / 0.5
    variance = 0.5 * (1 - share) + 4 * share
    label = np.repeat([1.0, -1.0], N_CLASSIFICATION // 2)
    offsets = math.sqrt(variance) * _normal(random, 2 * N_CLASSIFICATION).reshape(-1, 2)
    return Points(2 * label + offsets[:, 0], 2 * label + offsets[:, 1], label)


def _normal(random: Random, count: int) -> Floats:
    """Standard normal numbers by the polar method, one from each pair of draws inside the unit circle."""
    found: list[Floats] = []
    missing = count
    while missing:  # never draws a pair more than are missing, so the stream ends where the original's does
        pairs = 2 * random.uniform(2 * missing).reshape(-1, 2) - 1
        square = pairs[:, 0] * pairs[:, 0] + pairs[:, 1] * pairs[:, 1]
        inside = square <= 1
        found.append(np.sqrt(-2 * _log(square[inside]) / square[inside]) * pairs[inside, 0])
        missing -= int(inside.sum())
    return np.concatenate(found)


def _spiral(random: Random, noise: float) -> Points:
    """Two arms of 1.75 turns, each point moved by up to `noise` in x and y."""
    half = N_CLASSIFICATION // 2
    draws = _between(-1, 1, random.uniform(2 * N_CLASSIFICATION)).reshape(-1, 2) * noise
    step = np.arange(half, dtype=float)
    turn = 1.75 * step / half * 2 * math.pi
    radius, angle = np.tile(step / half * 5, 2), np.concatenate([turn, turn + math.pi])
    label = np.repeat([1.0, -1.0], half)
    return Points(radius * _sin(angle) + draws[:, 0], radius * _cos(angle) + draws[:, 1], label)


def _on_the_square(random: Random, noise: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Uniform points of the square, and the places that their labels are read at."""
    draws = _between(-6, 6, random.uniform(4 * N_REGRESSION)).reshape(-1, 4)
    x, y = draws[:, 0], draws[:, 1]
    return x, y, x + draws[:, 2] * noise, y + draws[:, 3] * noise


def _plane(random: Random, noise: float) -> Points:
    """A plane that rises from -1 at x + y = -10 to 1 at x + y = 10."""
    x, y, label_x, label_y = _on_the_square(random, noise)
    share = (label_x + label_y + 10) / 20
    return Points(x, y, -(1 - share) + share)


def _hills(random: Random, noise: float) -> Points:
    """Six cones of radius 2, three up and three down; where they meet the larger one counts."""
    x, y, label_x, label_y = _on_the_square(random, noise)
    label = np.zeros(N_REGRESSION)
    for centre_x, centre_y, sign in _HILLS:
        dx, dy = label_x - centre_x, label_y - centre_y
        height = sign * (1 - np.minimum(np.sqrt(dx * dx + dy * dy) / 2, 1))
        label = np.where(np.abs(height) > np.abs(label), height, label)
    return Points(x, y, label)


_HILLS = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]

CLASSIFICATION: dict[str, Generator] = {"circle": _circle, "xor": _xor, "gauss": _gauss, "spiral": _spiral}
REGRESSION: dict[str, Generator] = {"reg-plane": _plane, "reg-gauss": _hills}
DATASETS = CLASSIFICATION | REGRESSION

FEATURES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "x": lambda x, _: x,
    "y": lambda _, y: y,
    "x_squared": lambda x, _: x * x,
    "y_squared": lambda _, y: y * y,
    "x_times_y": lambda x, y: x * y,
    "sin_x": lambda x, _: _sin(x),
    "sin_y": lambda _, y: _sin(y),
}


def inputs(features: list[str], x: Floats, y: Floats) -> Floats:
    """The network's inputs at the given points: one row per feature, in the order of FEATURES."""
    return np.array([f(x, y) for name, f in FEATURES.items() if name in features])  # (F, N)
