"""The parameters of the convolution calculator: an input and the layers that it goes through."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.parameter_fields import Bounds, about, choice, several, whole

MAX_DIRECTIONS = 3
MAX_LAYERS = 64
MAX_SIZE = 4096

# What each kind of layer takes besides its type.
_WINDOW = {"kernel", "stride", "padding", "dilation"}
TAKES: Mapping[str, set[str]] = {
    "conv": {*_WINDOW, "channels", "groups", "bias"},
    "conv_transpose": {*_WINDOW, "channels", "groups", "bias", "output_padding"},
    "max_pool": _WINDOW,
    "average_pool": _WINDOW - {"dilation"},
    "global_average_pool": set(),
    "relu": set(),
    "batch_norm": set(),
    "flatten": set(),
    "dense": {"channels", "bias"},
}
_NEEDS = {"conv": "channels", "conv_transpose": "channels", "dense": "channels"}


def _per_direction(default: list[int], bounds: Bounds, title: str, description: str) -> Any:
    each = fields.Integer(strict=True, validate=validate.Range(*map(int, bounds)))
    told = f"{description}; one number for all directions, or one for each"
    return several(default, each, (0 if not default else 1, MAX_DIRECTIONS), title, told)


class LayerParameters(Schema):
    """One layer; what its type does not take must be left out."""

    type = choice("conv", list(TAKES), "Type", "What the layer does")
    channels = whole(None, (1, 65_536), "Channels", "Of the output of a convolution, or units of a dense layer")
    kernel = _per_direction([3], (1, 64), "Kernel", "Cells of the kernel or window")
    stride = _per_direction([], (1, 64), "Stride", "How far it moves; none given: 1, and for pooling the kernel's size")
    padding = _per_direction([0], (0, 64), "Padding", "Zeros added on each side; transposed: cells cut off")
    dilation = _per_direction([1], (1, 64), "Dilation", "Distance between the kernel's cells")
    output_padding = _per_direction([0], (0, 63), "Output padding", "Cells added at the end")
    groups = whole(1, (1, 65_536), "Groups", "Parts that the channels fall into, each convolved by itself")
    bias = fields.Boolean(load_default=True, metadata=about("Bias", "Whether a number is added to each output channel"))

    @validates_schema
    def only_what_it_takes(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would change nothing."""
        takes = TAKES[data["type"]]
        for name, field in self.fields.items():
            default = field.load_default() if callable(field.load_default) else field.load_default
            if name not in {"type", *takes} and data[name] != default:
                raise ValidationError(f"A layer of type {data['type']} has no {name.replace('_', ' ')}.", name)
        needed = _NEEDS.get(data["type"])
        if needed and data[needed] is None:
            raise ValidationError(f"A layer of type {data['type']} needs it.", needed)


DEFAULT_LAYERS: list[dict[str, Any]] = [
    {"type": "conv", "channels": 10},
    {"type": "relu"},
    {"type": "conv", "channels": 10},
    {"type": "relu"},
    {"type": "max_pool", "kernel": [2]},
    {"type": "conv", "channels": 10},
    {"type": "relu"},
    {"type": "conv", "channels": 10},
    {"type": "relu"},
    {"type": "max_pool", "kernel": [2]},
    {"type": "flatten"},
    {"type": "dense", "channels": 10},
]


class ConvolutionCalculatorParameters(Schema):
    """An input, and what it goes through."""

    input_channels = whole(3, (1, 65_536), "Input channels", "3 for a picture in colour")
    input_size = several(
        [64, 64],
        fields.Integer(strict=True, validate=validate.Range(1, MAX_SIZE)),
        (1, MAX_DIRECTIONS),
        "Input size",
        "Cells in each direction: one for a signal, [height, width] for a picture, three for a volume",
    )
    layers = fields.List(
        fields.Nested(LayerParameters),
        load_default=lambda: [LayerParameters().load(layer) for layer in DEFAULT_LAYERS],
        validate=validate.Length(1, MAX_LAYERS),
        metadata=about("Layers", "What the input goes through, in order"),
    )

    @validates_schema
    def one_for_each_direction(self, data: dict[str, Any], **_: Any) -> None:
        """A layer's lists have one number, or as many as there are directions."""
        directions = len(data["input_size"])
        for at, layer in enumerate(data["layers"]):
            for name in (*sorted(_WINDOW), "output_padding"):
                if len(layer[name]) > 1 and len(layer[name]) != directions:
                    told = f"The input has {directions} directions; give one number, or one for each."
                    raise ValidationError({"layers": {at: {name: [told]}}})
