"""The playground's training as plain loops over numbers, to compare the compiled engine with."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Layers = list[list[list[float]]]  # weights by layer, unit, source


def _activated(name: str, x: float) -> float:
    table = {"relu": max(0.0, x), "tanh": math.tanh(x), "sigmoid": 1 / (1 + math.exp(-x)), "linear": x}
    return table[name]


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _slope(name: str, y: float) -> float:
    return {"relu": float(y > 0), "tanh": 1 - y * y, "sigmoid": y * (1 - y), "linear": 1.0}[name]


@dataclass
class ReferenceNet:
    """A net and its training, one sample at a time."""

    weights: Layers
    biases: list[list[float]]
    activations: list[str]  # one for each layer after the inputs
    rate: float
    penalty: str = "none"
    penalty_rate: float = 0.0
    dead: set[tuple[int, int, int]] = field(default_factory=set)
    pending: list[tuple[Layers, list[list[float]]]] = field(default_factory=list)

    def outputs(self, inputs: list[float]) -> list[list[float]]:
        layers = [inputs]
        for weights, biases, name in zip(self.weights, self.biases, self.activations, strict=True):
            totals = [
                b + sum(w * x for w, x in zip(row, layers[-1], strict=True))
                for row, b in zip(weights, biases, strict=True)
            ]
            layers.append([_activated(name, total) for total in totals])
        return layers

    def gradients(self, inputs: list[float], target: float) -> tuple[Layers, list[list[float]]]:
        outputs = self.outputs(inputs)
        by_output = [outputs[-1][0] - target]
        weight_gradients: Layers = []
        bias_gradients: list[list[float]] = []
        for layer in range(len(self.weights) - 1, -1, -1):
            deltas = [
                d * _slope(self.activations[layer], y) for d, y in zip(by_output, outputs[layer + 1], strict=True)
            ]
            weight_gradients.insert(0, [[d * x for x in outputs[layer]] for d in deltas])
            bias_gradients.insert(0, deltas)
            by_output = [_dot(deltas, column) for column in zip(*self.weights[layer], strict=True)]
        return weight_gradients, bias_gradients

    def epoch(self, samples: list[tuple[list[float], float]], batch: int) -> None:
        for number, (inputs, target) in enumerate(samples, start=1):
            self.pending.append(self.gradients(inputs, target))
            if number % batch == 0:
                self._update()

    def _update(self) -> None:
        count = len(self.pending)
        for layer, rows in enumerate(self.weights):
            for unit, row in enumerate(rows):
                self.biases[layer][unit] -= self.rate * sum(b[layer][unit] for _, b in self.pending) / count
                for source in range(len(row)):
                    total = sum(w[layer][unit][source] for w, _ in self.pending)
                    self._step((layer, unit, source), total / count)
        self.pending = []

    def _step(self, link: tuple[int, int, int], slope: float) -> None:
        layer, unit, source = link
        row = self.weights[layer][unit]
        before = row[source]
        if link in self.dead:
            return
        moved = before - self.rate * slope
        pull = {"none": 0.0, "L1": float(before > 0) - float(before < 0), "L2": before}[self.penalty]
        row[source] = moved - self.rate * self.penalty_rate * pull
        if self.penalty == "L1" and moved * row[source] < 0:
            row[source] = 0.0
            self.dead.add(link)
