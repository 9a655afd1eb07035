"""Networks that learn real digits by stochastic gradient descent, with batches of one size or another."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Progress
from service.demos.dense import Dense, cross_entropy, drawn, error_rate, gradients, one_hot
from service.demos.digits import CLASSES, PIXELS, Digits
from service.demos.digits import drawn as drawn_digits
from service.demos.schemes import Scheme

N_TRAIN = 800
_MOMENTS = 40  # moments of training at which the loss over all data is taken


@dataclass(frozen=True)
class Rule:
    """How to learn: the learning rate falls from `rate` to 0 in equal steps, so that noise dies down at the end."""

    batch_size: int
    updates: int
    rate: float


@dataclass(frozen=True)
class Problem:
    """Digits to learn and others to judge by, and the network before learning."""

    train: Digits
    test: Digits
    targets: Floats  # (N_TRAIN, CLASSES)
    start: Dense

    @cached_property
    def floor(self) -> float:
        """The least loss that targets allow: their entropy, in nats."""
        return float(-np.mean(np.sum(self.targets * np.log(np.maximum(self.targets, 1e-300)), axis=1)))

    def net(self, x: Floats) -> Dense:
        """The network with these weights and biases."""
        return shaped(self.start, x)

    def excess(self, x: Floats) -> float:
        """The loss over all training data, above the least that targets allow."""
        return cross_entropy(self.net(x).logits(self.train.images), self.targets) - self.floor

    def accuracy(self, x: Floats) -> float:
        """The share of right answers on digits that were not learnt from."""
        return 1 - error_rate(self.net(x).logits(self.test.images), self.test.labels)

    def slope(self, x: Floats) -> tuple[float, Floats]:
        """Excess loss over all training data, and its gradient."""
        found = gradients(self.net(x), self.train.images, self.targets)
        return found.loss - self.floor, flat(found.weights, found.biases)


@dataclass(frozen=True)
class Trained:
    """Where learning led to: weights and biases, and the excess loss on the way there."""

    batch_size: int
    x: Floats
    moments: Floats  # updates done
    losses: Floats


def draw_problem(width: int, activation: str, smoothing: float, random: np.random.Generator) -> Problem:
    """N_TRAIN digits drawn at random, and a network with two hidden layers by He's initialization."""
    train, test = (part.centred() for part in drawn_digits(N_TRAIN, random))
    net = drawn((PIXELS, width, width, CLASSES), activation, Scheme("he"), random)
    targets = one_hot(train.labels, CLASSES) * (1 - smoothing) + smoothing / CLASSES
    return Problem(train, test, targets, net)


def learn(problem: Problem, rule: Rule, progress: Progress) -> Trained:
    """Stochastic gradient descent over shuffled data, without what does not fill a batch at the end of an epoch.

    Every batch size meets the same orders of the data.
    """
    random, net = np.random.default_rng(0), problem.start
    shown = np.unique(np.linspace(0, rule.updates, _MOMENTS + 1).round().astype(int)).tolist()
    losses, order = [problem.excess(flat(net.weights, net.biases))], np.empty(0, dtype=np.int64)
    for update in range(rule.updates):
        if len(order) < rule.batch_size:
            order = random.permutation(N_TRAIN)
        rows, order = order[: rule.batch_size], order[rule.batch_size :]
        slope = gradients(net, problem.train.images[rows], problem.targets[rows])
        net = net.stepped(slope, rule.rate * (1 - update / rule.updates))
        if update + 1 in shown:
            losses.append(problem.excess(flat(net.weights, net.biases)))
            progress((update + 1) / rule.updates, f"batches of {rule.batch_size}")
    return Trained(rule.batch_size, flat(net.weights, net.biases), np.array(shown, dtype=float), np.array(losses))


def flat(weights: tuple[Floats, ...], biases: tuple[Floats, ...]) -> Floats:
    """All weights and biases as one row."""
    return np.concatenate([part.ravel() for part in (*weights, *biases)])


def shaped(like: Dense, x: Floats) -> Dense:
    """A network of the same shape with these weights and biases."""
    parts, layers = (*like.weights, *like.biases), len(like.weights)
    ends = np.cumsum([part.size for part in parts])[:-1]
    made = tuple(piece.reshape(part.shape) for piece, part in zip(np.split(x, ends), parts, strict=True))
    return Dense(made[:layers], made[layers:], like.activation, like.product)
