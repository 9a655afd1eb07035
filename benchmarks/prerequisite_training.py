"""How the prerequisite model is fitted; NumPy alone, one core, seconds.

1. Generality: one direction of the vectors' space along which prerequisites lie before what needs them (a logistic
   regression on the difference of two vectors: antisymmetric). It carries from one set to another better than any
   other part. Each topic's own value comes from pairs of other topics, so that the next step does not trust it too far.
2. A logistic regression on both vectors, both generalities, the pair's features, and the products of the two vectors'
   principal components (which kind of topic comes before which), strongly held back. Positives: the set's pairs and as
   many pairs two steps apart. Negatives: random pairs, and the reversed positives at a small weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from prerequisite_gold import Edge, GoldSet

from service.inference.embedder import Embedder
from service.inference.prerequisites import PrerequisiteWeights
from service.inference.topic_features import (
    PAIR_FEATURES,
    DescribedTopics,
    Floats,
    Pairs,
    TopicText,
    describe,
    pair_features,
)

Choice = np.random.Generator
NEGATIVES = 3  # random negatives for a positive, together as heavy as it
REVERSED_WEIGHT = 0.1  # more raises direction a little, and lowers recall
PENALTY, GENERALITY_PENALTY = 10.0, 1.0
FOLDS = 5
# What multiplies the features before the penalty: the more, the freer the weight. Cosines and what the pair says
# carry from set to set; single dimensions of a vector do so less.
PAIR_SCALE = np.array([3.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0])
GENERALITY_SCALE = 0.5
COMPONENTS, INTERACTION_SCALE = 16, 3.0


@dataclass(frozen=True)
class Subject:
    """A gold set, its topics described."""

    gold: GoldSet
    topics: DescribedTopics

    @property
    def names(self) -> set[frozenset[str]]:
        """The topics' names by their words: "Neural network" and "neural networks" are one."""
        return set(self.topics.words)

    def without(self, names: set[frozenset[str]], shared: int = 2) -> "Subject":
        """Less the pairs of which at least `shared` topics (1 or 2) bear one of the names."""
        known = np.array([words in names for words in self.topics.words])

        def kept(edges: Sequence[Edge]) -> tuple[Edge, ...]:
            return tuple(edge for edge in edges if known[list(edge)].sum() < shared)

        gold = self.gold
        cut = GoldSet(gold.name, gold.labels, kept(gold.positive), kept(gold.negative), kept(gold.two_steps))
        return Subject(cut, self.topics)


def described(embedder: Embedder, gold: GoldSet) -> Subject:
    """Embed a set's labels."""
    return Subject(gold, describe(embedder, [TopicText(label) for label in gold.labels]))


def drawn(edges: Sequence[Edge], number: int, choice: Choice) -> Pairs:
    """So many of the edges, at random."""
    picked = choice.permutation(len(edges))[:number]
    return np.array([edges[i] for i in picked], dtype=np.int64).reshape(-1, 2)


def one_way(edges: Pairs) -> Pairs:
    """Without the pairs that are annotated in both directions."""
    known = {tuple(edge) for edge in edges.tolist()}
    return np.array([edge for edge in edges.tolist() if (edge[1], edge[0]) not in known], dtype=np.int64).reshape(-1, 2)


def logistic(
    x: Floats, y: Floats, weight: Floats, penalty: Floats, offset: Floats | float = 0.0
) -> NDArray[np.float64]:
    """Coefficients of a penalised logistic regression, by Newton's method; a column of ones makes an intercept."""
    coefficients = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ coefficients + offset, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + penalty * coefficients
        weighted = x * np.sqrt(weight * p * (1 - p))[:, None]
        curvature = weighted.T @ weighted + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        coefficients -= step
        if np.abs(step).max() < 1e-4:
            break
    return coefficients


def fit(subjects: Sequence[Subject], seed: int) -> PrerequisiteWeights:
    """The weights that the sets teach; the seed draws negatives, two-step pairs and folds."""
    choice = np.random.default_rng(seed)
    positives = [_positives(subject.gold, choice) for subject in subjects]
    direction, own = _generality(subjects, positives, choice)
    center, basis = _components(subjects)
    parts = [
        _examples(
            _Rows(subject.topics, general, (subject.topics.vectors - center) @ basis), subject.gold, pairs, choice
        )
        for subject, pairs, general in zip(subjects, positives, own, strict=True)
    ]
    x, y, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    penalty = np.full(x.shape[1], PENALTY)
    penalty[-1] = 1e-6  # the intercept
    return _unscaled(logistic(x, y, weight, penalty), direction, center, basis)


