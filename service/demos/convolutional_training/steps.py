"""Steps along gradients, number by number, so that tensors of many networks take them as one network's would.

By hand: torch's own optimisers load a compiler of two hundred megabytes first.
"""

from collections.abc import Sequence

import torch

_KEPT = 0.9  # of the velocity
_FIRST, _SECOND, _LEAST = 0.9, 0.999, 1e-8  # Adam's betas and epsilon


class Steps:
    """`sgd`, `momentum` (heavy ball) or `adam` (Kingma and Ba 2015), which changes the values in place."""

    def __init__(self, optimizer: str, rate: float, values: Sequence[torch.Tensor]) -> None:
        self.values = values
        self._optimizer = optimizer
        self._rate = rate
        self._means = [torch.zeros_like(value) for value in values]
        self._squares = [torch.zeros_like(value) for value in values]
        self._taken = 0

    def take(self, gradients: Sequence[torch.Tensor]) -> None:
        """One step."""
        self._taken += 1
        with torch.no_grad():
            for value, *rest in zip(self.values, gradients, self._means, self._squares, strict=True):
                value.sub_(self._direction(*rest), alpha=self._rate)

    def _direction(self, gradient: torch.Tensor, mean: torch.Tensor, square: torch.Tensor) -> torch.Tensor:
        if self._optimizer == "sgd":
            return gradient
        if self._optimizer == "momentum":
            return mean.mul_(_KEPT).add_(gradient)
        mean.mul_(_FIRST).add_(gradient, alpha=1 - _FIRST)
        square.mul_(_SECOND).addcmul_(gradient, gradient, value=1 - _SECOND)
        corrected = (square / (1 - _SECOND**self._taken)).sqrt_().add_(_LEAST)
        return mean / (1 - _FIRST**self._taken) / corrected
