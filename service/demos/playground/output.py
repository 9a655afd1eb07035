"""What a playground run says in numbers: JSON as it stands, null where there is no finite number."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from service.demos.compiled import Floats
from service.demos.playground.data import FEATURES, Points
from service.demos.playground.export import python_source
from service.demos.playground.judge import confusion
from service.demos.playground.net import layers_of
from service.demos.playground.training import Curves, Parameters, Trained, gradients_of

ORIGINAL = "https://playground.tensorflow.org/"
_ONLY_HERE = {
    "loss": "squared",
    "optimizer": "sgd",
    "init_scale": 1.0,
    "resets": 0,
    "edits": [],
    "points": [],
    "learning_rate_changes": [],
}
_PLAIN_SEED = re.compile(r"[A-Za-z0-9._-]+")  # a browser would escape other characters, which gives other numbers


@dataclass(frozen=True)
class Maps:
    """What units put out over the plane: rows are y upward, columns x, at the places of `axis`."""

    axis: Floats  # (100,)
    decision: Floats  # (100, 100), of the output unit
    units: Floats  # (units, inputs first, 20, 20)
    inspected: Floats  # (units that were asked for, 100, 100)


def output_of(trained: Trained, parameters: Parameters, seed: str, maps: Maps) -> dict[str, Any]:
    """Everything that was measured of one run."""
    curves, net = trained.curves, trained.training.net
    names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
    columns = (column[:, 0] for column in curves.columns())
    known: dict[str, Floats | None] = dict(zip(names, columns, strict=True))
    if parameters["problem"] == "regression":  # the sign of a regression's output has no meaning
        known.update(train_accuracy=None, test_accuracy=None)
    return {
        "status": "completed" if trained.diverged_at is None else "diverged",
        "diverged_at_epoch": trained.diverged_at,
        "epochs": int(curves.epochs[-1]),
        **{name: None if column is None else numbers(column[-1]) for name, column in known.items()},
        "confusion": confusion(trained) if parameters["problem"] == "classification" else None,
        "dead_links": int(trained.training.dead.sum()),
        "curves": {
            "epochs": curves.epochs.tolist(),
            **{name: None if column is None else numbers(column) for name, column in known.items()},
            "gradient_norms": [numbers(layer) for layer in trained.gradient_norms.T],
        },
        "layers": _layers(trained),
        "units": [numbers(unit, 3) for unit in maps.units[net.shape[0] :]],
        "decision_map": {"axis": numbers(maps.axis, 6), "values": numbers(maps.decision, 4)},
        "inspected": [
            {**unit, "values": numbers(values, 4)}
            for unit, values in zip(parameters["inspect"], maps.inspected, strict=True)
        ],
        "data": {"train": _points(trained.start.train), "test": _points(trained.start.test)},
        "python": python_source(net, parameters),
        "original_url": original_url(parameters, seed),
    }


def seeds_output(curves: Curves, seeds: list[str]) -> dict[str, Any]:
    """How the runs of several seeds ended, and the quartiles of their losses by epoch, diverged runs left out."""
    train, test = curves.train_loss, curves.test_loss
    return {
        "seeds": seeds,
        "train_loss": numbers(train[-1]),
        "test_loss": numbers(test[-1]),
        "diverged": int((~np.isfinite(train[-1]) | ~np.isfinite(test[-1])).sum()),
        "quartiles_of": "the runs that have not diverged by that epoch",
        "epochs": curves.epochs.tolist(),
        "train_loss_quartiles": numbers(quartiles(train).T),
        "test_loss_quartiles": numbers(quartiles(test).T),
    }


def quartiles(losses: Floats) -> Floats:
    """Lower quartile, median and upper quartile (rows) of each row's finite numbers; NaN where it has none."""
    found = np.full((3, len(losses)), np.nan)
    for row, values in enumerate(losses):
        finite = values[np.isfinite(values)]
        if len(finite):
            found[:, row] = np.quantile(finite, [0.25, 0.5, 0.75])
    return found


def numbers(values: ArrayLike, digits: int | None = None) -> Any:
    """Nested lists (or one number) of floats for JSON, rounded where `digits` says so."""
    array = np.asarray(values, dtype=float)
    rounded = array if digits is None else np.round(array, digits)
    known = rounded.astype(object)
    known[~np.isfinite(rounded)] = None
    return known.tolist()


def original_url(parameters: Parameters, seed: str) -> str | None:
    """The original's page with the same data, net and first weights; None where it cannot show them."""
    if any(parameters[name] != default for name, default in _ONLY_HERE.items()) or not _PLAIN_SEED.fullmatch(seed):
        return None
    kind = "dataset" if parameters["problem"] == "classification" else "regDataset"
    state = {
        "activation": parameters["activation"],
        "regularization": parameters["regularization"],
        "batchSize": parameters["batch_size"],
        kind: parameters["dataset"],
        "learningRate": parameters["learning_rate"],
        "regularizationRate": parameters["regularization_rate"],
        "noise": parameters["noise"],
        "networkShape": ",".join(map(str, parameters["hidden_layers"])),
        "seed": seed,
        "showTestData": parameters["show_test_data"],
        "discretize": parameters["discretize"],
        "percTrainData": parameters["percent_train_data"],
        "problem": parameters["problem"],
        "initZero": parameters["init_zero"],
        **{_camel(name): name in parameters["features"] for name in FEATURES},
    }
    return f"{ORIGINAL}#" + "&".join(f"{key}={_javascript(value)}" for key, value in state.items())


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _javascript(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) and f"{value:g}" == str(value).removesuffix(".0") else str(value)


def _points(points: Points) -> dict[str, list[float]]:
    return {"x": points.x.tolist(), "y": points.y.tolist(), "label": points.label.tolist()}


def _layers(trained: Trained) -> list[dict[str, Any]]:
    """Layer by layer: weights (a row for each unit, a column for each of the layer before), biases, gradients."""
    net = trained.training.net
    dead = layers_of(net, trained.training.dead.astype(float), net.biases)
    parts = zip(layers_of(net, net.weights, net.biases), gradients_of(trained.start), dead, strict=True)
    return [
        {
            "weights": numbers(weights),
            "biases": numbers(biases),
            "weight_gradients": numbers(weight_gradients),
            "bias_gradients": numbers(bias_gradients),
            "dead": links.astype(bool).tolist(),
        }
        for (weights, biases), (weight_gradients, bias_gradients), (links, _) in parts
    ]
