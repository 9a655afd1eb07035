"""The prerequisite model beside what pages show: heard, weighed, kept, and done without."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.models import Embedding, Prerequisite
from service.catalog.prerequisites import combined
from service.catalog.vocabulary import Vocabulary
from service.config import bundled
from service.inference.judge import LazyEmbedder, PrerequisiteJudge
from service.inference.prerequisites import WEIGHTS
from service.ingest import opinion
from service.ingest.ingest import PageContent, ingest
from service.ingest.opinion import Opinion
from service.ingest.prerequisites import infer_prerequisites
from service.ingest.reconcile import IngestOptions
from service.ingest.report import IngestReport
from service.ingest.store_prerequisites import PrerequisiteOptions
from service.ingest.teaching import TaughtPage, TaughtTopic

MODELS = bundled("data") / "models"
PAGE = b"""# A machine learning course

## Linear algebra
* [Essence](https://example.org/a)

## Cooking
* [Soups](https://example.org/b)

## Principal component analysis
* [Explained](https://example.org/c)
"""


class Counting(LazyEmbedder):
    """MiniLM, and how many texts it was asked for."""

    computed = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.computed += len(texts)
        return super().embed(texts)


@pytest.fixture(scope="module")
def judge() -> PrerequisiteJudge:
    judge = PrerequisiteJudge(MODELS)
    judge.embedder = Counting(MODELS)
    return judge


def read(session: Session, vocabulary: Vocabulary, judge: PrerequisiteJudge | None, page: bytes = PAGE) -> IngestReport:
    options = IngestOptions(prerequisites=PrerequisiteOptions(judge=judge))
    report = ingest(session, PageContent("course", "course.md", page), vocabulary, options)
    session.commit()
    return report


def evidence(session: Session) -> dict[str, list[str]]:
    rows = session.scalars(select(Prerequisite).execution_options(populate_existing=True))
    return {f"{row.prerequisite_id}>{row.dependent_id}": [piece["source"] for piece in row.evidence] for row in rows}


def topic(heading: str) -> TaughtTopic:
    return TaughtTopic(heading, None, heading, 1, ((heading, "label"),))


def infer_by_page(vocabulary: Vocabulary, *headings: str) -> dict[tuple[str, str], float]:
    page = TaughtPage("page", "A course", tuple(map(topic, headings)))
    return {edge.ends: edge.confidence for edge in infer_prerequisites(page, vocabulary)}


def infer(
    vocabulary: Vocabulary, judge: PrerequisiteJudge, *headings: str, title: str = "A course"
) -> dict[tuple[str, str], float]:
    page = TaughtPage("page", title, tuple(map(topic, headings)))
    edges = infer_prerequisites(page, vocabulary, opinion=Opinion(judge.model, judge.embedder))
    return {edge.ends: edge.confidence for edge in edges}


def test_names_alone_can_tell_what_builds_on_what(vocabulary: Vocabulary, judge: PrerequisiteJudge) -> None:
    edges = infer(vocabulary, judge, "Activation functions", "Cooking", "ReLU activation function", "Gardening")

    assert edges["Activation functions", "ReLU activation function"] > 0.5
    assert ("Activation functions", "Gardening") not in edges


def test_the_model_weakens_what_only_the_order_suggests(vocabulary: Vocabulary, judge: PrerequisiteJudge) -> None:
    edges = infer(vocabulary, judge, "Linear algebra", "French cooking", "Gardening")

    assert edges["French cooking", "Gardening"] < 0.2


@pytest.mark.parametrize("heading", ["Motivation", "History", "Further reading"])
def test_what_is_no_condition_for_anything_is_none_for_the_model(
    vocabulary: Vocabulary, judge: PrerequisiteJudge, heading: str
) -> None:
    edges = infer(vocabulary, judge, heading, "Activation functions", "Neural networks")

    assert not [ends for ends in edges if heading in ends]


def test_names_that_it_cannot_read_are_not_judged(vocabulary: Vocabulary, judge: PrerequisiteJudge) -> None:
    edges = infer(vocabulary, judge, "反向传播算法", "優化", "רגרסיה לוגיסטית", "Gradient descent")

    assert edges == infer_by_page(vocabulary, "反向传播算法", "優化", "רגרסיה לוגיסטית", "Gradient descent")


def test_in_a_course_nothing_is_taught_after_what_builds_on_it(
    vocabulary: Vocabulary, judge: PrerequisiteJudge
) -> None:
    backwards = ("Convolutional neural networks", "Backpropagation", "Gradient descent", "Derivatives")

    edges = infer(vocabulary, judge, *backwards)

    assert all(backwards.index(before) < backwards.index(after) for before, after in edges)


def test_in_a_collection_the_model_alone_tells_the_direction(vocabulary: Vocabulary, judge: PrerequisiteJudge) -> None:
    edges = infer(vocabulary, judge, "ReLU activation function", "Activation functions", title="Awesome networks")

    assert edges["Activation functions", "ReLU activation function"] > 0.5
    assert edges["ReLU activation function", "Activation functions"] < 0.1


def test_on_a_page_of_many_topics_only_near_ones_are_judged() -> None:
    vectors = np.random.default_rng(1).normal(size=(1000, 8))
    vectors[999] = vectors[7]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    pairs = opinion._near_pairs(vectors)

    assert len(pairs) <= 1000 * (opinion.WINDOW + opinion.NEAREST)
    assert all(earlier < later for earlier, later in pairs)
    assert (500, 500 + opinion.WINDOW) in pairs
    assert (7, 999) in pairs


def test_the_same_page_again_costs_no_vector_and_changes_nothing(
    session: Session, vocabulary: Vocabulary, judge: PrerequisiteJudge
) -> None:
    first = read(session, vocabulary, judge)
    computed = judge.embedder.computed

    again = read(session, vocabulary, judge)

    assert "model" in evidence(session)["linear-algebra>principal-component-analysis"]
    assert (first.is_changed, again.is_changed) == (True, False)
    assert revisions.current(session) == 1
    assert judge.embedder.computed == computed
    assert session.scalar(select(func.count()).select_from(Embedding)) > 0


def test_only_a_new_heading_costs_a_vector(session: Session, vocabulary: Vocabulary, judge: PrerequisiteJudge) -> None:
    read(session, vocabulary, judge)
    computed = judge.embedder.computed

    read(session, vocabulary, judge, PAGE + b"\n## Clouds\n* [Weather](https://example.org/d)\n")

    assert judge.embedder.computed == computed + 1


def test_without_the_model_pages_are_read_and_the_report_says_so(
    session: Session, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    report = read(session, vocabulary, PrerequisiteJudge(tmp_path))

    assert report.is_changed
    assert {source for sources in evidence(session).values() for source in sources} == {"order"}
    (problem,) = report.problems
    assert "weights.npz" in problem
    assert "missing" in problem


def test_a_missing_embedder_is_a_missing_model(session: Session, vocabulary: Vocabulary, tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).parent.mkdir()
    (tmp_path / WEIGHTS).write_bytes((MODELS / WEIGHTS).read_bytes())

    report = read(session, vocabulary, PrerequisiteJudge(tmp_path))

    assert report.is_changed
    assert "vocab.txt" in report.problems[0]


def test_a_model_that_cannot_be_asked_is_not_taken_back(
    session: Session, vocabulary: Vocabulary, judge: PrerequisiteJudge, tmp_path: Path
) -> None:
    read(session, vocabulary, judge)
    before = evidence(session)

    read(session, vocabulary, PrerequisiteJudge(tmp_path))

    after = evidence(session)
    assert {ends: after[ends] for ends in before} == before
    assert not read(session, vocabulary, PrerequisiteJudge(tmp_path)).is_changed


def test_what_it_said_of_a_dropped_topic_goes_all_the_same(
    session: Session, vocabulary: Vocabulary, judge: PrerequisiteJudge, tmp_path: Path
) -> None:
    read(session, vocabulary, judge)
    shorter = PAGE.replace(b"## Principal component analysis", b"## Cooking")

    read(session, vocabulary, PrerequisiteJudge(tmp_path), shorter)

    assert not [ends for ends in evidence(session) if "principal" in ends]


def model_piece(confidence: float, prior: float) -> dict[str, object]:
    return {"source": "model", "confidence": confidence, "prior": prior}


def order_piece(confidence: float, source: str = "order") -> dict[str, object]:
    return {"source": source, "confidence": confidence}


@pytest.mark.parametrize(
    ("pieces", "confidence"),
    [
        ([], 0.0),
        ([order_piece(0.5), order_piece(0.5)], 0.75),
        ([model_piece(0.6, 0.2)], 0.6),  # alone, its own probability
        ([order_piece(0.2), model_piece(0.6, 0.2)], 0.6),  # a page that says what was believed anyway adds nothing
        ([order_piece(0.5), model_piece(0.5, 0.2)], 0.8),  # odds 1, times 4
        ([order_piece(0.5), model_piece(0.1, 0.25)], 0.25),  # odds 1, by 3
        ([order_piece(0.8, "stated"), model_piece(0.1, 0.25)], 0.8),  # what is stated is not argued with
        ([order_piece(0.5, "parts"), model_piece(0.1, 0.25)], 0.5),
        ([order_piece(0.5, "parts"), model_piece(0.5, 0.2)], 0.8),
        ([model_piece(0.3, 0.2), model_piece(0.6, 0.2)], 0.6),  # of two pages: one opinion
        ([order_piece(0.9), model_piece(1.0, 0.2)], 0.95),  # certainty is for curators
    ],
)
def test_pieces_of_evidence_are_weighed(pieces: list[dict[str, object]], confidence: float) -> None:
    assert combined(pieces) == pytest.approx(confidence, abs=0.001)
