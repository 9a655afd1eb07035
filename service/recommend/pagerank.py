"""Personalised PageRank: how near nodes are to those that one starts from, over all the ways that lead there.

Who walks along the edges at random, and at each step goes back to a start with the probability 1 - DAMPING, is found
at a node so often as its rank says (Page et al., 1999; Haveliwala, "Topic-sensitive PageRank", 2002).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DAMPING = 0.85
PRECISION = 1e-6  # of all ranks together
MOST_STEPS = 100  # 0.85 ** 100 is far below the precision

Floats = NDArray[np.float64]
Edge = tuple[str, str, float]  # from, to, weight over 0: its share of all that leave a node is how often it is taken


def pagerank(edges: Sequence[Edge], starts: Mapping[str, float]) -> dict[str, float]:
    """Ranks that sum to 1, of all nodes of the edges and of the starts; `starts` are weights, at least one over 0."""
    ends = [name for edge in edges for name in edge[:2]]
    names = {name: place for place, name in enumerate(dict.fromkeys([*starts, *ends]))}
    restart = np.zeros(len(names))
    for name, weight in starts.items():
        restart[names[name]] = weight
    restart /= restart.sum()
    sources = np.array([names[edge[0]] for edge in edges], dtype=np.intp)
    targets = np.array([names[edge[1]] for edge in edges], dtype=np.intp)
    weights = np.array([edge[2] for edge in edges], dtype=np.float64)
    leaving = np.bincount(sources, weights, len(names))
    ranks = _walked(sources, targets, weights / leaving[sources], restart, leaving == 0)
    return dict(zip(names, ranks.tolist(), strict=True))


def _walked(
    sources: NDArray[np.intp], targets: NDArray[np.intp], shares: Floats, restart: Floats, dangling: NDArray[np.bool_]
) -> Floats:
    """The power iteration. Where no edge leads on, the walker goes back to a start."""
    ranks = restart
    for _ in range(MOST_STEPS):
        arriving = np.bincount(targets, ranks[sources] * shares, len(ranks))
        after: Floats = DAMPING * (arriving + ranks[dangling].sum() * restart) + (1 - DAMPING) * restart
        if np.abs(after - ranks).sum() < PRECISION:
            return after
        ranks = after
    return ranks
