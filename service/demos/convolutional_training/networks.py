"""Networks of equal shape as stacked tensors, one place along the first dimension for each seed: all at once.

A convolution of S networks is one convolution with S groups: each network's maps are made of its own maps alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from service.demos.convolutional_training.shape import LOGITS, Layer, Shape

Values = dict[str, torch.Tensor]

_ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "linear": lambda z: z}
_MOMENTUM = 0.1  # the share of a batch in the running moments, which judge


@dataclass(frozen=True)
class Networks:
    """S networks; `learnt` and the running `moments` of batch normalization have S in front."""

    shape: Shape
    learnt: Values
    moments: Values

    def maps(self, images: torch.Tensor, learning: bool = False) -> list[torch.Tensor]:
        """The maps after each block, (B, S x channels, side, side), of images (S, B, side, side)."""
        h, found = images.transpose(0, 1), []
        for layer in self.shape.layers:
            if not layer.is_convolution:
                break
            weights, padding = self.learnt[layer.name].flatten(0, 1), self.shape.kernel_size // 2
            bias = None if layer.is_normalized else self.learnt[f"{layer.name} bias"].view(-1)
            h = functional.conv2d(h, weights, bias, padding=padding, groups=images.shape[0])
            h = self._pooled(_ACTIVATIONS[self.shape.activation](self._normalized(layer, h, learning)))
            found.append(h)
        return found

    def logits(self, images: torch.Tensor, masks: torch.Tensor | None = None, learning: bool = False) -> torch.Tensor:
        """Of each seed, digit and class, (S, B, 10); `masks` multiply what they are made of."""
        seeds, count = images.shape[:2]
        h = self.maps(images, learning)[-1] if self.shape.channels else images.transpose(0, 1)
        h = h.reshape(count, seeds, -1).transpose(0, 1)  # (S, B, features)
        for layer in self.shape.layers:
            if layer.name == "hidden":
                z = self._sums(layer, h).transpose(0, 1).flatten(1)  # (B, S x units)
                h = _ACTIVATIONS[self.shape.activation](self._normalized(layer, z, learning))
                h = h.view(count, seeds, -1).transpose(0, 1)
        return self._sums(self.shape.layers[-1], h if masks is None else h * masks)

    def _sums(self, layer: Layer, h: torch.Tensor) -> torch.Tensor:
        if layer.is_normalized:
            return torch.bmm(h, self.learnt[layer.name])
        return torch.baddbmm(self.learnt[f"{layer.name} bias"][:, None], h, self.learnt[layer.name])

    def _pooled(self, h: torch.Tensor) -> torch.Tensor:
        if self.shape.pooling == "none":
            return h
        return functional.max_pool2d(h, 2) if self.shape.pooling == "max" else functional.avg_pool2d(h, 2)

    def _normalized(self, layer: Layer, h: torch.Tensor, learning: bool) -> torch.Tensor:
        if not layer.is_normalized:
            return h
        mean, variance = (self.moments[f"{layer.name} {what}"].view(-1) for what in ("mean", "variance"))
        scale, shift = (self.learnt[f"{layer.name} {what}"].view(-1) for what in ("scale", "shift"))
        return functional.batch_norm(h, mean, variance, scale, shift, learning, _MOMENTUM)  # changes the moments


def draw_networks(
    shape: Shape, randoms: Sequence[np.random.Generator], device: str, dtype: torch.dtype = torch.float32
) -> Networks:
    """A network from each stream of random numbers: weights of He et al. 2015, biases 0."""
    learnt: Values = {}
    moments: Values = {}

    def constant(value: float, layer: Layer) -> torch.Tensor:
        return torch.full((len(randoms), layer.units), value, dtype=dtype, device=device)

    for layer in shape.layers:
        deviation = np.sqrt((1 if layer.name == LOGITS else 2) / layer.inputs)
        drawn = np.stack([deviation * random.standard_normal(layer.weights) for random in randoms])
        learnt[layer.name] = torch.from_numpy(drawn).to(device, dtype)
        if not layer.is_normalized:
            learnt[f"{layer.name} bias"] = constant(0.0, layer)
        else:
            learnt |= {f"{layer.name} scale": constant(1.0, layer), f"{layer.name} shift": constant(0.0, layer)}
            moments |= {f"{layer.name} mean": constant(0.0, layer), f"{layer.name} variance": constant(1.0, layer)}
    return Networks(shape, {name: value.requires_grad_() for name, value in learnt.items()}, moments)
