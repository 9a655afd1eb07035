"""The playground's parameters: the original's controls with real bounds, and what it lacks."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from service.demos.playground.activations import CODES
from service.demos.playground.cost import MAX_COST_S, cost_s
from service.demos.playground.data import CLASSIFICATION, DATASETS, FEATURES, REGRESSION, training_size
from service.demos.playground.engine import PENALTIES
from service.demos.playground.net import layer_widths

MAX_LAYERS = 6
MAX_WIDTH = 32  # units
MAX_SEEDS = 64


def _about(title: str, description: str, **more: str) -> dict[str, str]:
    return {"title": title, "description": description, **more}


class Edit(Schema):
    """One weight or bias set by hand before training."""

    layer = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, MAX_LAYERS + 1),
        metadata=_about("Layer", "1 is the first layer after the inputs, the last one is the output"),
    )
    unit = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(0, MAX_WIDTH - 1),
        metadata=_about("Unit", "Unit of that layer, counted from 0"),
    )
    source = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(0, MAX_WIDTH - 1),
        metadata=_about("Source", "Unit of the layer before that the link comes from; null sets the bias"),
    )
    value = fields.Float(
        required=True, validate=validate.Range(-1e6, 1e6), metadata=_about("Value", "The new weight or bias")
    )


class PlaygroundParameters(Schema):
    """Every control of the original's page, and several seeds, wider layers and edits."""

    problem = fields.String(
        load_default="classification",
        validate=validate.OneOf(["classification", "regression"]),
        metadata=_about("Problem", "Follows from the data set where it is not given"),
    )
    dataset = fields.String(
        load_default="circle",
        validate=validate.OneOf(list(DATASETS)),
        metadata=_about("Data set", "Which points to learn: 500 labelled ones, or 1200 for a regression"),
    )
    percent_train_data = fields.Float(
        load_default=50.0,
        validate=validate.Range(10, 90),
        metadata=_about("Training share", "How much of the data to train on; the rest is test data", unit="%"),
    )
    noise = fields.Float(
        load_default=0.0,
        validate=validate.Range(0, 80),
        metadata=_about("Noise", "How much the data is disturbed", unit="%"),
    )
    features = fields.List(
        fields.String(validate=validate.OneOf(list(FEATURES))),
        load_default=lambda: ["x", "y"],
        validate=validate.Length(1, len(FEATURES)),
        metadata=_about("Features", "What the network is given of each point; their order does not matter"),
    )
    hidden_layers = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, MAX_WIDTH)),
        load_default=lambda: [4, 2],
        validate=validate.Length(0, MAX_LAYERS),
        metadata=_about("Hidden layers", "How many units each hidden layer has, from the inputs on", unit="units"),
    )
    activation = fields.String(
        load_default="tanh",
        validate=validate.OneOf(list(CODES)),
        metadata=_about("Activation", "Of the hidden units; the output is tanh, or linear for a regression"),
    )
    learning_rate = fields.Float(
        load_default=0.03,
        validate=validate.Range(0, 100),
        metadata=_about("Learning rate", "Step along the mean gradient of a batch"),
    )
    regularization = fields.String(
        load_default="none",
        validate=validate.OneOf(list(PENALTIES)),
        metadata=_about("Regularization", "Penalty on the weights; L1 kills a link that it pushes across zero"),
    )
    regularization_rate = fields.Float(
        load_default=0.0,
        validate=validate.Range(0, 100),
        metadata=_about("Regularization rate", "Weight of the penalty"),
    )
    batch_size = fields.Integer(
        load_default=10,
        strict=True,
        validate=validate.Range(1, 1080),
        metadata=_about("Batch size", "Samples between two updates; no more than are trained on", unit="samples"),
    )
    epochs = fields.Integer(
        load_default=500,
        strict=True,
        validate=validate.Range(0, 100_000),
        metadata=_about("Epochs", "Times through the training data", unit="epochs"),
    )
    n_seeds = fields.Integer(
        load_default=1,
        strict=True,
        validate=validate.Range(1, MAX_SEEDS),
        metadata=_about("Seeds", "Runs with other data and first weights, to tell luck from a rule", unit="runs"),
    )
    init_zero = fields.Boolean(load_default=False, metadata=_about("Start at zero", "All first weights and biases 0"))
    edits = fields.List(
        fields.Nested(Edit),
        load_default=list,
        validate=validate.Length(0, 256),
        metadata=_about("Edits", "Weights and biases set by hand before training, in every run"),
    )
    show_test_data = fields.Boolean(load_default=False, metadata=_about("Show test data", "Also in the decision map"))
    discretize = fields.Boolean(
        load_default=False, metadata=_about("Discretize", "Maps show only the sign of the output")
    )

    @pre_load
    def follow_each_other(self, given: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """A regression's data set implies the problem, and the problem implies a data set."""
        data = dict(given)
        if data.get("dataset") in tuple(REGRESSION):
            data.setdefault("problem", "regression")
        if data.get("problem") == "regression":
            data.setdefault("dataset", "reg-plane")
        return data

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        allowed = CLASSIFICATION if data["problem"] == "classification" else REGRESSION
        if data["dataset"] not in allowed:
            told = f"For {data['problem']} it is one of: {', '.join(allowed)}."
            raise ValidationError(told, "dataset")
        if len(set(data["features"])) < len(data["features"]):
            raise ValidationError("Names a feature twice.", "features")
        n_train = training_size(data["dataset"], data["percent_train_data"])
        if data["batch_size"] > n_train:
            raise ValidationError(f"Only {n_train} samples are trained on.", "batch_size")
        _refuse_edits_of_nothing(data)

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        cost = cost_s(data)
        if cost > MAX_COST_S:
            fitting = bisect_right(range(data["epochs"]), MAX_COST_S, key=lambda n: cost_s({**data, "epochs": n})) - 1
            raise ValidationError(
                f"That is about {cost:.0f} s of computing, and {MAX_COST_S:.0f} s are allowed: with these layers, "
                f"this batch size and {data['n_seeds']} seeds, at most about {fitting} epochs.",
                "epochs",
            )

    @post_load
    def in_their_order(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put the features in the original's order, so that equal questions look alike."""
        return {**data, "features": [name for name in FEATURES if name in data["features"]]}


def _refuse_edits_of_nothing(data: dict[str, Any]) -> None:
    shape = layer_widths(data)
    for place, edit in enumerate(data["edits"]):
        for field, bound in _bounds(edit, shape).items():
            if edit[field] is not None and edit[field] >= bound:
                raise ValidationError({"edits": {place: {field: [f"There are {bound}, counted from 0."]}}})


def _bounds(edit: Mapping[str, Any], shape: list[int]) -> dict[str, int]:
    if edit["layer"] >= len(shape):
        return {"layer": len(shape)}
    return {"unit": shape[edit["layer"]], "source": shape[edit["layer"] - 1]}
