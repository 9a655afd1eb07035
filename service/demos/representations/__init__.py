"""Representations: what the layers of a trained network make of digits, drawn by PCA or t-SNE."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.dense import error_rate
from service.demos.digits import CLASSES, PIXELS
from service.demos.parameter_fields import about, choice, number, refuse_beyond, several, whole
from service.demos.part import Part
from service.demos.propagation import FUNCTIONS
from service.demos.random_numbers import generator
from service.demos.representations.figures import maps_figure, purity_figure
from service.demos.representations.learning import (
    MOST_SHOWN,
    N_TRAIN,
    Rule,
    Shape,
    draw_digits,
    draw_net,
    learn,
    representations,
)
from service.demos.representations.mapping import METHODS, TSNE, Mapped, Method, Shown, map_representation
from service.demos.representations.projection import profile, squared_distances
from service.demos.representations.tsne import Tsne, tsne

MAX_COST_S = 20.0


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    shape = [PIXELS, *parameters["hidden_layers"], CLASSES]
    weights = sum(n_in * n_out for n_in, n_out in pairwise(shape))
    learning = parameters["epochs"] * N_TRAIN * (weights * 1e-9 + sum(shape) * 20e-9 + 5e-6)
    steps = parameters["iterations"] if parameters["method"] == TSNE else 0
    return float(0.2 + learning + len(shape) * parameters["points"] ** 2 * (steps * 5e-9 + 1e-7))


class RepresentationsParameters(Schema):
    """Which network learns, and how its layers are drawn."""

    hidden_layers = several(
        (64, 32),
        fields.Integer(strict=True, validate=validate.Range(1, 200)),
        (1, 3),
        "Hidden layers",
        "How many units each hidden layer has, from the pixels on",
    )
    activation = choice("relu", list(FUNCTIONS), "Activation", "Of the hidden units")
    epochs = whole(20, (0, 200), "Epochs", f"Times through {N_TRAIN} digits; with 0 the network stays random", "epochs")
    learning_rate = number(0.1, (0.0001, 3), "Learning rate", "Of stochastic gradient descent")
    points = whole(400, (50, MOST_SHOWN), "Points", "Digits to draw, which the network has not learnt from", "digits")
    method = choice(TSNE, list(METHODS), "Method", "How many dimensions become two")
    perplexity = number(
        30.0, (2, 100), "Perplexity", "About how many neighbours t-SNE keeps near; below a third of all"
    )
    iterations = whole(400, (50, 2000), "Iterations", "Of t-SNE, for each representation", "steps")
    neighbours = whole(10, (1, 40), "Neighbours", "Of which the share that shows the same digit is told", "digits")
    links = fields.Boolean(
        load_default=False, metadata=about("Links", "Whether each digit is joined with the nearest in all dimensions")
    )

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if data["method"] == TSNE and data["perplexity"] > data["points"] / 3:
            raise ValidationError("Should be at most a third of the points.", "perplexity")
        refuse_beyond(MAX_COST_S, cost_s, data, "points" if data["method"] == TSNE else "epochs")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Let a network learn, and map what its layers make of other digits."""
    random = generator(seed)
    learnt, shown = draw_digits(parameters["points"], random)
    start = draw_net(Shape(tuple(parameters["hidden_layers"]), parameters["activation"]), random)
    parts = len(parameters["hidden_layers"]) + 3  # learning, pixels, logits
    rule = Rule(parameters["learning_rate"], parameters["epochs"])
    net = learn(start, learnt, rule, Part(progress, 0, parts))
    found = representations(net, shown)
    method = Method(parameters["method"], Tsne(parameters["perplexity"], parameters["iterations"]))
    what = Shown(shown.labels, parameters["neighbours"])
    mapped = [
        map_representation(name, points, what, method, Part(progress, place, parts))
        for place, (name, points) in enumerate(found.items(), 1)
    ]
    figures = {
        "maps": maps_figure(mapped, shown, method.title, parameters["links"]),
        "purity": purity_figure(mapped, parameters["neighbours"]),
    }
    profiles = np.array([profile(points) for points in found.values()])
    output = {
        "train_accuracy": 1 - error_rate(net.logits(learnt.centred().images), learnt.labels),
        "accuracy_on_shown": 1 - error_rate(net.logits(shown.centred().images), shown.labels),
        "labels": shown.labels.tolist(),
        "representations": [_told(one) for one in mapped],
        "distances_of_representations": np.sqrt(squared_distances(profiles)).tolist(),
    }
    return DemoResult(output, figures)


def _told(one: Mapped) -> dict[str, Any]:
    return {
        "name": one.name,
        "units": one.units,
        "places": one.plane.places.tolist(),
        "purity": one.purity,
        "purity_on_map": one.map_purity,
        "kept": one.plane.kept,  # the share of variance, or t-SNE's divergence
        "nearest": one.nearest.tolist(),
    }


def warm_up() -> None:
    """Compile or load t-SNE's loop."""
    tsne(np.random.default_rng(0).standard_normal((12, 3)), Tsne(2.0, 2), lambda _fraction, _message="": None)


PRESETS: dict[str, Parameters] = {
    "two-hidden-layers": {},
    "pca": {"method": "pca", "points": 800},
    "five-units-relu": {"method": "pca", "hidden_layers": [5], "epochs": 60},
    "five-units-sigmoid": {
        "method": "pca",
        "hidden_layers": [5],
        "activation": "sigmoid",
        "learning_rate": 1.0,
        "epochs": 60,
    },
    "two-units": {"method": "pca", "hidden_layers": [2], "activation": "tanh", "epochs": 100},
    "neighbour-graph": {"hidden_layers": [100], "links": True, "points": 300},
    "before-learning": {"epochs": 0, "points": 300},
}

REPRESENTATIONS = Demo(
    id="representations",
    title="Hidden representations, by PCA and t-SNE",
    description=(
        "A network learns to read handwritten digits; then each of its layers is drawn as a map of digits that it has "
        "not seen, by principal components or t-SNE: layer by layer, equal digits come together."
    ),
    version="1",
    topics=(
        "neural network",
        "hidden representation",
        "representation learning",
        "t-SNE",
        "PCA",
        "dimensionality reduction",
    ),
    parameters=RepresentationsParameters,
    presets=PRESETS,
    figures={
        "maps": "Each digit at its place in the map of every layer",
        "purity": "How many neighbours show the same digit, layer by layer",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
