"""A deep network that learns real digits batch by batch in the order of their file, from one draw of weights."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from service.demos.compiled import Floats, Ints
from service.demos.dense import Dense, drawn, error_rate, gradients, one_hot
from service.demos.digits import CLASSES, PIXELS, Digits, every_digit
from service.demos.moving import moments
from service.demos.schemes import Scheme

N_TRAIN, BATCH = 1200, 100  # to learn from, the first of the file; the others judge
BATCHES = N_TRAIN // BATCH
EDGE = 1e12  # a cost beyond it is no longer followed


@dataclass(frozen=True)
class Course:
    """Hidden layers of one width and activation, and how they learn."""

    depth: int
    width: int
    activation: str
    learning_rate: float
    epochs: int

    @property
    def widths(self) -> tuple[int, ...]:
        """Of all layers, from the pixels to the classes."""
        return (PIXELS, *[self.width] * self.depth, CLASSES)

    @property
    def updates(self) -> int:
        """One for each batch of each epoch."""
        return self.epochs * BATCHES


@dataclass(frozen=True)
class Snapshot:
    """The network before an update, on the batch that comes next."""

    outputs: tuple[Floats, ...]  # of the hidden layers, each (BATCH, width)
    answers: Ints  # (BATCH,), the likeliest classes


@dataclass(frozen=True)
class Lesson:
    """What became of one draw of weights."""

    scheme: Scheme
    costs: Floats  # of each batch before its update, and of the batch after the last
    shown: Ints  # updates before the snapshots
    snapshots: tuple[Snapshot, ...]
    errors: tuple[float, float]  # at the end: shares of the digits learnt from, and of the others
    diverged: bool


@cache
def digits() -> tuple[Digits, Digits]:
    """Those to learn from, and the others."""
    centred = every_digit().centred()
    return centred[:N_TRAIN], centred[N_TRAIN:]


def learn(course: Course, scheme: Scheme, random: np.random.Generator, told: Callable[[float], None]) -> Lesson:
    """Stochastic gradient descent, with a snapshot at some updates; `told` hears which share is done."""
    (train, test), shown = digits(), moments(course.updates)
    targets = one_hot(train.labels, CLASSES)
    net = drawn(course.widths, course.activation, scheme, random)
    costs, snapshots = [], []
    for update in range(course.updates + 1):
        rows = rows_of(update)
        found = gradients(net, train.images[rows], targets[rows])
        if not found.loss <= EDGE:
            break
        costs.append(found.loss)
        if update in shown:
            snapshots.append(_snapshot(net, train.images[rows]))
        if update < course.updates:
            net = net.stepped(found, course.learning_rate)
        told(update / course.updates)
    errors = [error_rate(net.logits(part.images), part.labels) for part in (train, test)]
    diverged = len(costs) <= course.updates
    return Lesson(scheme, np.array(costs), shown[: len(snapshots)], tuple(snapshots), (errors[0], errors[1]), diverged)


def rows_of(update: int) -> slice:
    """The digits of the batch that an update learns from."""
    start = update % BATCHES * BATCH
    return slice(start, start + BATCH)


def _snapshot(net: Dense, images: Floats) -> Snapshot:
    return Snapshot(tuple(net.outputs(images)), net.logits(images).argmax(axis=1))
