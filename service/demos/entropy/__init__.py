"""Entropy: surprise in bits, what a wrong belief adds to it, and the loss that classifiers learn by."""

import math
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.entropy.figures import binary_figure, code_figure, log_loss_figure
from service.demos.entropy.information import (
    BASES,
    UNITS,
    cross_entropy,
    entropy,
    huffman,
    kl_divergence,
    log_loss,
    naive_log_loss,
)
from service.demos.parameter_fields import choice, number, several, whole

_SUM_TOLERANCE = 1e-9
_CURVE = np.linspace(0, 1, 101)


class EntropyParameters(Schema):
    """Two beliefs about two outcomes, a classifier's answer, and an alphabet."""

    p = number(0.9, (0, 1), "Chance p", "Of the first of two outcomes, as it is")
    q = number(0.6, (0, 1), "Belief q", "Chance of the first outcome, as it is believed to be")
    base = choice("2", list(BASES), "Base of the logarithm", "2 counts bits, e counts nats, 10 counts hartleys")
    logit = number(-4.595, (-1000, 1000), "Logit", "A classifier's log-odds of label 1; -4.595 is a chance of 0.01")
    label = whole(1, (0, 1), "Label", "What was true")
    symbols = several(
        (0.7, 0.26, 0.02, 0.02),
        fields.Float(validate=validate.Range(0, 1)),
        (2, 26),
        "Chances of symbols",
        "Of the letters of a message, to be coded with few bits; together 1",
    )

    @validates_schema
    def sum_to_one(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what is no distribution."""
        total = math.fsum(data["symbols"])
        if abs(total - 1) > _SUM_TOLERANCE:
            raise ValidationError(f"They are {total:g} together, and should be 1.", "symbols")


def run(parameters: Parameters, _seed: str, progress: Progress) -> DemoResult:
    """Compute all of it from closed forms; nothing is left to chance."""
    symbols = huffman(parameters["symbols"])
    mean_length = math.fsum(symbol.probability * len(symbol.code or "") for symbol in symbols)
    figures = {
        "binary": binary_figure(parameters),
        "log_loss": log_loss_figure(parameters),
        "code": code_figure(symbols, mean_length),
    }
    progress(1.0)
    code = {
        "symbols": [
            {
                "name": symbol.name,
                "probability": symbol.probability,
                "information_bits": _finite(symbol.information),
                "code": symbol.code,
            }
            for symbol in symbols
        ],
        "entropy_bits": entropy(parameters["symbols"], "2"),
        "mean_length_bits": mean_length,
    }
    return DemoResult({**_two_outcomes(parameters), "log_loss": _log_loss(parameters), "code": code}, figures)


def _two_outcomes(parameters: Parameters) -> dict[str, Any]:
    base = parameters["base"]
    p, q = ([parameters[name], 1 - parameters[name]] for name in ("p", "q"))
    return {
        "unit": UNITS[base],
        "entropy": entropy(p, base),
        "entropy_of_belief": entropy(q, base),
        "cross_entropy": _finite(cross_entropy(p, q, base)),
        "kl_divergence": _finite(kl_divergence(p, q, base)),
        "kl_divergence_reversed": _finite(kl_divergence(q, p, base)),
        "is_divergence_infinite": math.isinf(kl_divergence(p, q, base)),
        "curves": {
            "p": _CURVE.tolist(),
            "entropy": [entropy([x, 1 - x], base) for x in _CURVE],
            "cross_entropy": [_finite(cross_entropy([x, 1 - x], q, base)) for x in _CURVE],
            "kl_divergence": [_finite(kl_divergence([x, 1 - x], q, base)) for x in _CURVE],
        },
    }


def _log_loss(parameters: Parameters) -> dict[str, Any]:
    logit, label, base = parameters["logit"], parameters["label"], parameters["base"]
    probability = 0.5 * (1 + math.tanh(logit / 2))
    naive = naive_log_loss(logit, label) / math.log(BASES[base])
    return {
        "probability": probability,
        "loss": float(log_loss(logit, label, base)),
        "slope": (probability - label) / math.log(BASES[base]),
        "loss_by_way_of_the_probability": _finite(naive),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


PRESETS: dict[str, Parameters] = {
    "biased-coin": {},
    "fair-coin": {"p": 0.5, "q": 0.9},
    "sure-and-right": {"logit": 6.0, "q": 0.9},
    "sure-and-wrong": {"logit": -1000.0},
    "impossible-belief": {"p": 0.3, "q": 1.0},
    "nats": {"base": "e", "p": 0.2, "q": 0.6},
    "uniform-alphabet": {"symbols": [0.125] * 8},
    "halves": {"symbols": [0.5, 0.25, 0.125, 0.0625, 0.0625]},
}

ENTROPY = Demo(
    id="entropy",
    title="Entropy, cross-entropy and log loss",
    description=(
        "How much surprise a chance holds, what believing another chance costs, the loss of a classifier from its "
        "logit (stable however sure it is), and the code words that bits count."
    ),
    version="1",
    topics=(
        "logistic regression: definition",
        "logistic regression",
        "entropy",
        "cross-entropy",
        "binary cross-entropy",
        "Kullback-Leibler divergence",
    ),
    parameters=EntropyParameters,
    presets=PRESETS,
    figures={
        "binary": "Entropy and cross-entropy over the chance of one of two outcomes",
        "log_loss": "Binary cross-entropy over the logit, for either label",
        "code": "Information of symbols beside the length of their code words",
    },
    cost_s=lambda _parameters: 0.02,
    run=run,
    warm_up=lambda: None,
    uses_seed=False,
)
