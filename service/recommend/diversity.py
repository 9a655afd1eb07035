"""Not ten times the same: maximal marginal relevance (Carbonell and Goldstein, 1998) over topic, type and meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.best_resources import Preference
from service.catalog.embeddings import Vector
from service.recommend.candidates import Candidate

RELEVANCE = 0.7  # its weight; the rest is for being unlike what stands before
READY_FIRST = 2.0  # more than relevance and likeness can weigh together
SAME_TOPIC, SAME_TYPE, SAME_MEANING = 0.5, 0.25, 0.25  # of the likeness of two resources

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Features:
    """What makes resources alike, by place."""

    topics: NDArray[np.str_]
    media_types: NDArray[np.str_]
    vectors: NDArray[np.float32]  # (n, dimensions); zeros where none is kept
    same_type: float = SAME_TYPE  # nothing where the learner asks for some types

    def likeness(self, place: int) -> Floats:
        """(n,): how much alike each is to the one at this place, 0..1."""
        topic: Floats = SAME_TOPIC * (self.topics == self.topics[place])
        media_type: Floats = self.same_type * (self.media_types == self.media_types[place])
        meaning: Floats = SAME_MEANING * np.maximum(0.0, self.vectors @ self.vectors[place])
        return topic + media_type + meaning


def features(found: Sequence[Candidate], known: Mapping[str, Vector], prefer: Preference) -> Features:
    """The features of some resources; at least one."""
    nothing = np.zeros_like(next(iter(known.values()), np.zeros(1, np.float32)))
    return Features(
        np.array([one.topic for one in found]),
        np.array([one.card["media_type"] for one in found]),
        np.stack([known.get(one.id, nothing) for one in found]),
        0.0 if prefer.media_types else SAME_TYPE,
    )


def diversified(relevance: Floats, is_ready: NDArray[np.bool_], alike: Features, limit: int) -> list[int]:
    """The places of at most `limit` resources, best first: what is ready; then the relevant that is unlike the others.

    `relevance` is 0..1. Of equals, the first.
    """
    worth = RELEVANCE * relevance + READY_FIRST * is_ready
    nearest = np.zeros(len(relevance))  # likeness to the nearest of the chosen
    chosen: list[int] = []
    for _ in range(min(limit, len(relevance))):
        best = int(np.argmax(worth - (1 - RELEVANCE) * nearest))
        chosen.append(best)
        worth[best] = -np.inf
        nearest = np.maximum(nearest, alike.likeness(best))
    return chosen
