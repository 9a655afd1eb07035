"""The TinyVGG of the CNN explainer, computed layer by layer, with weights that ship with the service.

64 x 64 x 3 -> two blocks of (3 x 3 convolution, ReLU) twice and a 2 x 2 maximum, ten channels -> 1690 -> 10.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from service.config import bundled
from service.demos.convolution import Axis, convolve, windows

CLASSES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
CONVOLUTIONS = ("conv_1_1", "conv_1_2", "conv_2_1", "conv_2_2")
BLOCKS = (
    ("conv_1_1", "relu_1_1", "conv_1_2", "relu_1_2", "max_pool_1"),
    ("conv_2_1", "relu_2_1", "conv_2_2", "relu_2_2", "max_pool_2"),
)
LAYERS = ("input", *BLOCKS[0], *BLOCKS[1], "flatten", "output")
SIDES = dict(zip(LAYERS, (64, 62, 62, 60, 60, 30, 28, 28, 26, 26, 13, 13), strict=False))  # of each layer's maps
CHANNELS, KERNEL, POOL = 10, 3, 2
TEST_ACCURACY = 0.9020  # as scripts/train_tiny_vgg.py printed it
PARAMETERS = 19_920

Map = NDArray[np.float32]


@cache
def weights() -> Mapping[str, Map]:
    """Every layer's "<layer>.weight" and "<layer>.bias", in torch's order of axes: (out, in, height, width)."""
    with np.load(bundled("data") / "models" / "tiny_vgg" / "weights.npz") as file:
        return {name: file[name] for name in file.files}


def forward(picture: Map) -> dict[str, Map]:
    """What every layer gives for a picture (3, 64, 64) from 0 to 1; "output" holds the logits (10,)."""
    given, values = {"input": picture}, picture
    for name in LAYERS[1:]:
        values = _layer(name, values)
        given[name] = values
    return given


def _layer(name: str, values: Map) -> Map:
    if name.startswith("conv"):
        kernel, bias = weights()[f"{name}.weight"], weights()[f"{name}.bias"]
        return np.asarray(convolve(values, kernel, conv_axes(values)) + bias[:, None, None])
    if name.startswith("relu"):
        return np.maximum(values, 0)
    if name.startswith("max_pool"):
        return np.asarray(windows(values, pool_axes(values)).max(axis=(2, 4)))
    if name == "flatten":
        return values.ravel()
    return np.asarray(weights()["output.weight"] @ values + weights()["output.bias"])


def conv_axes(values: Map) -> tuple[Axis, Axis]:
    """A convolution's way over maps of this size."""
    return Axis(values.shape[1], KERNEL), Axis(values.shape[2], KERNEL)


def pool_axes(values: Map) -> tuple[Axis, Axis]:
    """A maximum's way over maps of this size; a last row or column that has no partner is left out."""
    return Axis(values.shape[1], POOL, POOL), Axis(values.shape[2], POOL, POOL)


def softmax(logits: Map) -> Map:
    """Probabilities, the largest logit subtracted first so that nothing overflows."""
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def before(layer: str) -> str:
    """The layer whose output it takes: that of "relu_1_1" is "conv_1_1"."""
    return LAYERS[LAYERS.index(layer) - 1]
