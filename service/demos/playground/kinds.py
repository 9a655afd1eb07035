"""What the compiled loops know by number: kinds of activations, penalties, losses and optimisers.

Apart from the loops, so that a demo can be listed and asked for by a process that never computes.
"""

RELU, TANH, SIGMOID, LINEAR = range(4)
ACTIVATIONS = {"relu": RELU, "tanh": TANH, "sigmoid": SIGMOID, "linear": LINEAR}

NONE, L1, L2 = range(3)
PENALTIES = {"none": NONE, "L1": L1, "L2": L2}

SQUARED, ABSOLUTE, CROSS_ENTROPY = range(3)
LOSSES = {"squared": SQUARED, "absolute": ABSOLUTE, "cross_entropy": CROSS_ENTROPY}

SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM = range(6)
OPTIMIZERS = {
    "sgd": SGD,
    "momentum": MOMENTUM,
    "nesterov": NESTEROV,
    "adagrad": ADAGRAD,
    "rmsprop": RMSPROP,
    "adam": ADAM,
}

LANES = 16  # nets trained side by side; as doubles, two registers of AVX-512, four of AVX2, eight of NEON
