"""A learning path is in order, minimal for what is known, and says why."""

from itertools import count

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service import graph as graphs
from service.catalog import revisions
from service.catalog.best_resources import Preference
from service.catalog.models import Heading, Page, Prerequisite, Resource, ResourceTopic, Topic
from service.catalog.topics import GraphRows, PrerequisiteRow, TopicRow
from service.errors import Gone, NotFound
from service.graph import KnowledgeGraph
from service.graph.acyclic import settle
from service.graph.build import build
from service.recommend.path import LearningPath, learning_path, topics_to_learn

IDS = "abcdefgh"


def graph(*edges: str, broader: tuple[str, ...] = (), listed: str = IDS) -> KnowledgeGraph:
    """Edges as "prerequisite>dependent", nesting as "narrower<broader"; resources are listed under `listed`."""
    rows = [PrerequisiteRow(edge[0], edge[-1], "inferred", 0.9, (), "accepted") for edge in edges]
    nesting = [(pair[0], pair[-1]) for pair in broader]
    topics = [TopicRow(id, id.upper(), None, place) for place, id in enumerate(IDS)]
    return build(1, GraphRows(topics, (), nesting, rows, [(id, "video", 1) for id in listed]))


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


EDGES = st.lists(
    st.builds(
        PrerequisiteRow,
        prerequisite_id=st.sampled_from(IDS),
        dependent_id=st.sampled_from(IDS),
        kind=st.just("inferred"),
        confidence=st.floats(0, 1),
        evidence=st.just(()),
        status=st.just("proposed"),
    ),
    max_size=20,
    unique_by=lambda row: (row.prerequisite_id, row.dependent_id),
)
NESTING = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)).filter(lambda pair: pair[0] != pair[1]))
KNOWN = st.sets(st.sampled_from(IDS), max_size=3)


@given(EDGES, NESTING, st.sampled_from(IDS), KNOWN)
def test_every_path_is_a_valid_order_that_ends_at_its_target_without_what_is_known(
    candidates: list[PrerequisiteRow], nesting: list[tuple[str, str]], target: str, known: set[str]
) -> None:
    rows = [settled.row for settled in settle(candidates, 0.5)]
    topics = [TopicRow(id, id, None, place) for place, id in enumerate(IDS)]
    given_graph = build(1, GraphRows(topics, (), nesting, rows, [(id, "video", 1) for id in IDS]))

    found = topics_to_learn(given_graph, target, known)

    mastered = set(given_graph.with_narrower(known))
    mastered |= given_graph.ancestors(mastered)
    assert (found[-1:] == (target,)) == (target not in mastered)
    assert mastered.isdisjoint(found)
    assert len(set(found)) == len(found)
    for place, topic in enumerate(found):
        assert set(given_graph.accepted_into.get(topic, ())) <= mastered | set(found[:place])


@given(EDGES, st.sampled_from(IDS), KNOWN)
def test_every_topic_on_the_path_is_needed(candidates: list[PrerequisiteRow], target: str, known: set[str]) -> None:
    topics = [TopicRow(id, id, None, place) for place, id in enumerate(IDS)]
    given_graph = build(1, GraphRows(topics, (), (), [s.row for s in settle(candidates, 0.5)], ()))

    found = topics_to_learn(given_graph, target, known)

    for topic in found[:-1]:
        assert any(topic in given_graph.accepted_into.get(later, ()) for later in found)


@pytest.fixture
def course(session: Session) -> Session:
    """c builds on b, which is nested in a; resources: two under b, none of a's own, one under c; z is gone."""
    evidence = [
        {"source": "order", "confidence": 0.25, "detail": "taught right after “B”", "page": "p", "line": 5},
        {"source": "mention", "confidence": 0.6, "detail": "mentions “b”: “b first”", "page": "p", "line": 9},
    ]
    session.add(Page(id="p", title="P", source="p.md", sha256=""))
    session.add_all(Topic(id=id, label=id.upper()) for id in "abc")
    session.add(Topic(id="z", label="Z", status="gone"))
    session.flush()
    session.add_all(
        _heading(place, id, broader) for place, (id, broader) in enumerate([("a", None), ("b", "a"), ("c", None)])
    )
    session.add(Prerequisite(prerequisite_id="b", dependent_id="c", kind="inferred", status="accepted", confidence=0.7,
                             evidence=evidence))  # fmt: skip
    numbers = count(1)
    for topic, media_type, language, minutes in [
        ("b", "article", None, 7),
        ("b", "video", "he", 5),
        ("c", "book", None, None),
    ]:
        number = next(numbers)
        card = orjson.dumps({"id": f"r{number}", "duration_minutes": minutes}).decode()
        session.add(Resource(number=number, id=f"r{number}", url="", host="", title="", media_type=media_type,
                             language=language, card=card))  # fmt: skip
        session.flush()
        session.add(ResourceTopic(topic_id=topic, resource_number=number, media_type=media_type))
    revisions.advance(session, "ada", "test", "page:p", {})
    session.flush()
    return session


def _heading(place: int, id: str, broader: str | None) -> Heading:
    return Heading(page_id="p", topic_id=id, broader_id=broader, position=place, line=1, level=1, raw=id, label=id)


def plan(session: Session, target: str, known: tuple[str, ...] = (), prefer: Preference | None = None) -> LearningPath:
    return learning_path(session, graphs.current(session), target, known, prefer or Preference())


def chosen(found: LearningPath) -> list[tuple[str, str | None]]:
    return [(step.topic, step.resource and orjson.loads(step.resource)["id"]) for step in found.items]


def test_each_step_has_a_resource_and_a_reason_from_the_surest_evidence(course: Session) -> None:
    found = plan(course, "c")

    assert chosen(found) == [("b", "r1"), ("c", "r3")]
    assert found.items[0].why == "C builds on it: mentions “b”: “b first” (p, line 9)."
    assert found.items[1].why == "This is the target."
    assert [orjson.loads(card)["id"] for card in found.items[0].alternatives] == ["r2"]


def test_the_time_is_that_of_the_chosen_resources_whose_duration_is_known(course: Session) -> None:
    assert plan(course, "c").total_minutes == 7
    assert plan(course, "c", known=("b",)).total_minutes is None


@pytest.mark.parametrize(
    ("prefer", "first"),
    [
        (Preference(media_types=("video",)), "r2"),
        (Preference(media_types=("podcast",)), "r1"),  # nothing is one: the order of the page
        (Preference(language="he"), "r2"),
        (Preference(language="en", media_types=("video",)), "r1"),  # a language that one cannot read weighs more
    ],
)
def test_preferences_choose_among_a_topics_resources(course: Session, prefer: Preference, first: str) -> None:
    assert chosen(plan(course, "c", prefer=prefer))[0] == ("b", first)


def test_the_target_shows_no_resource_that_one_of_its_parts_shows(course: Session) -> None:
    found = plan(course, "a")

    assert chosen(found) == [("b", "r1"), ("a", None)]
    assert found.items[0].why == "Part of A."


def test_a_whole_whose_parts_are_no_steps_shows_theirs(course: Session) -> None:
    course.add(Prerequisite(prerequisite_id="a", dependent_id="c", kind="curated", status="accepted", confidence=1.0))
    course.flush()

    found = plan(course, "c", known=("b",))

    assert chosen(found) == [("a", "r1"), ("c", "r3")]
    assert found.items[0].why == "C builds on it."


@pytest.mark.parametrize(("target", "known", "error"), [("x", (), NotFound), ("c", ("x",), NotFound), ("z", (), Gone)])
def test_what_is_no_topic_is_an_error(
    course: Session, target: str, known: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(course, target, known)
