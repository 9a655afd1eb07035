"""A line fitted by gradient descent: its data, the quadratic that its error is, and its steps."""

import math
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Parameters
from service.demos.random_numbers import generator

EDGE = 1e6  # a line whose intercept or slope is larger is no longer followed
_X_VARIANCE = 5.0

Line = tuple[float, float]  # intercept b, slope W


@dataclass(frozen=True)
class Problem:
    """Points, the line that they were drawn from, and the one to start from."""

    x: Floats  # (n,)
    y: Floats
    truth: Line
    start: Line


@dataclass(frozen=True)
class Quadratic:
    """Mean squared error of a line t = (b, W) over some points: t' hessian t / 2 - linear' t + constant."""

    hessian: Floats  # (2, 2)
    linear: Floats  # (2,)
    constant: float

    def __call__(self, b: Floats, w: Floats) -> Floats:
        """The errors of many lines; rounding never makes one negative."""
        (bb, bw), (_, ww) = self.hessian.tolist()
        quadratic = (bb * b * b + 2 * bw * b * w + ww * w * w) / 2
        return np.asarray(np.maximum(quadratic - self.linear[0] * b - self.linear[1] * w + self.constant, 0.0))

    @property
    def eigenvalues(self) -> tuple[float, float]:
        """Curvatures along the landscape's flattest and steepest directions."""
        low, high = np.linalg.eigvalsh(self.hessian).tolist()
        return low, high

    @property
    def largest_stable_rate(self) -> float:
        """2 / λmax: steps by the gradient of all points diverge with any larger learning rate."""
        return 2 / self.eigenvalues[1]

    def lowest(self) -> Line:
        """The least squares line."""
        b, w = np.linalg.solve(self.hessian, self.linear).tolist()
        return b, w


def draw(parameters: Parameters, seed: str) -> Problem:
    """Normal x, and y around a line; what is not given of the line and the start is drawn, too."""
    random = generator(seed)
    truth, start = random.uniform(-4, 4, 2), random.uniform(-1, 1, 2)
    n = int(parameters["n"])
    x = random.normal(parameters["x_mean"], math.sqrt(_X_VARIANCE), n)
    noise = random.normal(0, math.sqrt(parameters["noise_variance"]), n)
    b, w = _given_or(parameters["intercept"], truth[0]), _given_or(parameters["slope"], truth[1])
    first = _given_or(parameters["start_b"], start[0]), _given_or(parameters["start_w"], start[1])
    return Problem(x, b + w * x + noise, (b, w), first)


def _given_or(given: float | None, drawn: float) -> float:
    return float(drawn) if given is None else given


def quadratic(x: Floats, y: Floats) -> Quadratic:
    """The mean squared error over some points, as a function of the line."""
    hessian = 2 * np.array([[1.0, x.mean()], [x.mean(), (x * x).mean()]])
    return Quadratic(hessian, 2 * np.array([y.mean(), (x * y).mean()]), float((y * y).mean()))


def descend(problem: Problem, rate: float, batch_size: int, steps: int) -> tuple[Floats, bool]:
    """The lines visited, (steps + 1, 2), and whether the run diverged.

    Batches are neighbours in the data, in their order, epoch after epoch; the last may be smaller.
    """
    starts = range(0, len(problem.x), batch_size)
    batches = [quadratic(problem.x[i : i + batch_size], problem.y[i : i + batch_size]) for i in starts]
    numbers = [(*batch.hessian.ravel().tolist(), *batch.linear.tolist()) for batch in batches]
    b, w = problem.start
    path = [(b, w)]
    for bb, bw, _, ww, lb, lw in islice(cycle(numbers), steps):
        b, w = b - rate * (bb * b + bw * w - lb), w - rate * (bw * b + ww * w - lw)
        if not (abs(b) <= EDGE and abs(w) <= EDGE):
            return np.array(path), True
        path.append((b, w))
    return np.array(path), False
