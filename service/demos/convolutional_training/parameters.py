"""What can be asked of the training of convolutional networks, and about how long it takes."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.convolutional_training.shape import (
    ACTIVATIONS,
    N_TEST,
    OPTIMIZERS,
    POOLINGS,
    SIDE,
    convolutional,
    course_of,
    dense_rival,
)
from service.demos.digits import COUNT
from service.demos.parameter_fields import about, choice, number, refuse_beyond, several, whole

MAX_COST_S = 30.0
MAX_SEEDS = 32
_FIXED_S, _UPDATE_S = 0.2, 0.6e-3
_PRODUCT_S, _CELL_S = 0.18e-9, 9e-9  # of one digit there and back: a product; a cell of a map
_MOST_CELLS = 40_000_000  # of all maps of a batch: half a gigabyte to a whole one


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    shape, course = convolutional(parameters), course_of(parameters)
    both = shape.products + dense_rival(shape).products
    digit_s = both * _PRODUCT_S + shape.map_cells * _CELL_S * (2 if shape.batch_norm else 1)
    updates = course.epochs * course.batches
    judged = (course.epochs + 1) * N_TEST + course.n_train
    digits = updates * course.batch_size + judged / 3  # judging has no way back
    return float(_FIXED_S + 2 * updates * _UPDATE_S + parameters["n_seeds"] * digits * digit_s)


class ConvolutionalTrainingParameters(Schema):
    """The network, the digits and how they are learnt."""

    channels = several(
        (8, 16),
        fields.Integer(strict=True, validate=validate.Range(1, 32)),
        (1, 3),
        "Channels",
        "Maps of each block: a convolution, an activation, and pooling",
    )
    kernel_size = whole(3, (1, 7), "Kernel", "Cells along each side; odd, so that maps keep their size", "cells")
    pooling = choice("max", POOLINGS, "Pooling", "What is made of each square of 2 x 2 cells; none keeps them all")
    activation = choice("relu", ACTIVATIONS, "Activation", "After each convolution, and of the dense layer")
    hidden = whole(0, (0, 128), "Dense layer", "Units between the maps and the classes; 0 is no such layer", "units")
    batch_norm = fields.Boolean(
        load_default=False,
        metadata=about("Batch normalization", "Before each activation, over a batch and all places"),
    )
    dropout = number(0.0, (0, 0.9), "Dropout", "The share of what the classes are told from that a batch leaves out")
    optimizer = choice("adam", OPTIMIZERS, "Optimiser", "Momentum is 0.9, Adam's betas are 0.9 and 0.999")
    learning_rate = number(0.01, (0, 10), "Learning rate", "Step along the direction that the optimiser gives")
    batch_size = whole(50, (5, 200), "Batch size", "Digits of one update", "digits")
    epochs = whole(6, (1, 50), "Epochs", "Times through the digits to learn from", "epochs")
    train_size = whole(
        1000, (50, COUNT - N_TEST), "Training size", f"Digits to learn from; {N_TEST} others judge", "digits"
    )
    room = whole(
        2, (0, 4), "Room", f"How far a digit may be out of the middle, each way; a digit is {SIDE} wide", "pixels"
    )
    n_seeds = whole(4, (1, MAX_SEEDS), "Seeds", "Networks of other weights and digits, all trained at once", "networks")
    example = whole(3, (0, 9), "Example", "The digit whose maps are shown")

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if data["kernel_size"] % 2 == 0:
            raise ValidationError("It must be odd.", "kernel_size")
        if data["batch_size"] > data["train_size"]:
            raise ValidationError(f"Only {data['train_size']} digits are learnt from.", "batch_size")

    @validates_schema
    def bounded_memory(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse batches whose maps take too much memory."""
        each = data["n_seeds"] * convolutional(data).map_cells
        if each * data["batch_size"] > _MOST_CELLS:
            told = (
                f"Maps of that size for {data['n_seeds']} seeds fit into memory for about {_MOST_CELLS // each} digits."
            )
            raise ValidationError(told, "batch_size")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")
