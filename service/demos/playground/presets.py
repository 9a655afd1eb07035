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
    "sixteen-seeds": {"n_seeds": 16},
}
