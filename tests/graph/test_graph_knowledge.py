"""What the graph of one revision answers: names, nesting, what comes before and after."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.topics import GraphRows, NameRow, PrerequisiteRow, TopicRow
from service.errors import CycleError
from service.graph import KnowledgeGraph, Shown
from service.graph.build import build


def edge(ends: str, status: str = "accepted", confidence: float = 0.9, any_of: str | None = None) -> PrerequisiteRow:
    prerequisite, dependent = ends.split(">")
    return PrerequisiteRow(prerequisite, dependent, "inferred", confidence, [], status, any_of)


def graph(
    *edges: PrerequisiteRow,
    topics: str = "abcdef",
    names: tuple[NameRow, ...] = (),
    broader: tuple[tuple[str, str], ...] = (),
    filed: tuple[tuple[str, str, str], ...] = (),
) -> KnowledgeGraph:
    rows = [TopicRow(id, id.upper(), None, place) for place, id in enumerate(topics)]
    return build(7, GraphRows(rows, names, broader, edges, filed))


def walked(found: tuple[tuple[PrerequisiteRow, int], ...]) -> list[tuple[str, int]]:
    return [(f"{row.prerequisite_id}>{row.dependent_id}", depth) for row, depth in found]


def test_prerequisites_are_what_to_learn_before() -> None:
    chain = graph(edge("a>b"), edge("b>c"))

    assert walked(chain.prerequisites("c")) == [("b>c", 1), ("a>b", 2)]
    assert walked(chain.dependents("a")) == [("a>b", 1), ("b>c", 2)]


def test_depth_bounds_the_walk() -> None:
    assert walked(graph(edge("a>b"), edge("b>c")).prerequisites("c", depth=1)) == [("b>c", 1)]


def test_a_topic_is_listed_once_by_its_surest_nearest_edge() -> None:
    diamond = graph(edge("a>b", confidence=0.6), edge("a>c", confidence=0.8), edge("b>d"), edge("c>d"))

    assert walked(diamond.prerequisites("d")) == [("b>d", 1), ("c>d", 1), ("a>c", 2)]


def test_proposed_edges_are_shown_on_request_and_never_followed() -> None:
    doubtful = graph(edge("a>b"), edge("b>c", "proposed"))

    assert walked(doubtful.prerequisites("c")) == []
    assert walked(doubtful.prerequisites("c", shown=Shown(("accepted", "proposed")))) == [("b>c", 1)]


def test_a_proposed_shortcut_does_not_hide_the_accepted_way() -> None:
    rows = graph(edge("z>a"), edge("a>b"), edge("b>c"), edge("a>c", "proposed"), topics="zabc")

    shown = rows.prerequisites("c", shown=Shown(("accepted", "proposed")))

    assert walked(shown) == [("b>c", 1), ("a>c", 1), ("z>a", 3)]


def test_of_alternatives_one_is_enough() -> None:
    either = graph(edge("a>d", any_of="x"), edge("b>d", any_of="x", confidence=0.95), edge("c>d"))

    assert either.required_into["d"] == ("c",)
    assert either.choices_into["d"] == (("b", "a"),)
    assert not either.is_ready("d", {"c"})
    assert either.is_ready("d", {"c", "a"})
    assert not either.is_ready("d", {"a", "b"})


def test_an_alternative_that_is_alone_is_required() -> None:
    alone = graph(edge("a>c", any_of="x"), edge("b>c", "proposed", any_of="x"), edge("a>d", any_of="x"))

    assert alone.required_into == {"c": ("a",), "d": ("a",)}
    assert alone.choices_into == {}


def test_nobody_is_sure_to_have_taken_an_alternative() -> None:
    either = graph(edge("a>c", any_of="x"), edge("b>c", any_of="x"), edge("c>d"), edge("a>d"))

    assert either.ancestors("d") == {"a", "c"}
    assert not either.is_transitive(edge("a>d"))


def test_an_edge_that_a_longer_way_implies_is_transitive() -> None:
    shortcut = graph(
        edge("a>b"), edge("b>c"), edge("c>d"), edge("a>d"), edge("a>c", "proposed"), edge("b>a", "proposed")
    )

    transitive = {ends for ends in ("a>b", "b>c", "a>d", "a>c", "b>a", "a>e") if shortcut.is_transitive(edge(ends))}

    assert transitive == {"a>d", "a>c"}


def test_transitive_edges_can_be_left_out_and_no_topic_is_lost() -> None:
    shortcut = graph(edge("a>b"), edge("b>c"), edge("a>c"))
    bare = Shown(transitive=False)

    assert walked(shortcut.prerequisites("c")) == [("b>c", 1), ("a>c", 1)]
    assert walked(shortcut.prerequisites("c", shown=bare)) == [("b>c", 1), ("a>b", 2)]
    assert walked(shortcut.dependents("a", shown=bare)) == [("a>b", 1), ("b>c", 2)]
    assert walked(shortcut.prerequisites("c", depth=1, shown=bare)) == [("b>c", 1)]


EDGES = st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda ends: ends[0] < ends[1]))


@given(EDGES)
def test_what_is_transitive_is_what_networkx_finds_superfluous(ends: set[tuple[str, str]]) -> None:
    rows = [edge(f"{u}>{v}") for u, v in ends]
    found = graph(*rows)

    needed = set(nx.transitive_reduction(nx.DiGraph(list(ends))).edges)

    assert {(row.prerequisite_id, row.dependent_id) for row in rows if not found.is_transitive(row)} == needed


def test_the_order_keeps_prerequisites_first_and_else_the_teaching_order() -> None:
    order = graph(edge("d>a")).order

    assert sorted(order, key=order.__getitem__) == ["b", "c", "d", "a", "e", "f"]


def test_accepted_edges_with_a_cycle_are_no_graph() -> None:
    with pytest.raises(CycleError) as refused:
        graph(edge("a>b"), edge("b>c"), edge("c>a", confidence=0.3))

    assert refused.value.path[0] == refused.value.path[-1]
    assert refused.value.weakest == ("c", "a")


def test_nesting_leads_to_all_that_is_inside_in_teaching_order() -> None:
    nested = graph(broader=(("c", "a"), ("b", "c"), ("x", "a")))

    assert nested.with_narrower(["a"]) == ("a", "b", "c")
    assert nested.narrower("a") == ("c",)
    assert nested.broader("b") == ("c",)


def test_nesting_that_two_pages_state_the_other_way_round_ends() -> None:
    assert graph(broader=(("a", "b"), ("b", "a"))).with_narrower(["a"]) == ("a", "b")


NAMES = (
    NameRow("a", "Gradient descent", "gradient descent", "label"),
    NameRow("a", "GD", "gd", "synonym"),
    NameRow("b", "GD", "gd", "part"),
    NameRow("a", "Gradiant descent", "gradiant descent", "hidden"),
    NameRow("c", "Norm", "norm", "synonym"),
    NameRow("d", "Norm", "norm", "synonym"),
    NameRow("e", "Kernel", "kernel", "synonym"),
    NameRow("f", "Kernel", "kernel", "synonym"),
)


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("a", "a"),  # an id
        ("gradient-DESCENT", "a"),
        ("GD", "a"),  # a synonym before a part
        ("gradiant descent", "a"),  # hidden names are found
        ("norm", None),  # of two alike, neither
        ("kernel", "e"),  # f is nested in e, so e means both
        ("transformers", None),
    ],
)
def test_a_name_resolves_to_the_one_topic_it_means(name: str, topic: str | None) -> None:
    assert graph(names=NAMES, broader=(("f", "e"),)).resolve(name) == topic


def test_hidden_names_are_not_shown() -> None:
    assert graph(names=NAMES).labels("a") == ("A", "GD")


def test_resources_are_counted_by_type_and_in_all() -> None:
    counted = graph(filed=(("a", "video", "4,9"), ("a", "paper", "7")))

    assert counted.resource_count("a") == 3
    assert counted.resource_count("a", "video") == 2
    assert counted.resource_count("b") == 0


def test_nobody_can_change_a_graph() -> None:
    with pytest.raises(nx.NetworkXError, match="Frozen"):
        graph().accepted.add_edge("a", "b")
