"""How the weights of a layer are drawn before learning: seven schemes, each with its deviation."""

import math
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats

SCHEMES = {
    "zero": "all 0",
    "constant": "all gain / n_in",
    "normal": "N(0, gain²)",
    "uniform": "uniform within ± gain / √n_in",
    "xavier": "N(0, gain² · 2 / (n_in + n_out)), Glorot and Bengio 2010",
    "he": "N(0, gain² · 2 / n_in), He et al. 2015",
    "lecun": "N(0, gain² / n_in), LeCun et al. 1998",
}
_PATTERNS = {"zero": np.zeros, "constant": np.ones}


@dataclass(frozen=True)
class Scheme:
    """A scheme by name, and the gain that its deviation is multiplied by."""

    name: str
    gain: float = 1.0

    @property
    def is_random(self) -> bool:
        """Whether weights differ from each other at all."""
        return self.name not in _PATTERNS

    def scale(self, n_in: int, n_out: int) -> float:
        """The deviation of a random scheme's weights, or the one value of all weights."""
        unit = {
            "zero": 0.0,
            "constant": 1 / n_in,
            "normal": 1.0,
            "uniform": 1 / math.sqrt(3 * n_in),  # the deviation of a uniform number within ±1 is 1 / √3
            "xavier": math.sqrt(2 / (n_in + n_out)),
            "he": math.sqrt(2 / n_in),
            "lecun": 1 / math.sqrt(n_in),
        }
        return self.gain * unit[self.name]

    def pattern(self, n_in: int, n_out: int, random: np.random.Generator) -> Floats:
        """Weights (n_in, n_out) over their scale."""
        if not self.is_random:
            return _PATTERNS[self.name]((n_in, n_out))
        if self.name == "uniform":
            return random.uniform(-math.sqrt(3), math.sqrt(3), (n_in, n_out))
        return random.standard_normal((n_in, n_out))

    def weights(self, n_in: int, n_out: int, random: np.random.Generator) -> Floats:
        """Weights of a layer, (n_in, n_out)."""
        return self.scale(n_in, n_out) * self.pattern(n_in, n_out, random)
