"""What is changed by hand before or while a run trains: weights, biases, the learning rate."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from service.demos.parameter_fields import about, whole
from service.demos.playground.net import Net, count_weights, layer_widths

MAX_LAYERS = 6  # hidden ones
MAX_WIDTH = 32  # units
MAX_EPOCHS = 100_000
MAX_RATE = 100.0


def _when() -> fields.Integer:
    return whole(0, (0, MAX_EPOCHS), "Epoch", "Done after so many epochs; 0 is before training", "epochs")


class Unit(Schema):
    """One unit of the net."""

    layer = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, MAX_LAYERS + 1),
        metadata=about("Layer", "0 are the inputs, 1 is the first layer after them, the last one is the output"),
    )
    unit = whole(0, (0, MAX_WIDTH - 1), "Unit", "Unit of that layer, counted from 0")


class Edit(Schema):
    """One weight or bias set by hand."""

    layer = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, MAX_LAYERS + 1),
        metadata=about("Layer", "1 is the first layer after the inputs, the last one is the output"),
    )
    unit = whole(0, (0, MAX_WIDTH - 1), "Unit", "Unit of that layer, counted from 0")
    source = whole(
        None, (0, MAX_WIDTH - 1), "Source", "Unit of the layer before that the link comes from; null sets the bias"
    )
    value = fields.Float(
        required=True, validate=validate.Range(-1e6, 1e6), metadata=about("Value", "The new weight or bias")
    )
    epoch = _when()


class RateChange(Schema):
    """Another learning rate from some epoch on."""

    epoch = _when()
    learning_rate = fields.Float(
        required=True,
        validate=validate.Range(0, MAX_RATE),
        metadata=about("Learning rate", "From there on"),
    )


def refuse_changes_of_nothing(data: Mapping[str, Any]) -> None:
    """Raise ValidationError that names the first change of a unit that is not there, or after the end."""
    shape = layer_widths(data)
    for name in ("edits", "inspect", "learning_rate_changes"):
        for place, change in enumerate(data[name]):
            for field, bound in _bounds(change, shape).items():
                if change[field] is not None and change[field] >= bound:
                    raise ValidationError({name: {place: {field: [f"There are {bound}, counted from 0."]}}})
            if change.get("epoch", 0) > data["epochs"]:
                raise ValidationError({name: {place: {"epoch": [f"The run ends after {data['epochs']}."]}}})


def _bounds(change: Mapping[str, Any], shape: list[int]) -> dict[str, int]:
    if "layer" not in change:
        return {}
    if change["layer"] >= len(shape):
        return {"layer": len(shape)}
    source = {"source": shape[change["layer"] - 1]} if "source" in change else {}
    return {"unit": shape[change["layer"]], **source}


def moments_of_change(parameters: Mapping[str, Any]) -> list[int]:
    """The epochs after which something is changed by hand, rising; 0, before training, is none of them."""
    changes = [*parameters["edits"], *parameters["learning_rate_changes"]]
    return sorted({change["epoch"] for change in changes} - {0})


def learning_rate_after(parameters: Mapping[str, Any], epoch: int) -> float:
    """The learning rate of the epochs that follow `epoch`; of several changes at one epoch the last one holds."""
    rate = parameters["learning_rate"]
    for change in sorted(parameters["learning_rate_changes"], key=itemgetter("epoch")):
        rate = change["learning_rate"] if change["epoch"] <= epoch else rate
    return float(rate)


def edit(net: Net, parameters: Mapping[str, Any], epoch: int) -> None:
    """Make the edits that are due after `epoch`, in every lane."""
    shape = net.shape.tolist()
    for change in parameters["edits"]:
        if change["epoch"] == epoch:
            numbers, place = _place(net, shape, change)
            numbers[place * net.lanes : (place + 1) * net.lanes] = change["value"]


def _place(net: Net, shape: list[int], change: Mapping[str, Any]) -> tuple[Any, int]:
    layer, unit, source = change["layer"], change["unit"], change["source"]
    if source is None:
        return net.biases, sum(shape[1:layer]) + unit
    return net.weights, count_weights(shape[:layer]) + unit * shape[layer - 1] + source
