"""Questions that describe a topic without naming it: the model supposes which one, and says how surely."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from service.ask import Library, Question, Reply, reply
from service.config import bundled
from service.inference.judge import LazyEmbedder
from service.search import Retrieval
from service.search.before import from_json
from service.search.index.follow import bring_up_to_date
from service.search.index.write import Place

GD = "learning-by-gradient-descent"
CNN = "cnn-and-conv2d"
Talk = Callable[..., Reply]


@pytest.fixture(scope="module")
def retrieval(course: Session, tmp_path_factory: pytest.TempPathFactory) -> Retrieval:
    """The course page's index, with the vectors of the bundled model."""
    folder: Path = tmp_path_factory.mktemp("index")
    embedder = LazyEmbedder(bundled("data") / "models")
    bring_up_to_date(Place(folder, sessionmaker(course.get_bind())), embedder)
    return Retrieval(folder, embedder)


@pytest.fixture
def talk(library: Library, retrieval: Retrieval) -> Talk:
    """One question after the other; the reply to the last one."""

    def talk_about(*questions: str) -> Reply:
        before = None
        for question in questions:
            replied = reply(replace(library, retrieval=retrieval), Question(question, before))
            before = from_json(json.loads(json.dumps(replied.meant.as_json())))
        return replied

    return talk_about


@pytest.mark.parametrize(
    ("questions", "intent", "topic"),
    [
        (["how weights get updated"], "find_resources", GD),
        (["what do I need before learning how weights get updated"], "prerequisites", GD),
        (["sliding a filter over an image"], "find_resources", CNN),
        (["papers on sliding a filter over an image", "and videos?"], "find_resources", CNN),
        (["sliding a filter over an image", "what comes before that?"], "prerequisites", CNN),
        (["preventing overfitting"], "find_resources", "regularization"),
        (["videos on sliding a filter over an image, not CNN"], "find_resources", None),
        (["how do convolutional layers work exactly?"], "define", CNN),  # a title has each word, none has both
        (["prerequisites of convolutional layers"], "prerequisites", CNN),
        (["path to convolutional layers"], "path", CNN),
        (["convolutional layers in theory", "and videos?"], "find_resources", CNN),
        (["how to cook pasta"], "unknown", None),
        (["videos on quantum computing"], "find_resources", None),
    ],
)
def test_a_description_may_be_about_a_topic(talk: Talk, questions: list[str], intent: str, topic: str | None) -> None:
    understood = talk(*questions).interpretation

    assert understood.intent == intent
    assert [(one.id, one.by) for one in understood.topics] == ([(topic, "meaning")] if topic else [])
    assert all(0.4 <= one.confidence < 1 for one in understood.topics)


def test_what_is_supposed_is_said_to_be_and_nothing_of_it_is_exact(talk: Talk) -> None:
    told = talk("videos on how weights get updated")

    sentences = told.claims[0].text.split(". ")
    assert sentences[0] == "“weights” and “updated” are not known here, so nothing meets the whole question"
    assert sentences[1].startswith("This may be about Learning by Gradient Descent, by its meaning (likelihood 0")
    assert "No video is filed under Learning by Gradient Descent" in told.answer
    assert told.claims[1].text == (
        "“Gradient descent, how neural networks learn” (video, by 3Blue1Brown) is filed under GD for NN, "
        "which builds on Learning by Gradient Descent."
    )
    assert (
        "“GD algorithm” (article, by RealPython) is filed under Learning by Gradient Descent, but of another"
        in told.answer
    )


def test_a_way_to_what_is_supposed_says_so_first(talk: Talk) -> None:
    told = talk("learning path to sliding a filter over an image")

    assert told.path
    assert told.path.items[-1].topic == CNN
    assert [claim.text[:30] for claim in told.claims[:2]] == [
        "“sliding”, “filter” and “image",
        "This may be about CNN and Conv",
    ]


def test_where_no_topic_is_supposed_one_constraint_is_relaxed_all_the_same(talk: Talk) -> None:
    told = talk("slides on recognising things with filters")

    assert told.interpretation.topics == ()
    assert told.claims[0].text.endswith("resources are close to it, but of another media type.")
    assert (
        "“CNN Explainer” (interactive visualization) is close in meaning to the question, but of another" in told.answer
    )
