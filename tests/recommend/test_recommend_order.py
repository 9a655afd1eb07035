"""Which topics lead to a goal: in order, without what is known, and none too many; of alternatives, the cheapest."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.topics import GraphRows, PrerequisiteRow, TopicRow
from service.graph import KnowledgeGraph
from service.graph.acyclic import settle
from service.graph.build import build
from service.recommend import choices
from service.recommend.gap import ready_among
from service.recommend.order import mastered, topics_to_learn, topics_to_reach

IDS = "abcdefgh"


def graph(*edges: str, broader: tuple[str, ...] = (), listed: str = IDS) -> KnowledgeGraph:
    """Edges as "prerequisite>dependent", nesting as "narrower<broader"; resources are listed under `listed`.

    "a|b>c": one of the two is enough.
    """
    rows = [
        PrerequisiteRow(id, edge[-1], "curated", 0.9, (), "accepted", any_of=edge if "|" in edge else None)
        for edge in edges
        for id in edge[:-2].split("|")
    ]
    nesting = [(pair[0], pair[-1]) for pair in broader]
    topics = [TopicRow(id, id.upper(), None, place) for place, id in enumerate(IDS)]
    return build(1, GraphRows(topics, (), nesting, rows, [(id, "video", "1") for id in listed]))


def path(given: KnowledgeGraph, target: str, known: str = "") -> str:
    return "".join(topics_to_learn(given, target, known))


def test_it_leads_through_all_that_the_target_builds_on() -> None:
    assert path(graph("c>b", "b>a", "d>e"), "a") == "cba"


def test_where_prerequisites_leave_the_choice_it_keeps_to_teaching_order() -> None:
    assert path(graph("c>h", "a>h", "b>h", "g>b"), "h") == "acgbh"


def test_what_is_known_is_left_out_with_all_that_it_builds_on() -> None:
    assert path(graph("a>b", "b>c", "d>c"), "c", known="b") == "dc"


def test_who_knows_the_target_or_what_builds_on_it_has_nothing_to_learn() -> None:
    assert path(graph("a>b", "b>c"), "b", known="b") == ""
    assert path(graph("a>b", "b>c"), "b", known="c") == ""


def test_who_knows_a_topic_knows_what_is_nested_in_it() -> None:
    assert path(graph("b>c", broader=("b<a",)), "c", known="a") == "c"


def test_the_parts_of_the_target_come_before_it() -> None:
    assert path(graph("f>c", broader=("b<a", "c<a", "d<c")), "a") == "bdfca"


def test_a_part_that_only_holds_others_together_is_no_step() -> None:
    assert path(graph(broader=("b<a", "c<b")), "a") == "bca"
    assert path(graph(broader=("b<a", "c<b"), listed="ac"), "a") == "ca"


def test_a_part_that_builds_on_the_whole_comes_after_it_and_so_not_on_its_path() -> None:
    assert path(graph("a>c", "c>d", broader=("b<a", "d<a")), "a") == "ba"


def test_of_alternatives_the_one_that_leaves_less_to_learn_is_taken() -> None:
    assert path(graph("a>b", "b|c>d"), "d") == "cd"
    assert path(graph("a>b", "b|c>d"), "d", known="b") == "d"
    assert path(graph("a>b", "b|c>d"), "d", known="a") == "bd"  # as long as c: the one that comes first


def test_an_alternative_that_is_needed_anyway_is_enough() -> None:
    assert path(graph("a>b", "b>c", "b|e>d", "c>d"), "d") == "abcd"


def test_alternatives_that_serve_several_topics_are_found() -> None:
    assert path(graph("a|c>e", "b|c>f", "e>g", "f>g"), "g") == "cefg"


def test_alternatives_of_an_alternative_are_weighed_too() -> None:
    assert path(graph("a|b>c", "c|d>h", "e>d", "f>d", "g>d"), "h", known="b") == "ch"


def test_what_a_known_topic_could_be_reached_by_is_not_known() -> None:
    assert path(graph("a|b>c", "a>d", "c>d"), "d", known="c") == "ad"


def test_goals_share_what_they_need() -> None:
    assert topics_to_reach(graph("a>b", "a>c"), "cb") == ("a", "b", "c")
    assert topics_to_reach(graph(broader=("b<a",)), "ab") == ("b", "a")


def test_what_can_be_begun_needs_nothing_that_is_missing() -> None:
    given_graph = graph("a>c", "b|c>d")

    assert ready_among(given_graph, "bcd", {"a"}) == ("b", "c")


def test_a_whole_is_begun_after_its_parts() -> None:
    assert ready_among(graph(broader=("b<a", "c<a")), "bca", set()) == ("b", "c")


EDGES = st.lists(
    st.builds(
        PrerequisiteRow,
        prerequisite_id=st.sampled_from(IDS),
        dependent_id=st.sampled_from(IDS),
        kind=st.just("inferred"),
        confidence=st.floats(0.4, 1),
        evidence=st.just(()),
        status=st.just("proposed"),
        any_of=st.sampled_from([None, None, "x", "y"]),
    ),
    max_size=24,
    unique_by=lambda row: (row.prerequisite_id, row.dependent_id),
)
# Many alternatives, all accepted: they lead forward in teaching order, so none closes a cycle.
FORWARD = st.dictionaries(
    st.sampled_from(list(combinations(IDS, 2))), st.sampled_from(["x", "x", "y", None]), min_size=10, max_size=24
)
NESTING = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1]))
KNOWN = st.sets(st.sampled_from(IDS), max_size=3)


def settled(candidates: list[PrerequisiteRow], nesting: list[tuple[str, str]]) -> KnowledgeGraph:
    rows = [decided.row for decided in settle(candidates, 0.5)]
    topics = [TopicRow(id, id, None, place) for place, id in enumerate(IDS)]
    return build(1, GraphRows(topics, (), nesting, rows, [(id, "video", "1") for id in IDS]))


def is_closed(given_graph: KnowledgeGraph, topics: set[str], learnt: set[str]) -> bool:
    """Whether each of the topics has all that it needs among them and what is learnt."""
    return all(given_graph.is_ready(topic, topics | learnt) for topic in topics)


@settings(deadline=None)
@given(EDGES, NESTING, st.sampled_from(IDS), KNOWN)
def test_every_path_is_a_valid_order_that_ends_at_its_target_without_what_is_known(
    candidates: list[PrerequisiteRow], nesting: list[tuple[str, str]], target: str, known: set[str]
) -> None:
    given_graph = settled(candidates, nesting)

    found = topics_to_learn(given_graph, target, known)

    learnt = mastered(given_graph, known)
    assert learnt >= known
    assert found[-1:] == (() if target in learnt else (target,))
    assert learnt.isdisjoint(found)
    assert len(set(found)) == len(found)
    for place, topic in enumerate(found):
        assert given_graph.is_ready(topic, learnt.union(found[:place]))


def forward(edges: dict[tuple[str, str], str | None]) -> KnowledgeGraph:
    rows = [PrerequisiteRow(*ends, "curated", 1.0, (), "accepted", any_of) for ends, any_of in edges.items()]
    return build(1, GraphRows([TopicRow(id, id, None, place) for place, id in enumerate(IDS)], (), (), rows, ()))


@settings(deadline=None)
@given(FORWARD, st.sampled_from(IDS[4:]), KNOWN, st.sampled_from([1, choices.MOST_PLANS]))
def test_no_step_of_a_path_can_be_left_out_however_few_plans_were_looked_at(
    edges: dict[tuple[str, str], str | None], target: str, known: set[str], plans: int
) -> None:
    given_graph = forward(edges)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choices, "MOST_PLANS", plans)
        found = topics_to_learn(given_graph, target, known)

    learnt = mastered(given_graph, known)
    for topic in found[:-1]:
        assert not is_closed(given_graph, set(found) - {topic}, learnt)


@settings(deadline=None)
@given(FORWARD, st.sampled_from(IDS[4:]), KNOWN)
def test_no_other_choice_of_alternatives_leaves_less_to_learn(
    edges: dict[tuple[str, str], str | None], target: str, known: set[str]
) -> None:
    given_graph = forward(edges)

    found = topics_to_learn(given_graph, target, known)

    learnt = mastered(given_graph, known)
    others = set(IDS) - learnt - {target}
    for size in range(len(found) - 1):
        for chosen in combinations(sorted(others), size):
            assert not is_closed(given_graph, {target, *chosen}, learnt)


@settings(deadline=None)
@given(EDGES, NESTING, st.sets(st.sampled_from(IDS), min_size=1, max_size=3), KNOWN)
def test_what_is_missing_and_what_is_known_hold_all_that_the_goals_need(
    candidates: list[PrerequisiteRow], nesting: list[tuple[str, str]], goals: set[str], known: set[str]
) -> None:
    given_graph = settled(candidates, nesting)

    missing = topics_to_reach(given_graph, goals, known)

    learnt = mastered(given_graph, known)
    assert goals <= learnt.union(missing)
    assert learnt.isdisjoint(missing)
    for place, topic in enumerate(missing):
        assert given_graph.is_ready(topic, learnt.union(missing[:place]))
    ready = ready_among(given_graph, missing, learnt)
    assert all(given_graph.is_ready(topic, learnt) for topic in ready)


@settings(deadline=None)
@given(EDGES, st.sampled_from(IDS), KNOWN)
def test_whoever_misses_something_can_begin_with_some_of_it(
    candidates: list[PrerequisiteRow], goal: str, known: set[str]
) -> None:
    given_graph = settled(candidates, [])

    missing = topics_to_reach(given_graph, [goal], known)

    ready = ready_among(given_graph, missing, mastered(given_graph, known))
    assert bool(ready) == bool(missing)
