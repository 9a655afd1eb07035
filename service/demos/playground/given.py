"""Points of people's own, in place of a data set."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import ValidationError, fields, validate

from service.demos.parameter_fields import several
from service.demos.playground.data import CUSTOM, Points, Random, split, total_points, training_and_test, training_size

FEWEST, MOST = 4, 1000
REACH = 6.0  # the maps end there

POINTS = several(
    (),
    fields.List(fields.Float(validate=validate.Range(-REACH, REACH)), validate=validate.Length(3, 3)),
    (0, MOST),
    "Points",
    f"{FEWEST} to {MOST} of your own, each [x, y, label], for the data set {CUSTOM}, which they imply: x and y from "
    f"{-REACH:g} to {REACH:g}, the label -1 or 1, or from -1 to 1 for a regression",
)


def sets_of(parameters: Mapping[str, Any], random: Random) -> tuple[Points, Points]:
    """What is trained on and what is held back: of the points given, or of a data set drawn as the original does."""
    share = parameters["percent_train_data"]
    if parameters["dataset"] != CUSTOM:
        return training_and_test(parameters["dataset"], parameters["noise"], share, random)
    return split(Points(*np.array(parameters["points"], dtype=float).T), share, random)


def refuse_unfit_points(data: Mapping[str, Any]) -> None:
    """Raise ValidationError on what does not fit points of one's own, or on points that nobody would look at."""
    points = data["points"]
    if data["dataset"] != CUSTOM:
        if points:
            raise ValidationError(f"Points of your own are the data set {CUSTOM}.", "points")
        return
    if len(points) < FEWEST:
        raise ValidationError(f"Give at least {FEWEST} points.", "points")
    if data["noise"]:
        raise ValidationError("Points of your own are taken as they are: there is no noise.", "noise")
    _refuse_unfit_labels(points, data["problem"] == "classification")
    if not training_size(total_points(data), data["percent_train_data"]):
        raise ValidationError(f"No point of {len(points)} would be trained on.", "percent_train_data")


def _refuse_unfit_labels(points: list[list[float]], is_classification: bool) -> None:
    told = "It is -1 or 1." if is_classification else "It is from -1 to 1."
    for place, (_, _, label) in enumerate(points):
        if abs(label) > 1 or (is_classification and abs(label) != 1):
            raise ValidationError({"points": {place: {2: [told]}}})
