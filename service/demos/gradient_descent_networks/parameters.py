"""What gradient descent for networks can be asked, and about how long it takes."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from service.demos.parameter_fields import choice, number, refuse_beyond, several, whole
from service.demos.playground.data import CLASSIFICATION
from service.demos.playground.kinds import ACTIVATIONS, LANES
from service.demos.playground.net import count_weights, layer_widths

N_TRAIN = 250  # half of the playground's 500 points
MAX_COST_S = 20.0
_FIXED_S = 0.2  # data and figures
_WEIGHT_NS, _UNIT_NS = 1.0, 2.0  # per sample, of training and of the loss
_UPDATED_WEIGHT_NS = 2.5  # per batch


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    shape = layer_widths({"features": ["x", "y"], **parameters})
    weights, units = count_weights(shape), sum(shape)
    sample_ns = weights * _WEIGHT_NS + units * _UNIT_NS
    update_ns = (weights + units) * _UPDATED_WEIGHT_NS
    epochs_ns = sum(N_TRAIN * sample_ns + N_TRAIN / size * update_ns for size in parameters["batch_sizes"])
    grid_ns = epochs_ns * LANES * parameters["epochs"] * (1 + len(parameters["learning_rates"]))
    single_ns = parameters["updates"] * len(parameters["batch_sizes"]) * N_TRAIN * sample_ns * 4
    return float(_FIXED_S + (grid_ns + single_ns) * 1e-9)


class GradientDescentParameters(Schema):
    """A problem of the playground, and the ways to descend on it."""

    dataset = choice(
        "circle", list(CLASSIFICATION), "Data set", f"500 labelled points, {N_TRAIN} of them to learn from"
    )
    noise = number(0.0, (0, 50), "Noise", "How much the data is disturbed", "%")
    hidden_layers = several(
        (4, 2),
        fields.Integer(strict=True, validate=validate.Range(1, 16)),
        (0, 4),
        "Hidden layers",
        "How many units each hidden layer has, from the inputs on",
    )
    activation = choice("tanh", list(ACTIVATIONS), "Activation", "Of the hidden units; the output is tanh")
    batch_sizes = several(
        (1, 10, N_TRAIN),
        fields.Integer(strict=True, validate=validate.Range(1, N_TRAIN)),
        (1, 6),
        "Batch sizes",
        f"Samples of one update, to compare; {N_TRAIN} are all",
    )
    learning_rate = number(0.03, (0.0001, 10), "Learning rate", "Of the curves by epoch and by update")
    learning_rates = several(
        (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
        fields.Float(validate=validate.Range(0.0001, 10)),
        (2, 12),
        "Learning rates",
        "To be compared for each batch size",
    )
    epochs = whole(60, (1, 2000), "Epochs", "Times through the training data", "epochs")
    updates = whole(250, (1, 2000), "Updates", "How many the curve by update shows", "updates")
    target_loss = number(0.1, (0.0001, 1), "Target", "The loss whose first epoch and update are told")
    n_seeds = whole(LANES, (1, LANES), "Seeds", "Runs with other data and first weights", "runs")

    @validates_schema
    def name_nothing_twice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to compare something with itself."""
        for field in ("batch_sizes", "learning_rates"):
            if len(set(data[field])) < len(data[field]):
                raise ValidationError("Names a value twice.", field)

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")

    @post_load
    def rising(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put what is compared in its order, so that equal questions look alike."""
        return {**data, **{field: sorted(data[field]) for field in ("batch_sizes", "learning_rates")}}
