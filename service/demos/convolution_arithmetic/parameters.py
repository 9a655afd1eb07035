"""The parameters of the convolution arithmetic demo: any convolution or pooling of small pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.convolution import Axis
from service.demos.figures import MAX_FRAMES
from service.demos.parameter_fields import Bounds, about, choice, several, whole

MODES = ("convolution", "average", "max")
MAX_CHANNELS = 4
MAX_CELLS = 24  # on a side of the input, with all that is added to it: more could not be read in a figure


def _pair(default: int, bounds: Bounds, title: str, description: str) -> Any:
    each = fields.Integer(strict=True, validate=validate.Range(*map(int, bounds)))
    return several([default, default], each, (2, 2), title, f"{description}, as [height, width]")


def _numbers(depth: int, title: str, description: str) -> Any:
    """Numbers in `depth` nested lists, or null."""
    inner: fields.Field[Any] = fields.Float(validate=validate.Range(-1e6, 1e6))
    for _ in range(depth - 1):
        inner = fields.List(inner, validate=validate.Length(1, MAX_CELLS))
    return fields.List(
        inner,
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MAX_CELLS),
        metadata=about(title, description),
    )


class ConvolutionArithmeticParameters(Schema):
    """What the original's script takes, and height and width apart, channels, numbers and output padding."""

    mode = choice("convolution", MODES, "Mode", "What is done with the cells under the kernel: weighted sum, mean, max")
    transposed = fields.Boolean(
        load_default=False, metadata=about("Transposed", "The convolution that leads back to the input's size")
    )
    input_size = _pair(5, (1, 16), "Input size", "Cells of the input")
    kernel_size = _pair(3, (1, 9), "Kernel size", "Cells of the kernel")
    stride = _pair(1, (1, 6), "Stride", "How far the kernel moves; transposed: how far the input's cells lie apart")
    padding = _pair(0, (0, 8), "Padding", "Zeros added on each side; transposed: cells cut off each side of the output")
    dilation = _pair(1, (1, 4), "Dilation", "Distance between the kernel's cells")
    output_padding = _pair(0, (0, 5), "Output padding", "Cells added at the end of a transposed convolution's output")
    channels = whole(1, (1, MAX_CHANNELS), "Input channels", "How many pictures lie behind each other")
    output_channels = whole(
        1, (1, MAX_CHANNELS), "Output channels", "How many kernels; pooling has as many as the input, whatever is given"
    )
    input = _numbers(3, "Input", "Its numbers [channel][row][column]; null draws whole numbers 0 to 3 from the seed")
    kernel = _numbers(
        4, "Kernel", "Its numbers [output channel][input channel][row][column]; null draws 0 to 2 from the seed"
    )
    show_values = fields.Boolean(
        load_default=True, metadata=about("Show values", "Figures show the numbers, not only the cells")
    )

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if data["mode"] != "convolution":
            _refuse_for_pooling(data)
        for at, axis in enumerate(axes_of(data)):
            _refuse_impossible(axis, at)
        count = int(np.prod([axis.output for axis in axes_of(data)]))
        if count > MAX_FRAMES:
            told = f"The output has {count} cells, and {MAX_FRAMES} steps can be shown."
            raise ValidationError(told, "input_size")
        _refuse_other_shape(data, "input", (data["channels"], *data["input_size"]))
        _refuse_other_shape(data, "kernel", (data["output_channels"], data["channels"], *data["kernel_size"]))

    @post_load
    def one_output_for_each(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Pooling takes each channel by itself."""
        return data if data["mode"] == "convolution" else {**data, "output_channels": data["channels"]}


def axes_of(parameters: Mapping[str, Any]) -> tuple[Axis, Axis]:
    """Height and width."""
    height, width = (
        Axis(
            size=parameters["input_size"][at],
            kernel=parameters["kernel_size"][at],
            stride=parameters["stride"][at],
            padding=parameters["padding"][at],
            dilation=parameters["dilation"][at],
            output_padding=parameters["output_padding"][at],
            transposed=parameters["transposed"],
        )
        for at in (0, 1)
    )
    return height, width


def _refuse_for_pooling(data: Mapping[str, Any]) -> None:
    if data["transposed"]:
        raise ValidationError("Only a convolution can be transposed.", "transposed")
    if data["kernel"] is not None:
        raise ValidationError("Pooling has no numbers in its kernel.", "kernel")


def _refuse_impossible(axis: Axis, at: int) -> None:
    if not axis.transposed and axis.output_padding:
        refused = "output_padding", "Only a transposed convolution has one."
    elif axis.transposed and axis.output_padding >= max(axis.stride, axis.dilation):
        refused = "output_padding", "It must be less than the stride or the dilation: more would only add zeros."
    elif axis.transposed and axis.output < 1:
        refused = "padding", f"It cuts off everything: the output would have {axis.output} cells."
    elif axis.output < 1:
        padded = axis.size + 2 * axis.padding
        refused = "kernel_size", f"It reaches over {axis.span} cells, and the padded input has {padded}."
    elif len(axis.reach) > MAX_CELLS:
        told = f"With all zeros that are added it has {len(axis.reach)} cells; {MAX_CELLS} can be shown."
        refused = "input_size", told
    else:
        return
    raise ValidationError({refused[0]: {at: [refused[1]]}})


def _refuse_other_shape(data: Mapping[str, Any], field: str, shape: tuple[int, ...]) -> None:
    if data[field] is None:
        return
    try:
        given = np.array(data[field], dtype=float).shape
    except ValueError as error:  # rows of different lengths
        raise ValidationError("Its lists have different lengths.", field) from error
    if given != shape:
        told = " x ".join(map(str, given))
        raise ValidationError(f"It is {told}; the other parameters make it {' x '.join(map(str, shape))}.", field)
