"""How a trained classifier's answers agree with the labels."""

from service.demos.playground.engine import unit_outputs
from service.demos.playground.net import Net, Samples
from service.demos.playground.training import Trained

Counts = dict[str, int]


def confusion(trained: Trained) -> dict[str, Counts]:
    """Points of the training and of the test data, by their label and the sign of the output."""
    net, start = trained.training.net, trained.start
    return {"train": _counts(net, start.train_samples), "test": _counts(net, start.test_samples)}


def _counts(net: Net, samples: Samples) -> Counts:
    said, true = unit_outputs(net, samples.inputs)[-1] >= 0, samples.targets >= 0
    return {
        "true_positive": int((said & true).sum()),
        "false_positive": int((said & ~true).sum()),
        "true_negative": int((~said & ~true).sum()),
        "false_negative": int((~said & true).sum()),
    }
