"""The parameters of the CNN explainer: a picture, what to look at, and the widget of hyper-parameters."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from service.demos.cnn_explainer.network import CHANNELS, CLASSES, LAYERS, SIDES
from service.demos.own_picture import kept_square, own_picture
from service.demos.parameter_fields import about, choice, whole

IMAGES = tuple(name.lower().replace(" ", "-") for name in CLASSES)
LEVELS = ("unit", "module", "global")
INVERSIONS = ("auto", "yes", "no")
INPUT_SIDE = SIDES["input"]


class CnnExplainerParameters(Schema):
    """What the original's page lets one choose, and any cell for the formulas."""

    image = choice(
        "ankle-boot", IMAGES, "Image", "A picture that ships with the service, of each class the first of the test set"
    )
    upload = own_picture(INPUT_SIDE)
    invert = choice(
        "auto",
        INVERSIONS,
        "Invert own image",
        "The network knows light garments on black; auto inverts a picture whose border is light",
    )
    layer = choice("conv_1_1", LAYERS, "Layer", "Whose maps are given in full, and whose unit is explained")
    unit = whole(0, (0, CHANNELS - 1), "Unit", "Map of that layer, or class of the output; the input has three")
    row = whole(None, (0, 63), "Row", "Of the cell that is explained; null is where the unit's map is highest")
    column = whole(None, (0, 63), "Column", "Of the cell that is explained")
    input_channel = whole(
        None,
        (0, CHANNELS - 1),
        "Input channel",
        "Of the layer before a convolution, whose way under the kernel is animated; null is the one that adds most",
    )
    show_detail = fields.Boolean(
        load_default=True,
        metadata=about("Show detail", "Sizes of the layers and the legend of colours in the overview"),
    )
    all_layers = fields.Boolean(
        load_default=False,
        metadata=about("Numbers of all layers", "Not only of the layer looked at: about 3 million bytes"),
    )
    scale_level = choice(
        "unit", LEVELS, "Colour scale", "Whether colours are comparable within a map, a block of layers, or everywhere"
    )
    hyper_input_size = whole(5, (1, 16), "Widget: input size", "Cells of the widget's input", "cells")
    hyper_padding = whole(0, (0, 8), "Widget: padding", "Zeros on each side", "cells")
    hyper_kernel = whole(2, (1, 9), "Widget: kernel", "Cells of the kernel", "cells")
    hyper_stride = whole(1, (1, 6), "Widget: stride", "How far the kernel moves", "cells")

    @validates_schema
    def something_to_see(self, data: dict[str, Any], **_: Any) -> None:
        """The input has three units; a cell has a row and a column, and lies on the map."""
        if data["layer"] == "input" and data["unit"] > 2:
            raise ValidationError("The input has the units 0 to 2: red, green and blue.", "unit")
        if data["layer"] == "conv_1_1" and (data["input_channel"] or 0) > 2:
            raise ValidationError("The input has the channels 0 to 2: red, green and blue.", "input_channel")
        if (data["row"] is None) != (data["column"] is None):
            missing = "row" if data["row"] is None else "column"
            raise ValidationError("A cell has a row and a column: give both, or neither.", missing)
        side = SIDES.get(data["layer"], 0)
        for name in ("row", "column"):
            if data[name] is not None and data[name] >= side:
                told = f"The maps of {data['layer']} have the {name}s 0 to {side - 1}."
                raise ValidationError(told if side else "The output has no maps, and so no cells.", name)

    @post_load
    def only_the_square(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Keep of an upload what the network sees."""
        return {**data, "upload": kept_square(data["upload"], "upload", INPUT_SIDE)}
