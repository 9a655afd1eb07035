"""The figures of logistic regression: the probability over the plane, and what became of loss and weights."""

from dataclasses import dataclass

import numpy as np

from service.demos.charts import Axis, Curve, line_chart
from service.demos.class_maps import PROBABILITIES, SHADES, boundary_layer, points_layer
from service.demos.compiled import Floats, Ints
from service.demos.figures import Figure, number_told
from service.demos.landscapes import OWN_SCALES, SIDE, Landscape, landscape_layers
from service.demos.logistic_regression.data import Points, features
from service.demos.logistic_regression.learning import Model, probability


@dataclass(frozen=True)
class Learnt:
    """A run: weights (rows) at some iterations, and the best ones where there are any."""

    points: Points
    kind: str  # of the features
    model: Model
    iterations: Ints  # (records,)
    weights: Floats  # (records, k)
    best: Floats | None  # (k,)

    @property
    def w(self) -> Floats:
        """The last weights."""
        return np.asarray(self.weights[-1])

    @property
    def accuracy(self) -> float:
        """The share of points whose probability is on their side of one half."""
        return float(np.mean((self.model.features @ self.w >= 0) == (self.model.labels == 1)))


def boundary_figure(learnt: Learnt) -> Figure:
    """The probability of class 1 over the plane, the line where it is one half, and the points."""
    points = learnt.points
    edge = float(np.ceil(1.05 * max(np.max(np.abs(points.x)), np.max(np.abs(points.y)), 0.5) * 2) / 2)

    def p(x: Floats, y: Floats) -> Floats:
        return probability(features(learnt.kind, x, y) @ learnt.w)

    landscape = Landscape(p, -edge, edge, PROBABILITIES, ("x", "y", "Probability of class 1"), SHADES, "linear")
    told = f"{learnt.accuracy:.1%} of the {len(points.x)} points lie on their side"
    return Figure(
        "Decision boundary",
        f"Map of the probability of class 1 over the plane, with the points of both classes. {told}.",
        {
            "title": {
                "text": "Probability of class 1",
                "subtitle": f"Thick line: one half · lines: 5, 10, 25, 75, 90, 95 % · {told}",
            },
            "width": SIDE,
            "height": SIDE,
            "layer": [
                *landscape_layers(landscape),
                boundary_layer(landscape, 0.5),
                points_layer(landscape, points.x, points.y, points.label),
            ],
            "resolve": OWN_SCALES,
        },
    )


def loss_figure(learnt: Learnt) -> Figure:
    """Loss and length of its gradient by iteration, both logarithmic."""
    losses = np.array([learnt.model.loss(w) for w in learnt.weights])
    slopes = np.array([np.linalg.norm(learnt.model.gradient(w)) for w in learnt.weights])
    told = f"loss {_change(losses)}, gradient {_change(slopes)}"
    curves = [Curve("Loss", *_drawn(learnt, losses)), Curve("Length of the gradient", *_drawn(learnt, slopes))]
    if learnt.best is not None:
        least = learnt.model.loss(learnt.best)
        curves.append(Curve("Least loss", *_drawn(learnt, np.full(len(losses), least))))
    return Figure(
        "Loss by iteration",
        f"Line chart over {learnt.iterations[-1]} iterations, both axes logarithmic: {told}.",
        line_chart("Loss and its gradient", told, (Axis("Iteration", "log"), Axis("Loss, gradient", "log")), curves),
    )


def weights_figure(learnt: Learnt) -> Figure:
    """Length of the weights by iteration, logarithmic in time: a straight line is growth without end."""
    lengths = np.linalg.norm(learnt.weights, axis=1)
    curves = [Curve("Length of the weights", *_drawn(learnt, lengths, lowest=0))]
    told = f"length of the weights {_change(lengths)}"
    end = "no weights are best: they can grow for ever"
    if learnt.best is not None:
        length = float(np.linalg.norm(learnt.best))
        curves.append(Curve("Of the best weights", *_drawn(learnt, np.full(len(lengths), length))))
        end = f"the best weights have {number_told(length)}"
    return Figure(
        "Length of the weights",
        f"Line chart of the length of the weights over {learnt.iterations[-1]} iterations: {told}; {end}.",
        line_chart(
            "Length of the weights",
            f"Intercept counted · {end}",
            (Axis("Iteration", "log"), Axis("Length of the weights", low=0)),
            curves,
        ),
    )


def _drawn(learnt: Learnt, values: Floats, lowest: float = 1e-16) -> tuple[Floats, Floats]:
    """From iteration 1 on, as a logarithm has no place for 0; without values that are 0 by rounding."""
    y = np.where(values >= lowest, values, np.nan)
    return (learnt.iterations[1:].astype(float), y[1:]) if len(y) > 1 else (np.ones(1), y)


def _change(values: Floats) -> str:
    return f"from {number_told(values[0])} to {number_told(values[-1])}"
