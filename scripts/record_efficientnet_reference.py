"""Records what torch computes with EfficientNet-lite0's weights, as reference for our own arithmetic.

    python -m scripts.record_efficientnet_reference

Needs torch, and the package of weights. The network is written here a second time, layer by layer and without folding,
so that a mistake of the one is not in the other.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from service.config import bundled
from service.demos.imagenet_classifier.parameters import IMAGES, KEPT_SIDE
from service.demos.pictures import read_file
from service.inference.imagenet import CARD, SIDE, packaged_weights

REFERENCE = Path(__file__).parents[1] / "tests" / "inference" / "efficientnet_reference.npz"
KEPT_EVERY = 97  # one in so many values of a stage is kept
STRIDES = {1: 2, 3: 2, 5: 2, 11: 2}  # of blocks, counted from 0; all others have 1
BLOCKS = 16


class Network:
    """The network on the weights as torch reads them."""

    def __init__(self) -> None:
        self.weights: dict[str, Tensor] = torch.load(packaged_weights(), weights_only=True)

    def conv(self, x: Tensor, layer: str, norm: str, stride: int = 1) -> Tensor:
        """Convolution with TensorFlow's "same" padding, then batch norm."""
        kernel = self.weights[f"{layer}.weight"]
        size, width = x.shape[-1], kernel.shape[-1]
        pad = max((-(-size // stride) - 1) * stride + width - size, 0)
        padded = functional.pad(x, [pad // 2, pad - pad // 2] * 2)
        y = functional.conv2d(padded, kernel, stride=stride, groups=x.shape[1] // kernel.shape[1])
        mean, variance, scale, shift = (
            self.weights[f"{norm}.{name}"] for name in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(y, mean, variance, scale, shift, eps=1e-3)

    def block(self, x: Tensor, at: int) -> Tensor:
        """Inverted residual block."""
        name, y = f"_blocks.{at}", x
        if f"{name}._expand_conv.weight" in self.weights:
            y = functional.relu6(self.conv(y, f"{name}._expand_conv", f"{name}._bn0"))
        y = functional.relu6(self.conv(y, f"{name}._depthwise_conv", f"{name}._bn1", STRIDES.get(at, 1)))
        y = self.conv(y, f"{name}._project_conv", f"{name}._bn2")
        return x + y if x.shape == y.shape else y

    def stages(self, pixels: np.ndarray) -> list[Tensor]:
        """Stem, blocks, head and logits."""
        x = (torch.tensor(pixels).permute(2, 0, 1)[None].float() - 127) / 128
        given = [functional.relu6(self.conv(x, "_conv_stem", "_bn0", 2))]
        for at in range(BLOCKS):
            given.append(self.block(given[-1], at))
        given.append(functional.relu6(self.conv(given[-1], "_conv_head", "_bn1")))
        pooled = given[-1].mean((2, 3))
        return [*given, functional.linear(pooled, self.weights["_fc.weight"], self.weights["_fc.bias"])]


def main() -> None:
    """Logits of every picture, and a part of every stage for the first."""
    network, edge, kept, logits = Network(), (KEPT_SIDE - SIDE) // 2, {}, []
    for image in IMAGES:
        picture = read_file(bundled("data") / CARD / "images" / f"{image}.webp", KEPT_SIDE)
        *stages, last = network.stages(picture[edge : edge + SIDE, edge : edge + SIDE])
        logits.append(last[0].numpy())
        kept = kept or {f"stage_{at}": stage.flatten()[::KEPT_EVERY].numpy() for at, stage in enumerate(stages)}
    np.savez_compressed(REFERENCE, logits=np.stack(logits), **kept)
    print(f"{REFERENCE.name}: {len(IMAGES)} pictures, {len(kept)} stages")


if __name__ == "__main__":
    main()
