"""A signal, a picture and a volume to convolve, and kernels whose effect one can see."""

import numpy as np

from service.demos.compiled import Floats

_NOISE = 0.08  # standard deviation


def toy(directions: int, size: int, random: np.random.Generator) -> Floats:
    """A ball in `directions` directions, brighter toward its middle, beside a wall; with some noise: (size, ...)."""
    places = np.meshgrid(*[(np.arange(size) + 0.5) / size] * directions, indexing="ij")
    distance = np.sqrt(sum((place - 0.4) ** 2 for place in places))
    ball = np.where(distance < 0.25, 1 - 1.2 * distance, 0.0)
    wall = np.where(places[-1] > 0.78, 0.8, 0.0)
    return np.asarray(ball + wall + random.normal(0, _NOISE, ball.shape))


def toy_kernel(kind: str, directions: int, size: int, random: np.random.Generator) -> Floats:
    """A kernel of so many directions; "edge" is the mean slope along the last one: (size, ...)."""
    shape = (size,) * directions
    cells = size**directions
    if kind == "random":
        return np.asarray(random.normal(size=shape) / np.sqrt(cells))
    if kind == "blur":
        return np.full(shape, 1 / cells)
    if kind == "laplace":
        kernel = np.full(shape, -1 / cells)
        kernel[(size // 2,) * directions] += 1
        return kernel
    slope = np.linspace(-1, 1, size) if size > 1 else np.zeros(1)
    return np.broadcast_to(slope / (cells / size), shape).copy()
