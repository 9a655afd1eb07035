"""t-SNE, exact: points in the plane whose neighbours are those that they have in many dimensions.

L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", JMLR 9 (2008). Rates and exaggeration follow
A. Belkina et al., Nature Communications 10 (2019).
"""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Progress
from service.demos.representations.projection import pca, squared_distances

_BISECTIONS = 50
_EXAGGERATED = 0.25  # of the iterations, the first ones
_EXAGGERATION = 12.0
_LEAST_GAIN = 0.01
_LEAST_RATE = 5.0
_START = 1e-4  # deviation of the first coordinate


@dataclass(frozen=True)
class Tsne:
    """`perplexity` is about how many neighbours a point has, below a third of all points."""

    perplexity: float
    iterations: int


def tsne(points: Floats, rule: Tsne, progress: Progress) -> tuple[Floats, float]:
    """Coordinates (n, 2) of points (n, d), and the Kullback-Leibler divergence that is left, in nats."""
    from service.demos.representations.divergence import gradient  # noqa: PLC0415  # numba, for who computes

    p = affinities(squared_distances(points), rule.perplexity)
    y = _start(points)
    rate, exaggerated = max(len(y) / _EXAGGERATION, _LEAST_RATE), round(_EXAGGERATED * rule.iterations)
    velocity, gains = np.zeros_like(y), np.ones_like(y)
    for iteration in range(rule.iterations):
        early = iteration < exaggerated
        slope, _ = gradient(p * _EXAGGERATION if early else p, y)
        gains = np.maximum(np.where(velocity * slope < 0, gains + 0.2, gains * 0.8), _LEAST_GAIN)
        velocity = (0.5 if early else 0.8) * velocity - rate * gains * slope
        y = y + velocity
        progress((iteration + 1) / rule.iterations)
    return y - y.mean(axis=0), gradient(p, y)[1]


def _start(points: Floats) -> Floats:
    """Principal components, and a trace of noise: equal points, and points on a line, have to find their ways, too."""
    y = pca(points, 2)
    noise = 0.01 * np.random.default_rng(0).standard_normal(y.shape)
    return np.asarray(_START * (y / (y[:, 0].std() or 1.0) + noise))


def affinities(squares: Floats, perplexity: float) -> Floats:
    """How near points are to each other, all together 1: a row is normal around its point, as wide as needed."""
    low, high = np.zeros(len(squares)), np.full(len(squares), np.inf)
    beta = 1 / np.where(squares.any(axis=1), squares.mean(axis=1), 1.0)  # one over twice the variance
    others = squares + np.diag(np.full(len(squares), np.inf))
    others -= others.min(axis=1, keepdims=True)  # so that no row is 0 all over
    for _ in range(_BISECTIONS):
        shares = np.exp(-beta[:, None] * others)
        sums = shares.sum(axis=1)
        means = np.sum(shares * np.where(np.isfinite(others), others, 0), axis=1) / sums
        too_wide = np.log(sums) + beta * means > np.log(perplexity)  # the row's entropy
        low, high = np.where(too_wide, beta, low), np.where(too_wide, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    rows = shares / sums[:, None]
    return np.asarray((rows + rows.T) / (2 * len(rows)))
