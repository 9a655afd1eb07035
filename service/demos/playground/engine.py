"""The playground's training as the original does it, where it can: the order of every sum, the batches, the dead links.

Samples are taken in their order, epoch after epoch. An update comes after each full batch; what is left at the
end of an epoch counts toward the next epoch's first update.
"""

import numpy as np

from service.demos.compiled import Bools, Floats, compiled
from service.demos.playground.activations import activate
from service.demos.playground.kinds import CROSS_ENTROPY, L1, L2, SGD, TANH
from service.demos.playground.lanes import backward_lanes, forward_lanes
from service.demos.playground.losses import loss_of, slopes_of
from service.demos.playground.net import Memory, Net, Rule, Samples, Sums, Training
from service.demos.playground.optimizers import turn
from service.demos.playground.passes import backward, forward

CHUNK = 64  # samples; the outputs of most nets then stay in the first-level cache


@compiled
def train(training: Training, samples: Samples, rule: Rule, epochs: int) -> None:
    """Train in place, for so many times through the samples."""
    net, sums, dead, memory = training
    count = len(samples.targets) // net.lanes
    room = np.empty((2, net.shape.sum() * CHUNK * net.lanes))
    for _ in range(epochs):
        for start in range(0, count, rule.batch_size):
            stop = min(start + rule.batch_size, count)
            _add_gradients(net, sums, samples, (start, stop), room)
            if stop - start == rule.batch_size:
                _update(net, sums, rule, dead, memory)


@compiled
def gradient(net: Net, sums: Sums, samples: Samples) -> None:
    """Fill `sums` with the gradient of the mean loss over all samples, the penalty not counted."""
    count = len(samples.targets) // net.lanes
    sums.weights[:], sums.biases[:] = 0.0, 0.0
    room = np.empty((2, net.shape.sum() * CHUNK * net.lanes))
    _add_gradients(net, sums, samples, (0, count), room)
    sums.weights[:] /= count
    sums.biases[:] /= count


@compiled
def evaluate(net: Net, samples: Samples) -> tuple[Floats, Floats]:
    """Each lane's mean loss, and its share of samples whose sign is right."""
    count = len(samples.targets) // net.lanes
    outputs = np.empty(net.shape.sum() * CHUNK * net.lanes)
    losses, hits = np.zeros(net.lanes), np.zeros(net.lanes)
    for start in range(0, count, CHUNK):
        n = min(CHUNK, count - start)
        _forward(net, samples.inputs, start, n, outputs)
        last = (net.shape.sum() - 1) * n * net.lanes
        for i in range(n * net.lanes):
            output, target = outputs[last + i], samples.targets[start * net.lanes + i]
            losses[i % net.lanes] += loss_of(net.loss, output, target)
            hits[i % net.lanes] += (output >= 0) == (target >= 0)
    return losses / count, hits / count


@compiled
def unit_outputs(net: Net, inputs: Floats) -> Floats:
    """What each unit of a single net, inputs first, puts out for each column of inputs."""
    units, count = net.shape.sum(), inputs.shape[1]
    found, outputs = np.empty((units, count)), np.empty(units * CHUNK)
    for start in range(0, count, CHUNK):
        n = min(CHUNK, count - start)
        _forward(net, inputs, start, n, outputs)
        found[:, start : start + n] = outputs[: units * n].reshape(units, n)
    if net.loss == CROSS_ENTROPY:
        activate(TANH, found[units - 1])
    return found


@compiled
def _add_gradients(net: Net, sums: Sums, samples: Samples, span: tuple[int, int], room: Floats) -> None:
    outputs, deltas = room[0], room[1]
    for start in range(span[0], span[1], CHUNK):
        n = min(CHUNK, span[1] - start)
        _forward(net, samples.inputs, start, n, outputs)
        row = n * net.lanes
        last = (net.shape.sum() - 1) * row
        targets = samples.targets[start * net.lanes : (start + n) * net.lanes]
        slopes_of(net.loss, outputs[last : last + row], targets, deltas[last : last + row])
        if net.lanes == 1:
            backward(net, sums, outputs, deltas, n)
        else:
            backward_lanes(net, sums, outputs, deltas, n)
    sums.pending[0] += span[1] - span[0]


@compiled
def _forward(net: Net, inputs: Floats, start: int, n: int, outputs: Floats) -> None:
    row = n * net.lanes
    for feature in range(len(inputs)):
        columns = inputs[feature, start * net.lanes : (start + n) * net.lanes]
        outputs[feature * row : (feature + 1) * row] = columns
    if net.lanes == 1:
        forward(net, outputs, n)
    else:
        forward_lanes(net, outputs, n)


@compiled
def _update(net: Net, sums: Sums, rule: Rule, dead: Bools, memory: Memory) -> None:
    """One step of every weight and bias by the mean gradient, and the sums back to nothing."""
    count = sums.pending[0]
    if rule.optimizer != SGD:
        turn(rule.optimizer, sums, memory)
        count = 1
    for i in range(len(net.biases)):
        net.biases[i] -= rule.learning_rate * sums.biases[i] / count
    step, shrink = rule.learning_rate / count, rule.learning_rate * rule.penalty_rate
    if rule.penalty == L1:
        _step_l1(net.weights, sums.weights, step, shrink, dead)
    else:
        _step_l2(net.weights, sums.weights, step, shrink if rule.penalty == L2 else 0.0)
    sums.weights[:], sums.biases[:], sums.pending[0] = 0.0, 0.0, 0


@compiled
def _step_l2(weights: Floats, sums: Floats, step: float, shrink: float) -> None:
    for i in range(len(weights)):
        weights[i] = (weights[i] - step * sums[i]) - shrink * weights[i]


@compiled
def _step_l1(weights: Floats, sums: Floats, step: float, shrink: float, dead: Bools) -> None:
    for i in range(len(weights)):
        if not dead[i]:
            moved = weights[i] - step * sums[i]
            shrunk = moved - shrink * np.sign(weights[i])
            dead[i] = moved * shrunk < 0
            weights[i] = 0.0 if dead[i] else shrunk
