"""The prerequisite model: a consistent, calibrated judgement of pairs, and the pairs a teacher would draw."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.config import bundled
from service.errors import InvalidInput, ModelUnavailable
from service.inference.embedder import Embedder, load_embedder
from service.inference.prerequisites import (
    BASE_RATE,
    WEIGHTS,
    Estimates,
    PrerequisiteModel,
    load_prerequisite_model,
    save_prerequisite_model,
)
from service.inference.topic_features import TopicText, describe, words_of

MODELS = bundled("data") / "models"
# What the course page teaches, in its order; the labels that a page without context gives are qualified.
COURSE = (
    "Logistic regression",
    "Learning by gradient descent",
    "Single- and multi-layer neural network",
    "Activation functions",
    "Backpropagation and initialization",
    "Scaled exponential linear unit (SELU)",
    "CNN and Conv2D",
)
TEACHERS_PAIRS = (
    ("Logistic regression", "Single- and multi-layer neural network"),
    ("Learning by gradient descent", "Backpropagation and initialization"),
    ("Activation functions", "Scaled exponential linear unit (SELU)"),
    ("Activation functions", "Backpropagation and initialization"),
    ("Single- and multi-layer neural network", "CNN and Conv2D"),
    ("Backpropagation and initialization", "CNN and Conv2D"),
)
# Pairs of other subjects, from labels alone.
PLAIN_PAIRS = (
    ("linear algebra", "principal component analysis"),
    ("probability", "naive Bayes"),
    ("gradient descent", "backpropagation"),
    ("neural network", "convolutional neural network"),
    ("activation functions", "scaled exponential linear unit"),
    ("introduction to databases", "advanced databases"),
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(MODELS)


@pytest.fixture(scope="module")
def model() -> PrerequisiteModel:
    return load_prerequisite_model(MODELS)


def _judge(
    model: PrerequisiteModel, embedder: Embedder, pairs: list[tuple[TopicText, TopicText]], base_rate: float = BASE_RATE
) -> Estimates:
    topics = describe(embedder, [topic for pair in pairs for topic in pair])
    return model.estimate(topics, np.arange(2 * len(pairs)).reshape(-1, 2), base_rate)


def _labels(*pairs: tuple[str, str]) -> list[tuple[TopicText, TopicText]]:
    return [(TopicText(a), TopicText(b)) for a, b in pairs]


@pytest.mark.parametrize(("before", "after"), TEACHERS_PAIRS)
def test_the_course_pages_topics_come_in_the_teachers_order(
    model: PrerequisiteModel, embedder: Embedder, before: str, after: str
) -> None:
    first, second = (TopicText(label, position=COURSE.index(label)) for label in (before, after))

    estimates = _judge(model, embedder, [(first, second), (second, first)])

    assert estimates.forward[0] > 0.5
    assert estimates.probability[0] > 0.35
    assert estimates.probability[1] < 0.25


@pytest.mark.parametrize(("before", "after"), PLAIN_PAIRS)
def test_labels_alone_tell_which_comes_first(
    model: PrerequisiteModel, embedder: Embedder, before: str, after: str
) -> None:
    estimates = _judge(model, embedder, _labels((before, after), (after, before)))

    assert estimates.forward[0] > 0.5
    assert estimates.probability[0] > estimates.probability[1]


def test_probabilities_are_of_the_size_of_what_they_promise(model: PrerequisiteModel, embedder: Embedder) -> None:
    """On our own curriculum, which the model was fitted to; benchmarks/ has sets that it was not."""
    lines = (MODELS / "prerequisites" / "curriculum.txt").read_text(encoding="utf-8").splitlines()
    needs = {topic: rest.split("; ") for topic, _, rest in (line.partition(": ") for line in lines if line[:1] != "#")}
    topics = [topic for topic in needs if topic]
    rows = {topic: row for row, topic in enumerate(topics)}
    true = [(rows[before], rows[topic]) for topic in topics for before in needs[topic] if before]
    random = np.random.default_rng(1).integers(len(topics), size=(len(true), 2))

    link, direction = model.log_odds(
        describe(embedder, [TopicText(topic) for topic in topics]), np.array([*true, *random])
    )

    probability = 1 / (1 + np.exp(-link - direction))
    is_true = np.arange(len(probability)) < len(true)
    for tenth in np.array_split(np.argsort(probability), 10):
        assert probability[tenth].mean() == pytest.approx(is_true[tenth].mean(), abs=0.15)


def test_topics_of_unrelated_subjects_are_no_prerequisites(model: PrerequisiteModel, embedder: Embedder) -> None:
    unrelated = _labels(("speech synthesis", "french cooking"), ("history of the Netflix prize", "backpropagation"))

    assert (_judge(model, embedder, unrelated).probability < 0.2).all()


@settings(max_examples=25, deadline=None)
@given(labels=st.lists(st.text(max_size=40), min_size=2, max_size=5), base_rate=st.floats(0.01, 0.49))
def test_the_two_directions_and_neither_exclude_each_other(
    model: PrerequisiteModel, embedder: Embedder, labels: list[str], base_rate: float
) -> None:
    topics = describe(embedder, [TopicText(label, position=place % 3) for place, label in enumerate(labels)])
    pairs = np.array([(i, j) for i in range(len(labels)) for j in range(len(labels)) if i != j])

    there, back = (model.estimate(topics, order, base_rate) for order in (pairs, pairs[:, ::-1]))

    assert (there.probability >= 0).all()
    assert (there.probability + back.probability <= 1 + 1e-9).all()
    assert there.forward + back.forward == pytest.approx(np.ones(len(pairs)))
    sure = np.abs(there.forward - 0.5) > 1e-6
    assert ((there.forward > 0.5) == (there.probability > back.probability))[sure].all()


def test_more_expected_prerequisites_make_each_more_probable(model: PrerequisiteModel, embedder: Embedder) -> None:
    pairs = _labels(*PLAIN_PAIRS)

    few, many = (_judge(model, embedder, pairs, base_rate) for base_rate in (0.05, 0.4))

    assert (few.probability < many.probability).all()
    assert few.forward == pytest.approx(many.forward)


def test_standing_first_on_the_page_speaks_for_coming_first(model: PrerequisiteModel, embedder: Embedder) -> None:
    unknown, before, after = (
        _judge(model, embedder, [(TopicText("clustering", position=a), TopicText("data mining", position=b))])
        for a, b in ((None, 2), (1, 2), (2, 1))
    )

    assert after.forward[0] < unknown.forward[0] < before.forward[0]


def test_aliases_and_titles_say_what_a_bare_label_does_not(model: PrerequisiteModel, embedder: Embedder) -> None:
    bare = TopicText("Overview")
    told = TopicText("Overview", aliases=("neural network overview",), titles=("But what is a neural network?",))
    cnn = TopicText("convolutional neural network")

    estimates = _judge(model, embedder, [(bare, cnn), (told, cnn)])

    assert estimates.probability[1] > estimates.probability[0]


def test_words_are_compared_in_the_singular_without_small_words() -> None:
    assert words_of("The basics of neural networks") == {"basic", "neural", "network"}
    assert words_of("loss and bias") == {"loss", "bias"}


def test_no_topics_have_no_estimates(model: PrerequisiteModel, embedder: Embedder) -> None:
    estimates = model.estimate(describe(embedder, []), np.empty((0, 2), np.int64))

    assert estimates.probability.shape == estimates.forward.shape == (0,)


@pytest.mark.parametrize("base_rate", [0.0, 0.5, -1.0, float("nan")])
def test_a_base_rate_out_of_bounds_is_refused(model: PrerequisiteModel, embedder: Embedder, base_rate: float) -> None:
    with pytest.raises(InvalidInput, match="base rate"):
        _judge(model, embedder, _labels(("a", "b")), base_rate)


def test_saved_weights_judge_alike(model: PrerequisiteModel, embedder: Embedder, tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).parent.mkdir()
    save_prerequisite_model(tmp_path, model)

    again = load_prerequisite_model(tmp_path)

    pairs = _labels(*PLAIN_PAIRS)
    assert (_judge(again, embedder, pairs).probability == _judge(model, embedder, pairs).probability).all()


def test_missing_weights_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"weights\.npz.*missing"):
        load_prerequisite_model(tmp_path)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_damaged_weights_are_refused_by_name(tmp_path: Path, place: float) -> None:
    content = bytearray((MODELS / WEIGHTS).read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    (tmp_path / WEIGHTS).parent.mkdir()
    (tmp_path / WEIGHTS).write_bytes(content)

    with pytest.raises(ModelUnavailable, match=r"weights\.npz"):
        load_prerequisite_model(tmp_path)


def test_weights_of_another_embedder_are_refused(model: PrerequisiteModel, tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).parent.mkdir()
    save_prerequisite_model(tmp_path, replace(model, embedder_sha256="0" * 64))

    with pytest.raises(ModelUnavailable, match="another embedder"):
        load_prerequisite_model(tmp_path)
