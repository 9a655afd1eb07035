"""The 19 figures of the original, under its names, and some that it cannot show.

The original's caption of padding-strides-odd-transposed speaks of a 2 x 2 input; it is the 3 x 3 output of the
convolution that is transposed.
"""

from typing import Any

from service.demos.convolution import Axis

Preset = dict[str, Any]


def _plain(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Preset:
    return {
        "input_size": [size, size],
        "kernel_size": [kernel, kernel],
        "stride": [stride, stride],
        "padding": [padding, padding],
        "dilation": [dilation, dilation],
        "show_values": False,
    }


def _transposed(size: int, kernel: int, stride: int = 1, padding: int = 0) -> Preset:
    """The one that leads back from the output of the plain one to its `size`."""
    back = Axis(size, kernel, stride, padding).adjoint
    extra = back.output_padding
    return {**_plain(back.size, kernel, stride, padding), "transposed": True, "output_padding": [extra, extra]}


# What the original draws with its fixed seed, so that its figures can be laid beside ours.
_INPUT = [[[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]]
_KERNEL = [[[[0, 1, 2], [2, 2, 0], [0, 1, 2]]]]

_SHAPES: dict[str, tuple[int, ...]] = {
    "no-padding-no-strides": (4, 3),
    "arbitrary-padding-no-strides": (5, 4, 1, 2),
    "same-padding-no-strides": (5, 3, 1, 1),
    "full-padding-no-strides": (5, 3, 1, 2),
    "no-padding-strides": (5, 3, 2),
    "padding-strides": (5, 3, 2, 1),
    "padding-strides-odd": (6, 3, 2, 1),
}

PRESETS: dict[str, Preset] = {
    **{name: _plain(*shape) for name, shape in _SHAPES.items()},
    **{f"{name}-transposed": _transposed(*shape) for name, shape in _SHAPES.items()},
    "dilation": _plain(7, 3, dilation=2),
    "numerical-no-padding-no-strides": {"input": _INPUT, "kernel": _KERNEL},
    "numerical-padding-strides": {"input": _INPUT, "kernel": _KERNEL, "padding": [1, 1], "stride": [2, 2]},
    "numerical-average-pooling": {"input": _INPUT, "mode": "average"},
    "numerical-max-pooling": {"input": _INPUT, "mode": "max"},
    "numerical-transposed": {"input_size": [3, 3], "transposed": True, "stride": [2, 2], "padding": [1, 1]},
    "numerical-dilation": {"input_size": [7, 7], "dilation": [2, 2]},
    "not-square": {"input_size": [4, 8], "kernel_size": [2, 3], "stride": [1, 2], "padding": [0, 1]},
    "several-channels": {"channels": 3, "output_channels": 2},
    "max-pooling-halves-the-picture": {
        "mode": "max",
        "input_size": [6, 6],
        "kernel_size": [2, 2],
        "stride": [2, 2],
        "channels": 2,
    },
    "stride-loses-a-row-and-a-column": {"input_size": [6, 6], "stride": [2, 2]},
    "checkerboard": {
        "transposed": True,
        "input_size": [3, 3],
        "stride": [2, 2],
        "input": [[[1, 1, 1]] * 3],
        "kernel": [[[[1, 1, 1]] * 3]],
    },
    "one-by-one-mixes-channels": {"kernel_size": [1, 1], "input_size": [4, 4], "channels": 3},
    "dilation-of-three": {"input_size": [9, 9], "dilation": [3, 3], "padding": [1, 1]},
}
