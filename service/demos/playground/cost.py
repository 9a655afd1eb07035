"""How long a playground run will take, roughly: so that it can be refused or announced before it starts."""

import math
from collections.abc import Mapping
from typing import Any

from service.demos.playground.data import total_points, training_size
from service.demos.playground.kinds import LANES
from service.demos.playground.net import count_weights, layer_widths

MAX_COST_S = 20.0
MAX_RECORDS = 250  # points of a curve after the first

# Nanoseconds on a server core of 2023, by benchmarks/bench_playground.py; a slower machine takes two or three times as
# long.
_WEIGHT_NS = 1.0  # per weight and sample
_UNIT_NS = 3.0  # per unit and sample, with its tanh
_UPDATE_NS, _UPDATED_WEIGHT_NS = 500.0, 3.0  # per batch, and per batch and weight
_OPTIMIZED_WEIGHT_NS = 12.0  # with roots and divisions
_LANES_FACTOR = 4  # LANES runs side by side take as long as so many single ones
_MAP_POINTS = 70_000  # places that all maps together ask the network's output of
_FIXED_S = 0.05  # data and figures


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core for resolved parameters."""
    shape = layer_widths(parameters)
    weights, units = count_weights(shape), sum(shape)
    n_all = total_points(parameters)
    n_train = training_size(n_all, parameters["percent_train_data"])
    sample_ns = weights * _WEIGHT_NS + units * _UNIT_NS
    updated_ns = _UPDATED_WEIGHT_NS if parameters["optimizer"] == "sgd" else _OPTIMIZED_WEIGHT_NS
    epoch_ns = n_train * sample_ns + n_train / parameters["batch_size"] * (_UPDATE_NS + weights * updated_ns)
    record_ns = (n_all + n_train) * sample_ns  # both losses, and the gradient
    epochs: int = parameters["epochs"]
    run_ns = epochs * epoch_ns + min(epochs, MAX_RECORDS) * record_ns
    blocks = math.ceil((parameters["n_seeds"] - 1) / LANES)
    return float(_FIXED_S + (run_ns * (1 + _LANES_FACTOR * blocks) + _MAP_POINTS * sample_ns / 2) * 1e-9)
