"""Networks trained with batches of several sizes, from equal data and first weights, on the playground's engine."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.gradient_descent_networks.parameters import N_TRAIN
from service.demos.playground.engine import evaluate, gradient, train
from service.demos.playground.kinds import LANES, NONE
from service.demos.playground.net import Net, Rule, Samples, Sums, samples_side_by_side, side_by_side, start_training
from service.demos.playground.training import Parameters, Start, start_run


@dataclass(frozen=True)
class Lanes:
    """Runs of several seeds, side by side."""

    starts: list[Start]
    net: Net
    samples: Samples


def lanes_of(parameters: Parameters, seeds: list[str]) -> Lanes:
    """Data and first weights of every seed, at most LANES, as the playground draws them."""
    starts = [start_run(parameters, seed) for seed in seeds]
    filled = starts + [starts[0]] * (LANES - len(starts))  # the engine knows one lane, or all of them
    return Lanes(
        starts,
        side_by_side([start.net for start in filled]),
        samples_side_by_side([start.train_samples for start in filled]),
    )


def losses_by_epoch(lanes: Lanes, batch_size: int, rate: float, epochs: int) -> Floats:
    """Every seed's loss over its training data after each epoch, the start first: (epochs + 1, seeds)."""
    training = start_training(_copy(lanes.net))
    rows = [evaluate(training.net, lanes.samples)[0]]
    for _ in range(epochs):
        train(training, lanes.samples, Rule(rate, NONE, 0.0, batch_size), 1)
        rows.append(evaluate(training.net, lanes.samples)[0])
    return np.array(rows)[:, : len(lanes.starts)]


def losses_by_update(start: Start, batch_size: int, rate: float, updates: int) -> Floats:
    """One seed's loss over all its training data after each update, the start first: (updates + 1,)."""
    training, samples = start_training(_copy(start.net)), start.train_samples
    losses = [evaluate(training.net, samples)[0][0]]
    while len(losses) <= updates:
        for first in range(0, N_TRAIN, batch_size):
            part = _part(samples, first, first + batch_size)
            train(training, part, Rule(rate, NONE, 0.0, batch_size), 1)
            if len(part.targets) == batch_size:  # what is left at the end waits for the next epoch
                losses.append(evaluate(training.net, samples)[0][0])
    return np.array(losses[: updates + 1])


def gradient_noise(start: Start, batch_size: int) -> float:
    """Mean squared distance of the first epoch's whole batches' gradients from that of all data, before training."""
    everything = _gradient(start.net, start.train_samples)
    parts = [_part(start.train_samples, i, i + batch_size) for i in range(0, N_TRAIN - batch_size + 1, batch_size)]
    return float(np.mean([np.sum((_gradient(start.net, part) - everything) ** 2) for part in parts]))


def expected_noise(noise_of_one: float, batch_size: int) -> float:
    """What sampling without replacement makes of the noise of single samples: 1 / B, and nothing for all of them."""
    return noise_of_one / batch_size * (N_TRAIN - batch_size) / (N_TRAIN - 1)


def _gradient(net: Net, samples: Samples) -> Floats:
    sums = Sums(np.empty_like(net.weights), np.empty_like(net.biases), np.zeros(1, dtype=np.int64))
    gradient(net, sums, samples)
    return np.concatenate([sums.weights, sums.biases])


def _part(samples: Samples, start: int, stop: int) -> Samples:
    return Samples(np.ascontiguousarray(samples.inputs[:, start:stop]), samples.targets[start:stop])


def _copy(net: Net) -> Net:
    return net._replace(weights=net.weights.copy(), biases=net.biases.copy())


def train_grid(
    lanes: Lanes, batch_sizes: list[int], rates: list[float], epochs: int, told: Callable[[float], None]
) -> dict[tuple[int, float], Floats]:
    """Losses by epoch for every batch size and learning rate."""
    found: dict[tuple[int, float], Floats] = {}
    for batch_size in batch_sizes:
        for rate in rates:
            found[batch_size, rate] = losses_by_epoch(lanes, batch_size, rate, epochs)
            told(len(found) / (len(batch_sizes) * len(rates)))
    return found
