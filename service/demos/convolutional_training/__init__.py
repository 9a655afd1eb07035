"""Training convolutional networks: the same small kernels at every place, learnt from digits that are anywhere."""

from service.demos.convolutional_training.parameters import ConvolutionalTrainingParameters, cost_s
from service.demos.demo import Demo, Parameters, later, needs_torch

PRESETS: dict[str, Parameters] = {
    "anywhere": {},
    "in-the-middle": {"room": 0},
    "batch-normalization": {"batch_norm": True, "epochs": 4},
    "dropout": {"dropout": 0.5, "n_seeds": 2},
    "no-pooling": {"pooling": "none", "channels": [8], "n_seeds": 2},
    "three-blocks": {"channels": [8, 16, 32], "n_seeds": 2},
    "large-kernels": {"kernel_size": 5, "channels": [8], "n_seeds": 2},
    "plain-descent": {"optimizer": "sgd", "learning_rate": 0.1, "n_seeds": 2},
}

CONVOLUTIONAL_TRAINING = Demo(
    id="convolutional-training",
    title="Training convolutional networks",
    description=(
        "Convolutional networks learn handwritten digits that may be anywhere in their picture, several seeds at once, "
        "beside dense networks with as many parameters: sharing weights over all places is what makes the difference. "
        "A GPU's training losses are the CPU's within 1 % in the default run, accuracies within 2 digits of 100."
    ),
    version="1",
    topics=("CNN", "convolutional neural network", "Conv2D", "pooling", "mini-batch gradient descent"),
    parameters=ConvolutionalTrainingParameters,
    presets=PRESETS,
    figures={
        "curves": "Accuracy and loss by epoch, of the convolutional and the dense networks",
        "kernels": "The kernels of the first block, before and after learning",
        "maps": "A digit, and the maps that every block makes of it",
        "confusion": "What is taken for what",
        "mistakes": "Digits told wrong",
    },
    cost_s=cost_s,
    run=later("service.demos.convolutional_training.running:run"),
    run_on_gpu=later("service.demos.convolutional_training.running:run_on_gpu"),
    warm_up=later("service.demos.convolutional_training.running:warm_up"),
    lack=needs_torch,
    libraries=("torch",),
)
