"""How likely a resource helps, from what words and meaning say of it, and from how much the question says."""

import math
from operator import mul
from typing import NamedTuple

MOST_DETAIL = 8  # words on a subject; more say no more


class Signals(NamedTuple):
    """What is known of a resource for one question, each 0..1; the last two are of the question."""

    lexical: float  # its BM25 score, as a share of the most that a document could have
    cosine: float  # of its vector and the question's; 0 where there is no model
    company: float  # how well its topics do: the best resource filed under one, or what one is about
    detail: float  # how many words the question has on its subject: two words are close to something by chance
    is_missing: float  # 1 where it names a subject of the field that no topic here is: it describes nothing


class Weights(NamedTuple):
    """A logistic regression on the signals."""

    bias: float
    lexical: float
    cosine: float
    company: float
    detail: float
    is_missing: float

    def likelihood(self, signals: Signals) -> float:
        """How likely a resource with these signals helps, 0..1."""
        total = self.bias + sum(map(mul, self[1:], signals))
        return 1 / (1 + math.exp(-total))


LEXICAL_SHARE = 0.5  # a text that has some of the words is worth half of one that is as close in meaning


def closeness(lexical: float, cosine: float) -> float:
    """How well a resource does by itself, as its company counts it."""
    return cosine + LEXICAL_SHARE * lexical


# Both were fitted, and the boundary chosen, by benchmarks/tune_search.py on benchmarks/questions/tune.yaml.
WITH_MODEL = Weights(bias=-3.52, lexical=0.14, cosine=2.76, company=3.63, detail=1.33, is_missing=-0.78)
WITHOUT_MODEL = Weights(bias=-1.87, lexical=2.29, cosine=0.0, company=1.47, detail=1.60, is_missing=-0.55)

# Below this likelihood a resource is not shown: the boundary between "related" and "none". Of the questions on subjects
# that are not held, two in three get nothing; the others are told first that the subject is not held.
SHOWN_FROM = 0.2
