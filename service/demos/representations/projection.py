"""Points of many dimensions: their distances, their principal components, and how pure neighbourhoods are."""

import numpy as np

from service.demos.compiled import Floats, Ints


def squared_distances(points: Floats) -> Floats:
    """Of every two points (n, d): (n, n), exactly 0 from a point to itself."""
    squares = np.sum(points**2, axis=1)
    found = np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0)
    np.fill_diagonal(found, 0)
    return np.asarray(found)


def pca(points: Floats, dimensions: int) -> Floats:
    """Coordinates along the directions of largest variance; 0 where points have fewer dimensions.

    Each direction points to where its largest coordinate is positive, so that equal points give equal pictures.
    """
    centred = points - points.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(vt[np.arange(len(vt)), np.argmax(np.abs(vt), axis=1)])
    found = np.zeros((len(points), dimensions))
    kept = min(dimensions, len(s))
    found[:, :kept] = u[:, :kept] * (s * signs)[:kept]
    return found


def explained(points: Floats, dimensions: int) -> float:
    """The share of the variance that lies along the first principal components."""
    squares = np.linalg.svd(points - points.mean(axis=0), compute_uv=False) ** 2
    return float(squares[:dimensions].sum() / squares.sum())


def profile(points: Floats) -> Floats:
    """Distances of every two points as one row of length 1: what no turn, shift, order or scale of axes changes."""
    distances = np.sqrt(squared_distances(points)[np.triu_indices(len(points), 1)])
    return np.asarray(distances / (np.linalg.norm(distances) or 1.0))


def nearest(squares: Floats) -> Ints:
    """Of each point the nearest other."""
    return np.asarray(np.argmin(_others(squares), axis=1))


def purity(squares: Floats, labels: Ints, neighbours: int) -> float:
    """The share of every point's nearest others that have its label, on average."""
    found = np.argpartition(_others(squares), neighbours, axis=1)[:, :neighbours]
    return float(np.mean(labels[found] == labels[:, None]))


def _others(squares: Floats) -> Floats:
    """No point is its own neighbour."""
    return squares + np.diag(np.full(len(squares), np.inf))
