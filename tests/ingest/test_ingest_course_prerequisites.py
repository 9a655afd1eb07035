"""The course page's prerequisites: those that a teacher would draw, each with its reason."""

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.catalog.topics import PrerequisiteRow
from service.catalog.vocabulary import Vocabulary
from service.config import bundled
from service.graph import KnowledgeGraph
from service.inference.judge import PrerequisiteJudge
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions
from service.ingest.store_prerequisites import PrerequisiteOptions

COURSE_PAGE = bundled("data") / "pages" / "lectures-2024.md"
MODELS = bundled("data") / "models"
NETWORKS = "single-and-multi-layer-neural-network-overview"


@pytest.fixture(scope="module")
def course(vocabulary: Vocabulary) -> KnowledgeGraph:
    engine = open_database("sqlite://")
    migrate(engine, bundled("migrations"))
    with open_sessions(engine)() as session:
        _ingest(session, vocabulary)
        found = graph.current(session)
    engine.dispose()
    return found


def _ingest(session: Session, vocabulary: Vocabulary) -> None:
    content = PageContent("lectures-2024", "lectures-2024.md", COURSE_PAGE.read_bytes())
    asking = PrerequisiteOptions(judge=PrerequisiteJudge(MODELS))
    ingest(session, content, vocabulary, IngestOptions(prerequisites=asking))
    session.commit()


def _rows(course: KnowledgeGraph) -> list[PrerequisiteRow]:
    return [row for rows in course.edges_into.values() for row in rows]


@pytest.mark.parametrize(
    ("prerequisite", "dependent"),
    [
        ("logistic-regression-definition", "learning-by-gradient-descent"),
        ("learning-by-gradient-descent", "backpropagation-and-initialization"),
        ("learning-by-gradient-descent", "gd-for-nn"),
        ("backpropagation-and-initialization", "gd-for-nn"),
        ("backpropagation-and-initialization", "cnn-and-conv2d"),
        ("logistic-regression-definition", NETWORKS),
        ("activation-functions", "backpropagation-and-initialization"),
        ("activation-functions", "scaled-exponential-linear-unit"),
        (NETWORKS, "activation-functions"),
        (NETWORKS, "regularization"),
        (NETWORKS, "single-and-multi-layer-neural-network-training"),
        (NETWORKS, "backpropagation-and-initialization"),
        (NETWORKS, "cnn-and-conv2d"),
    ],
)
def test_what_a_teacher_would_draw_is_accepted(course: KnowledgeGraph, prerequisite: str, dependent: str) -> None:
    assert course.accepted.has_edge(prerequisite, dependent)


def test_the_whole_way_to_convolutional_networks_is_there_in_the_teachers_order(course: KnowledgeGraph) -> None:
    way = sorted(course.ancestors(["cnn-and-conv2d"]), key=course.order.__getitem__)

    assert way == [
        "logistic-regression-definition",
        "learning-by-gradient-descent",
        NETWORKS,
        "activation-functions",
        "backpropagation-and-initialization",
    ]


def test_what_only_names_suggest_is_sure_only_where_a_teacher_would_be(course: KnowledgeGraph) -> None:
    """Read by hand: all of these are right, if some are implied by others. A change of this list is to be read too."""
    by_names_alone = {
        (row.prerequisite_id, row.dependent_id)
        for row in _rows(course)
        if row.status == "accepted" and {piece["source"] for piece in row.evidence} == {"model"}
    }

    assert by_names_alone == {
        ("activation-functions", "scaled-exponential-linear-unit"),
        ("activation-functions", "single-and-multi-layer-neural-network-training"),
        ("activation-functions", "gd-for-nn"),
        ("activation-functions", "cnn-and-conv2d"),
        ("learning-by-gradient-descent", "single-and-multi-layer-neural-network-training"),
    }


def test_no_edge_runs_backwards_or_along_the_nesting(course: KnowledgeGraph) -> None:
    for row in _rows(course):
        assert course.topics[row.prerequisite_id].order < course.topics[row.dependent_id].order
        assert row.dependent_id not in course.with_narrower([row.prerequisite_id])


def test_the_preface_is_required_by_nothing(course: KnowledgeGraph) -> None:
    assert course.edges_from.get("preface-and-motivation", ()) == ()


def test_lines_that_are_cited_print_what_they_are_cited_for(course: KnowledgeGraph) -> None:
    printed = COURSE_PAGE.read_text(encoding="utf-8").split("\n")
    cited = [
        (piece["line"], str(piece["detail"]).split("“")[1].split("”")[0])
        for row in _rows(course)
        for piece in row.evidence
        if str(piece["detail"]).startswith("mentions")
    ]

    assert cited
    for line, words in cited:
        assert words in printed[int(str(line)) - 1]


def test_the_hidden_last_line_is_what_shows_that_networks_need_backpropagation_first(course: KnowledgeGraph) -> None:
    (row,) = [r for r in course.edges_into["cnn-and-conv2d"] if r.prerequisite_id.startswith("backpropagation")]

    assert ("mention", 76) in [(piece["source"], piece["line"]) for piece in row.evidence]
