"""Networks that learn digits side by side: equal steps for all seeds, each on batches of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from service.demos.compiled import Floats, Ints
from service.demos.convolutional_training.networks import Networks, draw_networks
from service.demos.convolutional_training.output import Curves
from service.demos.convolutional_training.shape import LOGITS, N_TEST, SIDE, Course, Shape
from service.demos.convolutional_training.steps import Steps
from service.demos.demo import Progress
from service.demos.digits import CLASSES, COUNT, every_digit

_JUDGED_CELLS = 5_000_000  # of all maps of the digits that are judged at once
_INK = 0.376  # deviation of all pixels; paper stays 0, as beyond the edge


@dataclass(frozen=True)
class Problem:
    """The digits of every seed, (S, n, side, side) and what they show, (S, n), on the device."""

    train: torch.Tensor
    train_labels: torch.Tensor
    test: torch.Tensor
    test_labels: torch.Tensor


@dataclass(frozen=True)
class Learnt:
    """What became of the networks of one shape."""

    networks: Networks
    first: dict[str, torch.Tensor]  # what they had learnt before learning
    curves: Curves


def draw_problem(
    course: Course, randoms: Sequence[np.random.Generator], device: str, dtype: torch.dtype = torch.float32
) -> Problem:
    """Digits to learn from and digits to judge by, drawn anew for every seed."""
    orders = [random.permutation(COUNT) for random in randoms]
    drawn = []
    for size in (slice(course.n_train), slice(-N_TEST, None)):
        rows = np.stack([order[size] for order in orders])
        images = np.stack([_placed(one, course.room, random) for one, random in zip(rows, randoms, strict=True)])
        drawn += [torch.from_numpy(images).to(device, dtype), torch.from_numpy(every_digit().labels[rows]).to(device)]
    return Problem(*drawn)


def _placed(rows: Ints, room: int, random: np.random.Generator) -> Floats:
    """Digits (n, side, side), each at a random place of a square with so much room on every side."""
    whole = np.zeros((len(rows), SIDE + 2 * room, SIDE + 2 * room))
    digits = every_digit().images[rows].reshape(-1, SIDE, SIDE) / _INK
    moves = random.integers(2 * room + 1, size=(len(rows), 2))
    for place, digit, (down, across) in zip(whole, digits, moves, strict=True):
        place[down : down + SIDE, across : across + SIDE] = digit
    return whole


def learn(
    shape: Shape, course: Course, problem: Problem, randoms: Sequence[np.random.Generator], progress: Progress
) -> Learnt:
    """Train a network from each new stream of random numbers; equal ones see equal batches, whatever the shape."""
    of_weights, of_orders, of_masks = zip(*(random.spawn(3) for random in randoms), strict=True)
    networks = draw_networks(shape, of_weights, str(problem.train.device), problem.train.dtype)
    first = {name: value.detach().clone() for name, value in networks.learnt.items()}
    steps = Steps(course.optimizer, course.learning_rate, list(networks.learnt.values()))
    rows = [judge(networks, problem.test, problem.test_labels)]
    losses = [judge(networks, problem.train, problem.train_labels)[0]]
    for epoch in range(course.epochs):
        orders = np.stack([random.permutation(course.n_train) for random in of_orders])
        seen = []
        for batch in range(course.batches):
            chosen = orders[:, batch * course.batch_size : (batch + 1) * course.batch_size]
            seen.append(_update(networks, steps, problem, chosen, draw_masks(networks, course, of_masks)))
            progress((epoch + batch / course.batches) / course.epochs, f"epoch {epoch + 1} of {course.epochs}")
        losses.append(torch.stack(seen).mean(dim=0))
        rows.append(judge(networks, problem.test, problem.test_labels))
    test_losses, accuracies = zip(*rows, strict=True)
    columns = (numbers_of(torch.stack(list(column))) for column in (losses, test_losses, accuracies))
    return Learnt(networks, first, Curves(shape, *columns))


def draw_masks(networks: Networks, course: Course, randoms: Sequence[np.random.Generator]) -> torch.Tensor | None:
    """What dropout multiplies by: 0, or what makes up for the others; None where there is none."""
    if not course.dropout:
        return None
    weights = networks.learnt[LOGITS]
    size = (course.batch_size, weights.shape[1])
    kept = np.stack([random.random(size, dtype=np.float32) >= course.dropout for random in randoms])
    return torch.from_numpy(kept / (1 - course.dropout)).to(weights.device, weights.dtype)


def _update(
    networks: Networks, steps: Steps, problem: Problem, chosen: Ints, masks: torch.Tensor | None
) -> torch.Tensor:
    """One step of all seeds, and their losses (S,) before it."""
    places = torch.from_numpy(chosen).to(problem.train.device)
    seed = torch.arange(len(chosen), device=places.device)[:, None]
    logits = networks.logits(problem.train[seed, places], masks, learning=True)
    losses = _losses(logits, problem.train_labels[seed, places])
    steps.take(torch.autograd.grad(losses.sum(), steps.values))  # no seed's loss depends on another's weights
    return losses.detach()


def _losses(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy of each seed, in nats."""
    each = functional.cross_entropy(logits.reshape(-1, CLASSES), labels.reshape(-1), reduction="none")
    return each.view(labels.shape).mean(dim=1)


def judge(networks: Networks, images: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean loss and the share of right answers of each seed, (S,)."""
    logits = answers(networks, images)
    return _losses(logits, labels), (logits.argmax(dim=2) == labels).double().mean(dim=1)


def answers(networks: Networks, images: torch.Tensor) -> torch.Tensor:
    """The logits (S, n, 10), in parts that take little memory."""
    count = max(1, _JUDGED_CELLS // (len(images) * max(1, networks.shape.map_cells)))
    with torch.no_grad():
        return torch.cat([networks.logits(part) for part in images.split(count, dim=1)], dim=1)


def numbers_of(tensor: torch.Tensor) -> Floats:
    """The numbers of a tensor, wherever it is."""
    return np.asarray(tensor.detach().double().cpu().numpy())
