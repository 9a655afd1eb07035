"""How likely a resource helps, from what names, words and meaning say of it."""

import math
from typing import NamedTuple


class Signals(NamedTuple):
    """What is known of a resource for one question, each 0..1."""

    lexical: float  # its BM25 score, as a share of the most that a document could have
    cosine: float  # of its vector and the question's; 0 where there is no model
    relation: float  # the score of the near miss that the graph found it as; 0 where it did not


class Weights(NamedTuple):
    """A logistic regression on the signals."""

    bias: float
    lexical: float
    cosine: float
    relation: float

    def likelihood(self, signals: Signals) -> float:
        """How likely a resource with these signals helps, 0..1."""
        sum_ = self.bias + sum(weight * signal for weight, signal in zip(self[1:], signals, strict=True))
        return 1 / (1 + math.exp(-sum_))


# Both were fitted, and the boundary chosen, by benchmarks/tune_search.py on benchmarks/questions/tune.yaml.
WITH_MODEL = Weights(-5.0, 6.0, 8.0, 2.0)
WITHOUT_MODEL = Weights(-3.0, 8.0, 0.0, 2.0)

# Below this likelihood a resource is not shown: the boundary between "related" and "none".
SHOWN_FROM = 0.25
