"""Playground runs worth looking at; each holds what differs from the defaults."""

from typing import Any

from service.demos.playground.data import FEATURES

PRESETS: dict[str, dict[str, Any]] = {
    "circle": {},
    "no-hidden-layer": {"hidden_layers": []},
    "linear-hidden-layers": {"activation": "linear"},
    "the-right-features": {"features": ["x_squared", "y_squared"], "hidden_layers": [], "n_seeds": 9},
    "xor-by-a-product": {"dataset": "xor", "features": ["x_times_y"], "hidden_layers": []},
    "spiral": {
        "dataset": "spiral",
        "features": list(FEATURES),
        "hidden_layers": [8, 8, 8],
        "activation": "relu",
        "show_test_data": True,
    },
    "overfitting": {
        "dataset": "xor",
        "noise": 50.0,
        "percent_train_data": 10.0,
        "features": list(FEATURES),
        "hidden_layers": [8, 8],
        "show_test_data": True,
    },
    "zero-weights-learn-nothing": {"init_zero": True},
    "l1-kills-every-link": {"regularization": "L1", "regularization_rate": 0.03, "epochs": 300},
    "vanishing-gradients": {"activation": "sigmoid", "hidden_layers": [8, 8, 8, 8, 8, 8]},
    "too-large-a-step": {"dataset": "reg-plane", "activation": "relu", "learning_rate": 10.0},
    "six-hills": {"dataset": "reg-gauss", "hidden_layers": [8, 8]},
    "spiral-by-adam": {
        "dataset": "spiral",
        "features": list(FEATURES),
        "hidden_layers": [8, 8],
        "optimizer": "adam",
        "learning_rate": 0.01,
    },
    "cross-entropy": {"loss": "cross_entropy", "learning_rate": 0.1},
    "a-smaller-step-at-last": {
        "dataset": "spiral",
        "hidden_layers": [8, 8],
        "features": list(FEATURES),
        "learning_rate": 0.3,
        "learning_rate_changes": [{"epoch": 300, "learning_rate": 0.03}],
    },
    "a-unit-cut-off": {
        "edits": [{"layer": 3, "unit": 0, "source": 0, "value": 0.0, "epoch": 250}],
        "inspect": [{"layer": 1, "unit": 0}, {"layer": 2, "unit": 0}, {"layer": 3}],
    },
    "sixteen-seeds": {"n_seeds": 16},
}
