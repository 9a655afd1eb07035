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
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

COURSE_PAGE = bundled("data") / "pages" / "lectures-2024.md"
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
    ingest(session, content, vocabulary, IngestOptions())
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
        (NETWORKS, "activation-functions"),
        (NETWORKS, "backpropagation-and-initialization"),
        (NETWORKS, "cnn-and-conv2d"),
    ],
)
def test_what_a_teacher_would_draw_is_accepted(course: KnowledgeGraph, prerequisite: str, dependent: str) -> None:
    assert course.accepted.has_edge(prerequisite, dependent)


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
