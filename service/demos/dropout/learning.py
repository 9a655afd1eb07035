"""Digits learnt with and without dropout, and what many masks answer together.

Dropout is the inverted kind: units that stay put out 1 / (1 - rate) times as much, so that nothing is left to do
when nothing is dropped (Srivastava et al. 2014, and section 10 of that paper).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from service.demos.compiled import Floats
from service.demos.dense import Dense, Masks, cross_entropy, error_rate, gradients, one_hot, probabilities
from service.demos.digits import CLASSES, Digits

BATCH = 50


def mask(shape: tuple[int, ...], rate: float, random: np.random.Generator) -> Floats:
    """What units are multiplied by: 0 with the probability `rate`, else 1 / (1 - rate)."""
    return np.where(random.random(shape) < rate, 0.0, 1 / (1 - rate))


class Rates(NamedTuple):
    """The share of units that are dropped, of the inputs and of each hidden layer."""

    inputs: float
    hidden: float

    def masks(self, net: Dense, n: int, random: np.random.Generator) -> Masks:
        """Of `n` inputs, each with units of its own that are dropped."""
        if self.inputs == self.hidden == 0:
            return None
        rates = [self.inputs] + [self.hidden] * (len(net.weights) - 1)
        return [mask((n, len(w)), rate, random) for w, rate in zip(net.weights, rates, strict=True)]


@dataclass(frozen=True)
class Lesson:
    """The network at the end, and by epoch its cross-entropy and errors with nothing dropped, the start first."""

    net: Dense
    train_loss: Floats
    test_loss: Floats
    test_error: Floats


@dataclass(frozen=True)
class Course:
    """What is learnt from, who judges, and how it goes."""

    train: Digits
    test: Digits
    learning_rate: float
    epochs: int


def learn(
    start: Dense, course: Course, rates: Rates, random: np.random.Generator, told: Callable[[float], None]
) -> Lesson:
    """Stochastic gradient descent on shuffled batches; `told` hears which share is done."""
    net, rows = start, [_judged(start, course)]
    order, dropped = random.spawn(2)  # equal batches at every rate
    targets = one_hot(course.train.labels, CLASSES)
    for epoch in range(course.epochs):
        shuffled = order.permutation(len(course.train))
        for first in range(0, len(shuffled), BATCH):
            batch = shuffled[first : first + BATCH]
            masks = rates.masks(net, len(batch), dropped)
            net = net.stepped(gradients(net, course.train.images[batch], targets[batch], masks), course.learning_rate)
        rows.append(_judged(net, course))
        told((epoch + 1) / course.epochs)
    return Lesson(net, *np.array(rows).T)


def _judged(net: Dense, course: Course) -> tuple[float, float, float]:
    seen, unseen = (net.logits(digits.images) for digits in (course.train, course.test))
    return (
        cross_entropy(seen, one_hot(course.train.labels, CLASSES)),
        cross_entropy(unseen, one_hot(course.test.labels, CLASSES)),
        error_rate(unseen, course.test.labels),
    )


def ensemble_errors(net: Dense, digits: Digits, rates: Rates, masks: int, random: np.random.Generator) -> Floats:
    """The error of the mean probabilities of the first 1, 2, ... of so many masks."""
    total = np.zeros((len(digits), CLASSES))
    errors = []
    for _ in range(masks):
        total += probabilities(net.logits(digits.images, rates.masks(net, len(digits), random)))
        errors.append(error_rate(total, digits.labels))
    return np.array(errors)
