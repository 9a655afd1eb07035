"""Random numbers from a run's seed."""

import hashlib

import numpy as np


def generator(seed: str) -> np.random.Generator:
    """A stream of its own for each seed; equal seeds give equal numbers."""
    return np.random.default_rng(np.frombuffer(hashlib.sha256(seed.encode()).digest(), dtype=np.uint32))
