"""The seeded random stream of the browser library seedrandom 2.4.3: ARC4 bytes made into doubles.

A run with the same seed string draws the same numbers as the original TensorFlow Playground, so its data,
split and first weights are the same, too.
"""

from typing import Any

import numpy as np

from service.demos.compiled import Floats, Ints, compiled

POOL = 256  # bytes of ARC4's state, and of the longest key
_FIRST_BYTES = 6  # of the stream in every double; more follow while it has less than 53 significant bits


class SeedRandom:
    """A stream of doubles in [0, 1); equal seeds give equal streams."""

    def __init__(self, seed: str) -> None:
        self._state = _schedule(_key(seed))

    def uniform(self, count: int) -> Floats:
        """The next `count` doubles of the stream."""
        return np.asarray(_draw(self._state, count))


def _key(seed: str) -> Ints:
    """Mix a seed's UTF-16 code units into at most 256 bytes, as the library's own `mixkey` does."""
    units = np.frombuffer(seed.encode("utf-16-le", "surrogatepass"), dtype="<u2").tolist()
    key = [0] * max(1, min(len(units), POOL))  # an empty seed is the key [0]
    smear = 0
    for position, unit in enumerate(units):
        smear ^= key[position % POOL] * 19
        key[position % POOL] = (smear + unit) % POOL
    return np.array(key, dtype=np.int64)


@compiled
def _schedule(key: Ints) -> Ints:
    """ARC4's state after its key schedule, with the first 256 bytes dropped: S, then i and j."""
    state = np.arange(POOL + 2)
    j = 0
    for i in range(POOL):
        j = (j + key[i % len(key)] + state[i]) % POOL
        state[i], state[j] = state[j], state[i]
    state[POOL] = state[POOL + 1] = 0
    for _ in range(POOL):
        _next_byte(state)
    return state


@compiled
def _next_byte(state: Ints) -> Any:
    i = (state[POOL] + 1) % POOL
    before = state[i]
    j = (state[POOL + 1] + before) % POOL
    state[i], state[j] = state[j], before
    state[POOL], state[POOL + 1] = i, j
    return state[(state[i] + before) % POOL]


@compiled
def _draw(state: Ints, count: int) -> Floats:
    doubles = np.empty(count)
    for k in range(count):
        doubles[k] = _next_double(state)
    return doubles


@compiled
def _next_double(state: Ints) -> float:
    """Bytes as a binary fraction, cut (not rounded) after 53 significant bits."""
    bits = 0
    for _ in range(_FIRST_BYTES):
        bits = bits * POOL + _next_byte(state)
    scale = 2.0 ** (8 * _FIRST_BYTES)
    while bits < 2**52:
        bits = bits * POOL + _next_byte(state)
        scale *= POOL
    while bits >= 2**53:
        bits >>= 1
        scale /= 2.0
    return bits / scale
