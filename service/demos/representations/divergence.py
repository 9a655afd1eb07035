"""What t-SNE descends on: how far the plane's neighbours are from those in many dimensions."""

import numpy as np

from service.demos.compiled import Floats, compiled


@compiled
def gradient(p: Floats, y: Floats) -> tuple[Floats, float]:
    """Of the divergence of the plane's affinities from `p`, by coordinates; and the divergence."""
    n = len(y)
    near, total = np.empty((n, n)), 0.0
    for i in range(n):
        for j in range(i):
            near[i, j] = 1 / (1 + (y[i, 0] - y[j, 0]) ** 2 + (y[i, 1] - y[j, 1]) ** 2)
            total += 2 * near[i, j]
    slope, divergence = np.zeros((n, 2)), 0.0
    for i in range(n):
        for j in range(i):
            q = near[i, j] / total
            if p[i, j] > 0:
                divergence += 2 * p[i, j] * np.log(p[i, j] / q)
            for k in range(2):
                pull = 4 * (p[i, j] - q) * near[i, j] * (y[i, k] - y[j, k])
                slope[i, k] += pull
                slope[j, k] -= pull
    return slope, divergence
