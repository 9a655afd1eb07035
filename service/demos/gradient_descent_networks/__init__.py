"""Gradient descent for networks: what the size of a batch and of a step do to learning."""

from service.demos.demo import Demo, Parameters, later
from service.demos.gradient_descent_networks.parameters import GradientDescentParameters, cost_s

PRESETS: dict[str, Parameters] = {
    "circle": {},
    "a-large-step": {"learning_rate": 1.0},
    "equal-rate-per-sample": {"learning_rate": 0.003, "batch_sizes": [1, 2, 5], "updates": 1000},
    "xor": {"dataset": "xor"},
    "noisy-data": {"noise": 30.0},
    "spiral": {"dataset": "spiral", "hidden_layers": [8, 8], "epochs": 200, "learning_rate": 0.1},
    "one-seed": {"n_seeds": 1},
}

GRADIENT_DESCENT_NETWORKS = Demo(
    id="gradient-descent-networks",
    title="Gradient descent for neural networks",
    description=(
        "Batch, mini-batch and stochastic gradient descent train the same networks on the same data: loss by epoch and "
        "by update, the noise of a batch's gradient, and which learning rate suits which batch."
    ),
    version="1",
    topics=(
        "GD for NN",
        "gradient descent",
        "stochastic gradient descent",
        "mini-batch gradient descent",
        "neural network training",
    ),
    parameters=GradientDescentParameters,
    presets=PRESETS,
    figures={
        "by_epoch": "Median loss of the seeds by epoch, for each batch size",
        "by_update": "Loss of one seed by update, for each batch size",
        "by_learning_rate": "Median loss at the end over the learning rate, for each batch size",
    },
    cost_s=cost_s,
    run=later("service.demos.gradient_descent_networks.comparison:run"),
    warm_up=later("service.demos.gradient_descent_networks.comparison:warm_up"),
)
