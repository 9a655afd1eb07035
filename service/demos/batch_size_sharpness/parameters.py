"""What can be asked of the sharpness of minima, and about how long it takes."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.batch_size_sharpness.training import N_TRAIN
from service.demos.digits import CLASSES, COUNT, PIXELS
from service.demos.parameter_fields import choice, number, refuse_beyond, several, whole
from service.demos.propagation import FUNCTIONS

MAX_COST_S = 30.0
UPDATES, EPOCHS = "updates", "epochs"
_UPDATE_S, _WEIGHT_S = 50e-6, 0.5e-9  # of one update; of one weight, for one sample there and back
_MEASURES = 85  # gradients over all data: of sharpness, of curvature


def updates_of(parameters: Mapping[str, Any], batch_size: int) -> int:
    """How many updates a batch size gets."""
    done = parameters["updates"] if parameters["equal"] == UPDATES else parameters["epochs"] * (N_TRAIN // batch_size)
    return int(done)


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    width = parameters["width"]
    weights = width * (PIXELS + width + CLASSES + 20)  # an activation costs like some weights
    samples, updates = 0, 0
    for size in parameters["batch_sizes"]:
        done = updates_of(parameters, size)
        updates += done
        samples += done * size + N_TRAIN * _MEASURES
    return float(
        0.2 + parameters["n_seeds"] * (updates * (_UPDATE_S + 8 * weights * 1e-9) + samples * weights * _WEIGHT_S)
    )


class BatchSizeSharpnessParameters(Schema):
    """How networks learn, and how large the boxes are around them."""

    batch_sizes = several(
        (8, 32, 128),
        fields.Integer(strict=True, validate=validate.Range(2, N_TRAIN)),
        (2, 6),
        "Batch sizes",
        f"To be compared; {N_TRAIN} are all digits that are learnt from",
    )
    equal = choice(UPDATES, [UPDATES, EPOCHS], "Equal", "What every batch size gets as much of")
    updates = whole(1000, (50, 5000), "Updates", "Of every batch size, where updates are equal", "updates")
    epochs = whole(20, (1, 200), "Epochs", "Of every batch size, where epochs are equal", "epochs")
    learning_rate = number(0.3, (0.001, 3), "Learning rate", "At first; it falls to 0 in equal steps")
    label_smoothing = number(
        0.2, (0, 0.5), "Label smoothing", "The share of a target spread over all classes; with 0 no minimum is reached"
    )
    width = whole(32, (4, 64), "Width", "Units of each of two hidden layers", "units")
    activation = choice("elu", list(FUNCTIONS), "Activation", "Of the hidden units; curvature is that of smooth ones")
    epsilons = several(
        (0.001, 0.0005),
        fields.Float(validate=validate.Range(1e-5, 0.1)),
        (1, 3),
        "Boxes",
        "How far a parameter x may move, as a share of |x| + 1",
    )
    n_seeds = whole(2, (1, 10), "Seeds", f"Runs with other digits (of {COUNT}) and first weights", "runs")

    @validates_schema
    def name_nothing_twice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to compare something with itself."""
        for field in ("batch_sizes", "epsilons"):
            if len(set(data[field])) < len(data[field]):
                raise ValidationError("Names a value twice.", field)

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, data["equal"])

    @post_load
    def in_order(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Batch sizes rise, boxes shrink, so that equal questions look alike."""
        return {**data, "batch_sizes": sorted(data["batch_sizes"]), "epsilons": sorted(data["epsilons"], reverse=True)}
