"""Networks that everybody cites, and mistakes that everybody makes."""

from typing import Any

Layer = dict[str, Any]
RELU: Layer = {"type": "relu"}


def _conv(channels: int, kernel: int = 3, stride: int = 1, padding: int = 0) -> list[Layer]:
    layer = {"type": "conv", "channels": channels, "kernel": [kernel], "stride": [stride], "padding": [padding]}
    return [layer, RELU]


def _pool(kernel: int, stride: int) -> Layer:
    return {"type": "max_pool", "kernel": [kernel], "stride": [stride]}


def _dense(*units: int) -> list[Layer]:
    layers: list[Layer] = [layer for width in units for layer in ({"type": "dense", "channels": width}, RELU)]
    return [{"type": "flatten"}, *layers[:-1]]


def _vgg_16() -> list[Layer]:
    blocks = [[64] * 2, [128] * 2, [256] * 3, [512] * 3, [512] * 3]
    convolutions = [layer for block in blocks for width in block for layer in _conv(width, padding=1)]
    ends = [2 * sum(map(len, blocks[: at + 1])) for at in range(len(blocks))]
    layers: list[Layer] = []
    for first, last in zip([0, *ends], ends, strict=False):
        layers += [*convolutions[first:last], _pool(2, 2)]
    return [*layers, *_dense(4096, 4096, 1000)]


PRESETS: dict[str, dict[str, Any]] = {
    "tiny-vgg": {},
    "lenet-5": {
        "input_channels": 1,
        "input_size": [32, 32],
        "layers": [
            *_conv(6, 5),
            {"type": "average_pool", "kernel": [2]},
            *_conv(16, 5),
            {"type": "average_pool", "kernel": [2]},
            *_dense(120, 84, 10),
        ],
    },
    "alexnet": {
        "input_size": [224, 224],
        "layers": [
            *_conv(64, 11, 4, 2),
            _pool(3, 2),
            *_conv(192, 5, padding=2),
            _pool(3, 2),
            *_conv(384, padding=1),
            *_conv(256, padding=1),
            *_conv(256, padding=1),
            _pool(3, 2),
            *_dense(4096, 4096, 1000),
        ],
    },
    "vgg-16": {"input_size": [224, 224], "layers": _vgg_16()},
    "dilated-signal": {
        "input_channels": 1,
        "input_size": [1024],
        "layers": [{"type": "conv", "channels": 16, "kernel": [2], "dilation": [2**power]} for power in range(6)],
    },
    "volume": {
        "input_channels": 1,
        "input_size": [16, 64, 64],
        "layers": [
            {"type": "conv", "channels": 8, "padding": [1]},
            {"type": "max_pool", "kernel": [1, 2, 2]},
            {"type": "conv", "channels": 16, "padding": [1]},
            {"type": "max_pool", "kernel": [2]},
            {"type": "global_average_pool"},
            {"type": "dense", "channels": 10},
        ],
    },
    "down-and-up": {
        "input_size": [64, 64],
        "layers": [
            {"type": "conv", "channels": 16, "kernel": [4], "stride": [2], "padding": [1]},
            {"type": "conv", "channels": 32, "kernel": [4], "stride": [2], "padding": [1]},
            {"type": "conv_transpose", "channels": 16, "kernel": [4], "stride": [2], "padding": [1]},
            {"type": "conv_transpose", "channels": 3, "kernel": [4], "stride": [2], "padding": [1]},
        ],
    },
    "depthwise-separable": {
        "input_channels": 32,
        "input_size": [112, 112],
        "layers": [
            {"type": "conv", "channels": 32, "padding": [1], "groups": 32, "bias": False},
            {"type": "batch_norm"},
            {"type": "conv", "channels": 64, "kernel": [1], "bias": False},
            {"type": "batch_norm"},
        ],
    },
    "stride-does-not-divide": {"input_size": [64, 64], "layers": [*_conv(8, 3, 2), *_conv(8, 5, 3)]},
    "checkerboard": {
        "input_size": [16, 16],
        "layers": [{"type": "conv_transpose", "channels": 8, "kernel": [3], "stride": [2]}],
    },
    "too-deep": {"input_size": [28, 28], "input_channels": 1, "layers": [*_conv(8, 5), _pool(2, 2)] * 4},
}
