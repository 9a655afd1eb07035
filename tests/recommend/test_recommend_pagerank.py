"""Personalised PageRank against its definition, solved as linear equations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.recommend.pagerank import DAMPING, Edge, pagerank

NAMES = "abcdef"
EDGES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.floats(0.1, 2)), max_size=15, unique_by=lambda e: e[:2]
)
STARTS = st.dictionaries(st.sampled_from(NAMES), st.floats(0.1, 1), min_size=1)


def solved(edges: list[Edge], starts: dict[str, float]) -> dict[str, float]:
    """r = d P r + (1 - d) s, where a node without an edge leads to the starts."""
    restart = np.array([starts.get(name, 0.0) for name in NAMES]) / sum(starts.values())
    moves = np.zeros((len(NAMES), len(NAMES)))
    for source, target, weight in edges:
        moves[NAMES.index(target), NAMES.index(source)] += weight
    for column in range(len(NAMES)):
        total = moves[:, column].sum()
        moves[:, column] = moves[:, column] / total if total else restart
    ranks = np.linalg.solve(np.eye(len(NAMES)) - DAMPING * moves, (1 - DAMPING) * restart)
    return dict(zip(NAMES, ranks, strict=True))


@settings(deadline=None)
@given(EDGES, STARTS)
def test_ranks_solve_the_walkers_equations(edges: list[Edge], starts: dict[str, float]) -> None:
    found = pagerank(edges, starts)

    expected = solved(edges, starts)
    assert sum(found.values()) == pytest.approx(1)
    assert found == pytest.approx({name: expected[name] for name in found}, abs=1e-5)
    assert all(expected[name] == pytest.approx(0) for name in set(NAMES) - set(found))


def test_what_is_nearer_to_a_start_ranks_higher() -> None:
    ranks = pagerank([("a", "b", 1.0), ("b", "c", 1.0), ("c", "d", 1.0)], {"a": 1.0})

    assert ranks["b"] > ranks["c"] > ranks["d"]
