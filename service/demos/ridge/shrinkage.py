"""Ridge regression by the singular value decomposition X = U diag(s) V': each direction shrunk by its own factor.

The weights minimise |y - X w|² + lambda |w|². There is no intercept: features and targets have mean 0. What is
computed for penalties has a row for each.
"""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats

_TINY = 1e-12  # of the largest singular value: directions below are not in the data


@dataclass(frozen=True)
class Directions:
    """The data's own directions: X = u diag(s) vt, without those in which it has no extent."""

    u: Floats  # (n, r)
    s: Floats  # (r,)
    vt: Floats  # (r, d)


def directions(x: Floats) -> Directions:
    """Of features with a row for each point."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    kept = s > _TINY * s[0]
    return Directions(u[:, kept], s[kept], vt[kept])


def factors(found: Directions, penalties: Floats) -> Floats:
    """How much of least squares is kept in each direction: s² / (s² + lambda), (penalties, r)."""
    square = found.s**2
    return np.asarray(square / (square + penalties[:, None]))


def weights(found: Directions, y: Floats, penalties: Floats) -> Floats:
    """The ridge weights, (penalties, d); at 0 the shortest of the least squares weights."""
    along = found.u.T @ y / found.s
    return np.asarray((factors(found, penalties) * along) @ found.vt)


def normal_equation(x: Floats, y: Floats, penalty: float) -> Floats:
    """The same weights by (X'X + lambda I) w = X'y, for a positive penalty."""
    return np.asarray(np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ y))


def degrees_of_freedom(found: Directions, penalties: Floats) -> Floats:
    """How many free weights the fit is worth: the trace of what maps y to the fitted y."""
    return np.asarray(factors(found, penalties).sum(axis=1))


def leave_one_out(found: Directions, y: Floats, penalties: Floats) -> Floats:
    """The mean squared error for points left out one by one, without fitting again: r / (1 - h), squared.

    Infinite where a point decides its own fit, as with no penalty and as many weights as points.
    """
    kept = factors(found, penalties)
    fitted = (kept * (found.u.T @ y)) @ found.u.T  # (penalties, n)
    freedom = 1 - kept @ (found.u**2).T
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.mean(((y - fitted) / freedom) ** 2, axis=1)
    return np.where(np.min(freedom, axis=1) > _TINY, errors, np.inf)


def squared_bias(found: Directions, truth: Floats, penalties: Floats) -> Floats:
    """|E w - truth|²: what is shrunk away of the true weights, and what lies outside the data's directions."""
    along = found.vt @ truth
    outside = max(0.0, float(truth @ truth - along @ along))
    return np.asarray((((1 - factors(found, penalties)) * along) ** 2).sum(axis=1) + outside)


def variance(found: Directions, noise_variance: float, penalties: Floats) -> Floats:
    """E |w - E w|²: what the noise on y does to the weights."""
    return np.asarray(noise_variance * ((factors(found, penalties) / found.s) ** 2).sum(axis=1))
