"""The playground's parameters: the original's controls with real bounds, and what it lacks."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from service.demos.parameter_fields import about, choice, number, refuse_beyond, several, whole
from service.demos.playground.cost import MAX_COST_S, cost_s
from service.demos.playground.data import (
    CLASSIFICATION,
    CUSTOM,
    DATASETS,
    FEATURES,
    REGRESSION,
    total_points,
    training_size,
)
from service.demos.playground.edits import (
    MAX_EPOCHS,
    MAX_LAYERS,
    MAX_RATE,
    MAX_WIDTH,
    Edit,
    RateChange,
    Unit,
    refuse_changes_of_nothing,
)
from service.demos.playground.given import POINTS, refuse_unfit_points
from service.demos.playground.kinds import ACTIVATIONS, LOSSES, OPTIMIZERS, PENALTIES

MAX_SEEDS = 64


def _switch(title: str, description: str) -> fields.Boolean:
    return fields.Boolean(load_default=False, metadata=about(title, description))


class PlaygroundParameters(Schema):
    """Every control of the original's page; optimisers, losses, several seeds, wider layers and edits beside them."""

    problem = choice(
        "classification", ["classification", "regression"], "Problem", "Follows from the data set where it is not given"
    )
    dataset = choice(
        "circle",
        [*DATASETS, CUSTOM],
        "Data set",
        "Which points to learn: 500 labelled ones, or 1200 for a regression; custom are your own",
    )
    points = POINTS
    percent_train_data = number(
        50.0, (10, 90), "Training share", "How much of the data to train on; the rest is test data", "%"
    )
    noise = number(0.0, (0, 80), "Noise", "How much the data is disturbed", "%")
    features = several(
        ("x", "y"),
        fields.String(validate=validate.OneOf(list(FEATURES))),
        (1, len(FEATURES)),
        "Features",
        "What the network is given of each point; their order does not matter",
    )
    hidden_layers = several(
        (4, 2),
        fields.Integer(strict=True, validate=validate.Range(1, MAX_WIDTH)),
        (0, MAX_LAYERS),
        "Hidden layers",
        "How many units each hidden layer has, from the inputs on",
    )
    activation = choice(
        "tanh", list(ACTIVATIONS), "Activation", "Of the hidden units; the output is tanh, or linear for a regression"
    )
    loss = choice(
        "squared",
        list(LOSSES),
        "Loss",
        "Of one sample: half the squared error, the absolute error, or (for a classification) the cross-entropy",
    )
    optimizer = choice(
        "sgd",
        list(OPTIMIZERS),
        "Optimiser",
        "What makes a step of the gradient; momentum is 0.9, Adam's betas are 0.9 and 0.999",
    )
    learning_rate = number(0.03, (0, MAX_RATE), "Learning rate", "Step along the direction that the optimiser gives")
    learning_rate_changes = several(
        (), fields.Nested(RateChange), (0, 50), "Learning rate changes", "Other rates from later epochs on, no reset"
    )
    regularization = choice(
        "none", list(PENALTIES), "Regularization", "Penalty on the weights; L1 kills a link that it pushes across zero"
    )
    regularization_rate = number(0.0, (0, 100), "Regularization rate", "Weight of the penalty")
    batch_size = whole(
        10, (1, 1080), "Batch size", "Samples between two updates; no more than are trained on", "samples"
    )
    epochs = whole(500, (0, MAX_EPOCHS), "Epochs", "Times through the training data", "epochs")
    n_seeds = whole(
        1, (1, MAX_SEEDS), "Seeds", "Runs with other data and first weights, to tell luck from a rule", "runs"
    )
    init_zero = _switch("Start at zero", "All first weights and biases 0")
    init_scale = number(1.0, (0, 100), "First weights", "They are drawn from -0.5 to 0.5, times this")
    resets = whole(0, (0, 100), "Resets", "How often to draw other first weights for the same data", "times")
    edits = several(
        (), fields.Nested(Edit), (0, 256), "Edits", "Weights and biases set by hand before or in training, in every run"
    )
    inspect = several(
        (), fields.Nested(Unit), (0, 6), "Inspect", "Units whose output is shown over the plane in full, 100 x 100"
    )
    show_test_data = _switch("Show test data", "Also in the decision map")
    discretize = _switch("Discretize", "Maps show only the sign of the output")

    @pre_load
    def follow_each_other(self, given: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Points and a regression's data set imply the problem or the data set, and the problem a data set."""
        data = dict(given)
        if data.get("points"):
            data.setdefault("dataset", CUSTOM)
        if data.get("dataset") in tuple(REGRESSION):
            data.setdefault("problem", "regression")
        if data.get("problem") == "regression":
            data.setdefault("dataset", "reg-plane")
        return data

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        allowed = CLASSIFICATION if data["problem"] == "classification" else REGRESSION
        if data["dataset"] not in (*allowed, CUSTOM):
            told = f"For {data['problem']} it is one of: {', '.join(allowed)}."
            raise ValidationError(told, "dataset")
        if data["problem"] == "regression" and data["loss"] == "cross_entropy":
            raise ValidationError("The cross-entropy is of two classes; a regression has none.", "loss")
        if len(set(data["features"])) < len(data["features"]):
            raise ValidationError("Names a feature twice.", "features")
        refuse_unfit_points(data)
        n_train = training_size(total_points(data), data["percent_train_data"])
        if data["batch_size"] > n_train:
            raise ValidationError(f"Only {n_train} samples are trained on.", "batch_size")
        refuse_changes_of_nothing(data)

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")

    @post_load
    def in_their_order(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put the features in the original's order, so that equal questions look alike."""
        return {**data, "features": [name for name in FEATURES if name in data["features"]]}