def _unscaled(found: Floats, direction: Floats, center: Floats, basis: Floats) -> PrerequisiteWeights:
    """Undo scales and centering, and fold the generalities into the vectors' own weights."""
    sizes = [len(PAIR_FEATURES), 2, len(direction), len(direction), COMPONENTS**2]
    pair, general, first, second, products, (intercept,) = np.split(found, np.cumsum(sizes))
    interaction = products.reshape(COMPONENTS, COMPONENTS) * INTERACTION_SCALE
    middle = center @ basis  # (a - center) basis interaction basis' (b - center), multiplied out
    return PrerequisiteWeights(
        pair=pair * PAIR_SCALE,
        first=first + GENERALITY_SCALE * general[0] * direction - basis @ (interaction @ middle),
        second=second + GENERALITY_SCALE * general[1] * direction - basis @ (middle @ interaction),
        basis=basis,
        interaction=interaction,
        intercept=float(intercept + middle @ interaction @ middle),
    )


def _components(subjects: Sequence[Subject]) -> tuple[Floats, Floats]:
    """The topics' center, and their first principal components (384, k)."""
    vectors = np.vstack([subject.topics.vectors for subject in subjects])
    center = vectors.mean(axis=0)
    return center, np.linalg.svd(vectors - center, full_matrices=False)[2][:COMPONENTS].T


def _positives(gold: GoldSet, choice: Choice) -> Pairs:
    direct = np.array(gold.positive, dtype=np.int64).reshape(-1, 2)
    return np.vstack([direct, drawn(gold.two_steps, len(direct), choice)])


def _generality(subjects: Sequence[Subject], positives: Sequence[Pairs], choice: Choice) -> tuple[Floats, list[Floats]]:
    """The direction, and each topic's value from pairs that do not touch the topic's fold."""
    starts = np.cumsum([0, *(len(subject.gold.labels) for subject in subjects)])
    vectors = np.vstack([subject.topics.vectors for subject in subjects])
    edges = one_way(np.vstack([pairs + start for pairs, start in zip(positives, starts[:-1], strict=True)]))
    fold = choice.integers(FOLDS, size=len(vectors))
    own = np.empty(len(vectors))
    for number in range(FOLDS):
        apart = edges[(fold[edges] != number).all(axis=1)]
        own[fold == number] = vectors[fold == number] @ _direction(vectors, apart)
    return _direction(vectors, edges), np.split(own, starts[1:-1])


def _direction(vectors: Floats, edges: Pairs) -> Floats:
    """A pair weighs less the more its prerequisite is one of: hubs would else decide alone."""
    difference = vectors[edges[:, 1]] - vectors[edges[:, 0]]
    weight = 1 / np.sqrt(np.bincount(edges[:, 0])[edges[:, 0]])
    weight = np.tile(weight / weight.mean(), 2)
    answers = np.repeat([1.0, 0.0], len(edges))
    penalty = np.full(vectors.shape[1], GENERALITY_PENALTY)
    return logistic(np.vstack([difference, -difference]), answers, weight, penalty)


@dataclass(frozen=True)
class _Rows:
    """A set's topics as the regression sees them."""

    topics: DescribedTopics
    general: Floats  # (n,)
    components: Floats  # (n, k)

    def of(self, pairs: Pairs) -> Floats:
        """(m, features), the intercept last."""
        a, b = pairs.T
        products = np.einsum("mi,mj->mij", self.components[a], self.components[b]).reshape(len(pairs), -1)
        return np.column_stack([
            pair_features(self.topics, pairs) * PAIR_SCALE,
            GENERALITY_SCALE * self.general[a],
            GENERALITY_SCALE * self.general[b],
            self.topics.vectors[a],
            self.topics.vectors[b],
            INTERACTION_SCALE * products,
            np.ones(len(pairs)),
        ])  # fmt: skip


def _examples(rows: _Rows, gold: GoldSet, positive: Pairs, choice: Choice) -> tuple[Floats, Floats, Floats]:
    """(features, answers, weights) of a set."""
    known = {tuple(edge) for edge in positive.tolist()}
    picked = drawn(gold.negative, NEGATIVES * len(positive), choice).tolist()
    negative = np.array([edge for edge in picked if tuple(edge) not in known])
    backward = one_way(positive)[:, ::-1]
    groups = [
        (positive, 1.0, 1.0),
        (negative, 0.0, len(positive) / len(negative)),
        (backward, 0.0, REVERSED_WEIGHT),
    ]
    return (
        np.vstack([rows.of(pairs) for pairs, _, _ in groups]),
        np.concatenate([np.full(len(pairs), answer) for pairs, answer, _ in groups]),
        np.concatenate([np.full(len(pairs), weight) for pairs, _, weight in groups]),
    )


def balanced(gold: GoldSet, choice: Choice) -> tuple[Pairs, Floats]:
    """The published protocol's pairs: all positives and as many random negatives; and the answers."""
    positive = np.array(gold.positive, dtype=np.int64).reshape(-1, 2)
    pairs = np.vstack([positive, drawn(gold.negative, len(positive), choice)])
    return pairs, np.repeat([1.0, 0.0], [len(positive), len(pairs) - len(positive)])
