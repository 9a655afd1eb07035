"""The questions that people put to the course page, and what each was understood to mean."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from service.search.answer import Answer

Ask = Callable[..., Answer]

BACKPROP = "backpropagation-and-initialization"
CNN = "cnn-and-conv2d"
GD = "learning-by-gradient-descent"
NN = "single-and-multi-layer-neural-network"
SELU = "scaled-exponential-linear-unit"


@pytest.mark.parametrize(
    ("question", "topics", "media_types", "filters", "total"),
    [
        ("backprop", [BACKPROP], [], {}, 2),
        ("Back-Propagation", [BACKPROP], [], {}, 2),
        ("videos on backprop", [BACKPROP], ["video"], {}, 0),
        ("interactive backprop", [BACKPROP], ["interactive"], {}, 2),
        ("weight initialisation", [BACKPROP], [], {}, 2),
        ("GD", [GD], [], {}, 2),
        ("gradient descent", [GD], [], {}, 2),
        ("how does gradient descent work?", [GD], [], {}, 2),
        ("interactive visualization of gradient descent", [GD], ["interactive"], {}, 1),
        ("gd for nn", ["gd-for-nn"], [], {}, 2),
        ("convnet", [CNN], [], {}, 5),
        ("CNNs, I hate reading", [CNN], [], {}, 3),
        ("convolutional neural networks", [CNN], [], {}, 5),
        ("conv2d code", [CNN], ["code"], {}, 1),
        ("cnn visualizations", [CNN], ["interactive", "static"], {}, 2),
        ("CNN, but no articles", [CNN], [], {}, 3),
        ("BN", ["regularization"], [], {}, 7),
        ("batchnorm papers", ["regularization"], ["paper"], {}, 1),
        ("What is batch normalization?", ["regularization"], [], {}, 7),
        ("drop-out", ["regularization"], [], {}, 7),
        ("regularisation since 2018", ["regularization"], [], {"year_min": 2018}, 1),
        ("SELU", [SELU], [], {}, 1),
        ("self-normalizing networks", [SELU], [], {}, 1),
        ("activation function", ["activation-functions"], [], {}, 2),
        ("nonlinearities", ["activation-functions"], [], {}, 2),
        ("logistic regression videos", ["logistic-regression"], ["video"], {}, 1),
        ("neural nets in Hebrew", [NN], [], {"language": "he"}, 1),
        ("books about neural networks", [NN], ["book"], {}, 2),
        ("3Blue1Brown", [], [], {"author": "3blue1brown"}, 2),
        ("videos by 3Blue1Brown", [], ["video"], {"author": "3blue1brown"}, 2),
        ("neural network video by 3blue1brown", [NN], ["video"], {"author": "3blue1brown"}, 2),
        ("by Goodfellow", [], [], {"author": "goodfellow"}, 1),
        ("books by Ian Goodfellow", [], ["book"], {"author": "ian goodfellow"}, 1),
        ("on Kaggle", [], [], {"host": "kaggle.com"}, 1),
        ("free books", [], ["book"], {"is_free": True}, 1),
        ("videos", [], ["video"], {}, 4),
        ("vids", [], ["video"], {}, 4),
        ("papers from 2016", [], ["paper"], {"year_min": 2016}, 2),
        ("papers before 2018", [], ["paper"], {"year_max": 2017}, 1),
        ("Netflix prize", [], [], {"words": ["netflix", "prize"]}, 1),
        ("Group Normalization", [], [], {"title": "Group Normalization"}, 1),
        ("Singe- and multi-layer neural network", [NN], [], {}, 20),
        ("motivation", ["preface-and-motivation"], [], {}, 8),
    ],
)
def test_a_question_is_understood(
    ask_course: Ask, question: str, topics: list[str], media_types: list[str], filters: dict[str, Any], total: int
) -> None:
    answered = ask_course(question)

    interpretation = answered.interpretation
    assert [topic.id for topic in interpretation.topics] == topics
    assert list(interpretation.media_types) == media_types
    assert interpretation.filters == filters
    assert list(interpretation.unknown_words) == []
    assert answered.total == total


def test_videos_on_backprop_is_answered_as_the_design_shows(ask_course: Ask) -> None:
    answered = ask_course("videos on backprop")

    (topic,) = answered.interpretation.topics
    assert (topic.matched, topic.by, topic.confidence) == ("backprop", "alias", 0.98)
    assert (answered.total, answered.items) == (0, [])
    first = answered.related[0]
    assert json.loads(first.card)["title"] == "Gradient descent, how neural networks learn"
    assert (first.score, first.relation) == (0.81, "topic_requires")
    assert first.why == "filed under GD for NN, which builds on Backpropagation and initialization"
    assert answered.message == (
        "No video is filed under Backpropagation and initialization. "
        "2 videos are close to it; 2 resources of other types are on it."
    )


def test_transformers_gives_nothing_and_says_so(ask_course: Ask) -> None:
    answered = ask_course("transformers")

    assert (answered.items, answered.related, answered.interpretation.intent) == ([], [], "unknown")
    assert answered.interpretation.unknown_words == ("transformers",)
    assert answered.message == ("Nothing here is about “transformers”: no topic, title, author or host has that word.")


def test_what_is_excluded_is_told_apart_from_what_is_asked(ask_course: Ask) -> None:
    interpretation = ask_course("neural networks without dropout, not videos or books").interpretation

    assert [topic.id for topic in interpretation.topics] == [NN]
    assert interpretation.excluded == {"media_types": ["video", "book"], "topics": ["regularization"]}


def test_a_word_that_says_nothing_is_corrected_where_it_then_names_something(ask_course: Ask) -> None:
    interpretation = ask_course("gradient decent").interpretation

    assert [topic.id for topic in interpretation.topics] == [GD]
    assert ask_course("decent videos").interpretation.corrections == ()


def test_backporp_vidoes_is_read_as_meant(ask_course: Ask) -> None:
    interpretation = ask_course("backporp vidoes").interpretation

    assert [(c.written, c.read_as) for c in interpretation.corrections] == [
        ("backporp", "backprop"),
        ("vidoes", "videos"),
    ]
    assert [(topic.id, topic.by) for topic in interpretation.topics] == [(BACKPROP, "correction")]
    assert interpretation.media_types == ("video",)


@pytest.mark.parametrize(
    ("question", "read_as", "titles"),
    [
        ("groupnorm", "group normalization", ["Group Normalization"]),
        ("papers on groupnorms", "group normalization", ["Group Normalization"]),
        ("layernorm", None, []),  # its words stand in one title, but apart
    ],
)
def test_another_name_of_what_a_title_names_is_read_as_that(
    ask_course: Ask, question: str, read_as: str | None, titles: list[str]
) -> None:
    answered = ask_course(question)

    assert next((one.read_as for one in answered.interpretation.corrections), None) == read_as
    assert [json.loads(hit.card)["title"] for hit in answered.items] == titles


@pytest.mark.parametrize(
    ("question", "relation", "place"),
    [
        ("what should I learn before CNN?", "topic_required_by", "9 resources are on what it builds on."),
        ("what comes after backprop?", "topic_requires", "7 resources are on what builds on it."),
        ("videos to watch before CNN", "topic_required_by", "1 video is on what it builds on."),
    ],
)
def test_what_comes_before_or_after_is_related_however_much_is_exact(
    ask_course: Ask, question: str, relation: str, place: str
) -> None:
    answered = ask_course(question)

    assert {near.relation for near in answered.related} == {relation}
    assert answered.message.endswith(place)
