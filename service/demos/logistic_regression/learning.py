"""Logistic regression: its loss, gradient descent, and Newton's method for the weights where that would end.

With n points, labels y in {0, 1} and features a, the first of which is 1:
loss = mean of log(1 + exp(z)) - y z, with z = a . w, plus lambda / (2 n) times the sum of all squared weights but the
first. It is scikit-learn's loss with C = 1 / lambda, divided by n / lambda.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from service.demos.compiled import Floats, Ints

_NEWTON_STEPS = 100
_FLAT = 1e-11  # a gradient as short as that is held to be 0
_RECORDS = 160


@dataclass(frozen=True)
class Model:
    """What is to be learnt: features of n points, their labels, and the weight of the penalty."""

    features: Floats  # (n, k), the first column 1
    labels: Floats  # (n,)
    penalty: float

    def loss(self, w: Floats) -> float:
        """Stable for any w: log(1 + exp(z)) never overflows as logaddexp(0, z)."""
        z = self.features @ w
        return float(np.mean(np.logaddexp(0, z) - self.labels * z) + self._shrinking(w) @ w / 2)

    def gradient(self, w: Floats) -> Floats:
        """Of the loss."""
        errors = probability(self.features @ w) - self.labels
        return np.asarray(errors @ self.features / len(self.labels) + self._shrinking(w))

    def hessian(self, w: Floats) -> Floats:
        """Second derivatives of the loss."""
        p = probability(self.features @ w)
        shrinking = np.diag(self._shrinking(np.ones(len(w))))
        return np.asarray((self.features.T * (p * (1 - p))) @ self.features / len(self.labels) + shrinking)

    def separates(self, w: Floats) -> bool:
        """Whether every point lies strictly on its side."""
        return bool(np.all((2 * self.labels - 1) * (self.features @ w) > 0))

    def largest_stable_rate(self) -> float:
        """2 / L: as p (1 - p) is at most 1/4, no curvature of the loss exceeds L."""
        n = len(self.labels)
        steepest = float(np.linalg.norm(self.features, 2)) ** 2 / (4 * n)
        return 2 / (steepest + self.penalty / n)

    def _shrinking(self, w: Floats) -> Floats:
        """The penalty's gradient: the first weight, the intercept, is free of it."""
        gradient = self.penalty / len(self.labels) * w
        gradient[0] = 0
        return gradient


def probability(z: Floats) -> Floats:
    """The sigmoid, in a form that never overflows."""
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


def descend(model: Model, rate: float, iterations: int, told: Callable[[int], None]) -> tuple[Ints, Floats]:
    """Gradient descent from 0: the weights at some iterations, the first and the last among them.

    It ends early where the weights are no finite numbers any more.
    """
    w = np.zeros(model.features.shape[1])
    records = _records(iterations)
    rows = [w]
    for start, stop in pairwise(records.tolist()):
        for _ in range(stop - start):
            w = w - rate * model.gradient(w)
        if not np.all(np.isfinite(w)):
            break
        rows.append(w)
        told(stop)
    return records[: len(rows)], np.array(rows)


def _records(iterations: int) -> Ints:
    """Iterations to look at: 0, then by ever longer steps."""
    return np.unique(np.geomspace(1, iterations + 1, _RECORDS).round().astype(int) - 1)


def optimum(model: Model) -> Floats | None:
    """The weights of least loss, by Newton's method; None where there are none.

    Without a penalty, weights that separate the points can be made longer for ever, and each time lose less.
    """
    w = np.zeros(model.features.shape[1])
    for _ in range(_NEWTON_STEPS):
        gradient = model.gradient(w)
        if np.linalg.norm(gradient) < _FLAT:
            return w
        if model.penalty == 0 and model.separates(w):
            return None
        w = _step(model, w, np.asarray(np.linalg.lstsq(model.hessian(w), gradient)[0], dtype=np.float64))
    return None


def _step(model: Model, w: Floats, direction: Floats) -> Floats:
    """Against the direction, by half as much until the loss does not grow."""
    share, loss = 1.0, model.loss(w)
    while share > 1e-9 and model.loss(w - share * direction) > loss:
        share /= 2
    return w - share * direction
