"""Digits learnt with and without batch normalization, and the moments that are kept for judging."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from service.demos.batch_normalization.network import Network, drawn, forward, gradients
from service.demos.compiled import Floats, Ints
from service.demos.dense import error_rate, one_hot
from service.demos.digits import CLASSES, PIXELS, Digits, every_digit
from service.demos.normalization import Moments, Normalizer

N_TRAIN = 1200  # to learn from, the first of the file; the others judge
_WATCHED = 0  # unit of the first hidden layer whose moments are told


@dataclass(frozen=True)
class Course:
    """Which network, and how it learns."""

    depth: int
    width: int
    learning_rate: float
    epochs: int
    batch_size: int
    momentum: float  # the share of a batch's moments in the running ones

    @property
    def widths(self) -> list[int]:
        """Of all layers, from the pixels to the classes; `depth` counts the matrices of weights."""
        return [PIXELS, *[self.width] * (self.depth - 1), CLASSES]


@dataclass(frozen=True)
class Lesson:
    """What became of one network."""

    scale: float
    normalizer: Normalizer | None
    losses: Floats  # of each batch before its update
    deviations: Floats  # by hidden layer at the start: root mean squares of what units put out
    diverged: bool
    accuracies: tuple[
        float, float
    ]  # on digits not learnt from: by running moments where there are any, and by their own
    watched: Floats  # (updates, 4): batch mean and variance of one unit, and the running ones after it; else empty


@dataclass
class Training:
    """A network on its way, and the moments that are kept for judging."""

    net: Network
    running: list[Moments]
    losses: list[float]
    watched: list[list[float]]

    def update(self, batch: Digits, course: Course) -> bool:
        """Learn from a batch; False if the loss is no number."""
        done = forward(self.net, batch.images)
        loss, slopes = gradients(self.net, done, one_hot(batch.labels, CLASSES))
        if not np.isfinite(loss):
            return False
        self.losses.append(loss)
        if self.running:
            pairs = zip(self.running, done.moments, strict=True)
            self.running = [kept(old, new, len(batch), course.momentum) for old, new in pairs]
            self.watched.append([float(part[0, _WATCHED, 0]) for part in (*done.moments[0], *self.running[0])])
        self.net = self.net.stepped(slopes, course.learning_rate)
        return True


def kept(running: Moments, batch: Moments, n: int, momentum: float) -> Moments:
    """The running moments after a batch of n; the batch's variance as of what it was drawn from (n - 1)."""
    mean = (1 - momentum) * running.mean + momentum * batch.mean
    return Moments(mean, (1 - momentum) * running.variance + momentum * batch.variance * n / (n - 1))


@cache
def digits() -> tuple[Digits, Digits]:
    """Those to learn from, and the others."""
    centred = every_digit().centred()
    return centred[:N_TRAIN], centred[N_TRAIN:]


def learn(
    course: Course,
    scale: float,
    normalizer: Normalizer | None,
    random: np.random.Generator,
    told: Callable[[float], None],
) -> Lesson:
    """Stochastic gradient descent on shuffled batches; `told` hears which share is done."""
    train, test = digits()
    net = drawn(course.widths, scale, normalizer, random)
    deviations = [float(np.sqrt(np.mean(h**2))) for h in forward(net, train.images).inputs[1:]]
    training = Training(net, _first_moments(course, normalizer), [], [])
    diverged = False
    for epoch in range(course.epochs):
        batches = _batches(random.permutation(N_TRAIN), course.batch_size)
        diverged = diverged or not all(training.update(train[batch], course) for batch in batches)
        told((epoch + 1) / course.epochs)
    logits = (forward(training.net, test.images, by).logits for by in (training.running, ()))
    accuracies = [1 - error_rate(one, test.labels) for one in logits]
    return Lesson(
        scale,
        normalizer,
        np.array(training.losses),
        np.array(deviations),
        diverged,
        (accuracies[0], accuracies[1]),
        np.array(training.watched),
    )


def _first_moments(course: Course, normalizer: Normalizer | None) -> list[Moments]:
    """By hidden layer, where moments are kept at all."""
    if normalizer is None or not normalizer.over_batch:
        return []
    return [Moments(np.zeros((1, course.width, 1)), np.ones((1, course.width, 1)))] * (course.depth - 1)


def _batches(order: Ints, size: int) -> list[Ints]:
    """Whole batches only: moments of a few that are left over would be poor ones."""
    return [order[first : first + size] for first in range(0, len(order) - size + 1, size)]
