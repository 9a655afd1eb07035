"""The playground: a small net learns points of the plane, as in TensorFlow Playground, and more is measured."""

from service.demos.demo import Demo, later
from service.demos.playground.cost import cost_s
from service.demos.playground.parameters import PlaygroundParameters
from service.demos.playground.presets import PRESETS

PLAYGROUND = Demo(
    id="playground",
    title="Neural network playground",
    description=(
        "A small network learns to tell points of the plane apart, or to predict their value, by gradient descent. "
        "Equal seeds give the data, the first weights and the training of TensorFlow Playground; optimisers, losses, "
        "accuracy, gradients and up to 64 seeds at once come on top."
    ),
    version="2",
    topics=(
        "neural network",
        "activation functions",
        "backpropagation",
        "gradient descent",
        "regularization",
        "initialization",
    ),
    parameters=PlaygroundParameters,
    presets=PRESETS,
    figures={
        "loss": "Training and test loss by epoch",
        "decision_map": "The output over the plane, where it is 0, and the data",
        "network": "Each unit's output over the plane, and all weights and biases",
        "training": "The output over the plane and both losses, moving from the first epoch to the last",
        "inspected": "The output of single units over the plane, where they are asked for",
        "seeds": "Test loss of all seeds by epoch, when there are several",
    },
    cost_s=cost_s,
    run=later("service.demos.playground.running:run"),
    warm_up=later("service.demos.playground.running:warm_up"),
)
