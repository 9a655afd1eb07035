"""Entropy and its relatives, and the code that shows what they count."""

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from service.demos.compiled import Floats

BASES = {"2": 2.0, "e": math.e, "10": 10.0}
UNITS = {"2": "bit", "e": "nat", "10": "hartley"}


def entropy(p: ArrayLike, base: str) -> float:
    """-sum p log p of a distribution; what is impossible adds nothing."""
    return cross_entropy(p, p, base)


def cross_entropy(p: ArrayLike, q: ArrayLike, base: str) -> float:
    """-sum p log q: the mean surprise of who believes q where p holds; infinite if q rules out what p allows."""
    chances, beliefs = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    possible = chances > 0
    with np.errstate(divide="ignore"):
        return float(-(chances[possible] @ np.log(beliefs[possible])) / math.log(BASES[base])) + 0.0  # never -0


def kl_divergence(p: ArrayLike, q: ArrayLike, base: str) -> float:
    """Sum p log(p / q): what believing q costs beyond the entropy of p; never negative, not symmetric."""
    chances, beliefs = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    possible = chances > 0
    with np.errstate(divide="ignore"):
        ratios = np.log(chances[possible]) - np.log(beliefs[possible])
    return max(0.0, float(chances[possible] @ ratios) / math.log(BASES[base]))


def log_loss(logits: ArrayLike, label: int, base: str = "e") -> Floats:
    """Binary cross-entropy from logits, without computing a probability: log(1 + exp(z)) - label z, at any z."""
    z = np.asarray(logits, dtype=float)
    return np.asarray((np.maximum(z, 0) - label * z + np.log1p(np.exp(-np.abs(z)))) / math.log(BASES[base]))


def naive_log_loss(logit: float, label: int) -> float:
    """The same by way of the probability, in nats: what goes wrong far from 0."""
    with np.errstate(over="ignore", divide="ignore"):
        p = 1 / (1 + np.exp(-np.float64(logit)))
        return float(-np.log(p if label else 1 - p)) + 0.0


@dataclass(frozen=True)
class Symbol:
    """A symbol and its code word; one that never comes has none."""

    name: str
    probability: float
    code: str | None

    @property
    def information(self) -> float:
        """Bits that seeing it tells: the length that its code word should have."""
        return -math.log2(self.probability) + 0.0 if self.probability else math.inf


def huffman(probabilities: list[float]) -> list[Symbol]:
    """The shortest prefix code for independent symbols named A, B, ... (D. A. Huffman, 1952)."""
    codes = ["" for _ in probabilities]
    heap = [(p, i, [i]) for i, p in enumerate(probabilities) if p > 0]
    heapq.heapify(heap)
    while len(heap) > 1:
        (p, i, low), (q, _, high) = heapq.heappop(heap), heapq.heappop(heap)
        for digit, members in (("1", low), ("0", high)):
            for member in members:
                codes[member] = digit + codes[member]
        heapq.heappush(heap, (p + q, i, low + high))
    if len(heap) == 1 and len(heap[0][2]) == 1:  # a lone symbol still has to be written
        codes[heap[0][1]] = "0"
    return [Symbol(chr(ord("A") + i), p, codes[i] if p > 0 else None) for i, p in enumerate(probabilities)]
