"""The parameters of the demo of convolutions in one, two and three directions."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from service.demos.convolution import Axis
from service.demos.parameter_fields import about, choice, whole

MAX_PRODUCTS = 20_000_000  # of the real computation in three directions, about a second
MAX_WINDOWS = 6_000_000  # numbers that lie under the kernel at all its steps, in three directions
KERNELS = ("edge", "blur", "laplace", "random")


class ConvolutionDimensionsParameters(Schema):
    """One layer, the same in every direction."""

    size = whole(16, (1, 64), "Size", "Cells of the input in each direction", "cells")
    channels = whole(3, (1, 64), "Input channels", "Numbers in each cell of the input")
    output_channels = whole(10, (1, 64), "Output channels", "How many kernels the layer has")
    kernel = whole(3, (1, 9), "Kernel", "Cells of the kernel in each direction", "cells")
    stride = whole(1, (1, 8), "Stride", "How far the kernel moves", "cells")
    padding = whole(0, (0, 8), "Padding", "Zeros added on each side", "cells")
    bias = fields.Boolean(load_default=True, metadata=about("Bias", "Whether a number is added to each output channel"))
    kernel_kind = choice(
        "edge",
        KERNELS,
        "Kernel shown",
        "Which kernel the toy signal, picture and volume are convolved with: edge is the slope along the last "
        "direction, laplace the difference from the mean around",
    )

    @validates_schema
    def computable(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what has no output, or would compute for too long."""
        axis = axis_of(data)
        if axis.output < 1:
            padded = data["size"] + 2 * data["padding"]
            raise ValidationError(f"It reaches over {axis.span} cells, and the padded input has {padded}.", "kernel")
        windows = data["channels"] * (axis.output * axis.kernel) ** 3
        if windows > MAX_WINDOWS or windows * data["output_channels"] > MAX_PRODUCTS:
            told = f"In three directions that is {windows * data['output_channels']:,} multiplications"
            raise ValidationError(f"{told}; at most {MAX_PRODUCTS:,} are computed. A smaller input takes less.", "size")


def axis_of(parameters: Mapping[str, Any]) -> Axis:
    """Any one of the directions."""
    return Axis(parameters["size"], parameters["kernel"], parameters["stride"], parameters["padding"])
