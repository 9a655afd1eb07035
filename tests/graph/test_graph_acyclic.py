"""The accepted prerequisites are acyclic, whatever is proposed; an edge that yields says why."""

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.topics import PrerequisiteRow
from service.graph.acyclic import KINDS, Settled, accepted_graph, find_cycle, settle

ACCEPT = 0.5

TOPICS = st.sampled_from("abcdefg")
ROWS = st.builds(
    PrerequisiteRow,
    prerequisite_id=TOPICS,
    dependent_id=TOPICS,
    kind=st.sampled_from(KINDS),
    confidence=st.floats(0, 1),
    evidence=st.just(()),
    status=st.sampled_from(["proposed", "accepted", "rejected"]),
)
CANDIDATES = st.lists(ROWS, max_size=25, unique_by=lambda row: (row.prerequisite_id, row.dependent_id))


def edge(ends: str, kind: str = "inferred", confidence: float = 0.9, status: str = "proposed") -> PrerequisiteRow:
    prerequisite, dependent = ends.split(">")
    return PrerequisiteRow(prerequisite, dependent, kind, confidence, (), status)


def statuses(*rows: PrerequisiteRow) -> list[str]:
    return [settled.row.status for settled in settle(rows, ACCEPT)]


def accepted(settled: tuple[Settled, ...]) -> list[PrerequisiteRow]:
    return [each.row for each in settled if each.row.status == "accepted"]


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (edge("a>b", confidence=0.5), "accepted"),
        (edge("a>b", confidence=0.49), "proposed"),
        (edge("a>b", "stated", 0.4), "proposed"),
        (edge("a>b", confidence=0.4, status="accepted"), "proposed"),  # the bound was raised
        (edge("a>b", confidence=0.9, status="rejected"), "rejected"),  # a curator's no
        (edge("a>b", "curated", 0.1, "accepted"), "accepted"),  # a curator's yes
        (edge("a>b", "curated", 1.0, "proposed"), "proposed"),
        (edge("a>a"), "proposed"),
    ],
)
def test_an_edge_alone_is_settled_by_its_confidence_and_by_curators(row: PrerequisiteRow, status: str) -> None:
    assert statuses(row) == [status]


def test_of_a_cycle_the_weakest_inferred_edge_yields() -> None:
    rows = [edge("a>b", confidence=0.6), edge("b>c", confidence=0.9), edge("c>a", confidence=0.8)]

    settled = settle(rows, ACCEPT)

    assert [each.row.status for each in settled] == ["proposed", "accepted", "accepted"]
    assert settled[0].refusal is not None
    assert settled[0].refusal.path == ("a", "b", "c", "a")
    assert settled[0].refusal.weakest == ("a", "b")


def test_what_is_stated_outranks_what_is_inferred_and_a_curator_outranks_both() -> None:
    stated = statuses(edge("a>b", confidence=0.95), edge("b>a", "stated", 0.8))
    curated = statuses(edge("a>b", "stated", 0.95), edge("b>a", "curated", 0.5, "accepted"))

    assert stated == ["proposed", "accepted"]
    assert curated == ["proposed", "accepted"]


def test_a_rejected_edge_stands_in_nobodys_way() -> None:
    assert statuses(edge("a>b", confidence=0.99, status="rejected"), edge("b>a", confidence=0.6)) == [
        "rejected",
        "accepted",
    ]


@given(CANDIDATES)
def test_the_accepted_graph_is_acyclic_whatever_is_proposed(rows: list[PrerequisiteRow]) -> None:
    settled = settle(rows, ACCEPT)

    assert nx.is_directed_acyclic_graph(accepted_graph("abcdefg", accepted(settled)))


@given(CANDIDATES)
def test_a_refused_edge_reports_a_true_cycle_through_it(rows: list[PrerequisiteRow]) -> None:
    settled = settle(rows, ACCEPT)
    edges = {(row.prerequisite_id, row.dependent_id) for row in accepted(settled)}

    for each in settled:
        if each.refusal:
            ends = (each.row.prerequisite_id, each.row.dependent_id)
            cycle = list(pairwise(each.refusal.path))
            assert each.refusal.path[0] == each.refusal.path[-1]
            assert cycle[0] == ends
            assert set(cycle[1:]) <= edges
            assert each.refusal.weakest in cycle


@given(CANDIDATES)
def test_nothing_sure_enough_is_left_out_that_would_close_no_cycle(rows: list[PrerequisiteRow]) -> None:
    settled = settle(rows, ACCEPT)
    graph = accepted_graph("abcdefg", accepted(settled))

    for each in settled:
        row = each.row
        if row.status == "proposed" and row.kind != "curated" and row.confidence >= ACCEPT:
            assert find_cycle(graph, row) is not None


@given(CANDIDATES)
def test_settling_again_changes_nothing(rows: list[PrerequisiteRow]) -> None:
    once = [each.row for each in settle(rows, ACCEPT)]

    assert [each.row for each in settle(once, ACCEPT)] == once


@given(CANDIDATES)
def test_a_curators_accepted_edge_yields_only_to_curators(rows: list[PrerequisiteRow]) -> None:
    for each in settle(rows, ACCEPT):
        if each.row.kind == "curated" and each.refusal:
            cycle = set(pairwise(each.refusal.path))
            assert all(row.kind == "curated" for row in rows if (row.prerequisite_id, row.dependent_id) in cycle)
