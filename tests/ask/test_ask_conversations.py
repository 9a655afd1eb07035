"""Questions that lean on the one before."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.ask import Library, Question, Reply, reply

Talk = Callable[..., Reply]

BACKPROP = "backpropagation-and-initialization"
CNN = "cnn-and-conv2d"
MEDIUM_OR_WIKIPEDIA = ["medium.com", "wikipedia.org"]


@pytest.mark.parametrize(
    ("questions", "intent", "topics", "media_types", "filters"),
    [
        (["videos on backprop", "and papers?"], "find_resources", [BACKPROP], ["paper"], {}),
        (["videos on backprop", "and CNNs?"], "find_resources", [CNN], ["video"], {}),
        (["videos on backprop", "what about articles on CNN"], "find_resources", [CNN], ["article"], {}),
        (["CNN", "easier"], "find_resources", [CNN], [], {"level": "beginner"}),
        (["CNN", "only free ones"], "find_resources", [CNN], [], {"is_free": True}),
        (["CNN", "not articles"], "find_resources", [CNN], [], {}),
        (["CNN", "in Hebrew please"], "find_resources", [CNN], [], {"language": "he"}),
        (["CNN since 2019", "and videos?"], "find_resources", [CNN], ["video"], {"year_min": 2019}),
        (["CNN videos", "by 3Blue1Brown"], "find_resources", [CNN], ["video"], {"author": "3blue1brown"}),
        (["CNN", "videos by 3Blue1Brown"], "find_resources", [], ["video"], {"author": "3blue1brown"}),
        (["books by Goodfellow", "what is on Kaggle?"], "find_resources", [], [], {"host": "kaggle.com"}),
        (["CNN", "what comes before that?"], "prerequisites", [CNN], [], {}),
        (["CNN", "what next?"], "prerequisites", [CNN], [], {}),
        (["CNN", "show me"], "demo", [CNN], [], {}),
        (["CNN", "how many of them are videos?"], "count", [CNN], ["video"], {}),
        (["on Medium or Wikipedia", "and papers?"], "find_resources", [], ["paper"], {"hosts": MEDIUM_OR_WIKIPEDIA}),
        (["what comes before CNN?", "and backprop?"], "prerequisites", [BACKPROP], [], {}),
        (["CNN", "list all videos"], "list", [], ["video"], {}),
        (["CNN", "how many videos are there?"], "count", [], ["video"], {}),
        (["CNN", "what topics are there?"], "list", [], [], {}),
        (["CNN", "videos on backprop"], "find_resources", [BACKPROP], ["video"], {}),
        (["CNN", "thanks", "and videos?"], "find_resources", [CNN], ["video"], {}),
        (["CNN", "transformers"], "unknown", [], [], {}),
        (["CNN", "the newest ones", "more"], "find_resources", [CNN], [], {"newest": True}),
    ],
)
def test_what_a_question_leaves_out_is_what_was_asked_before(
    talk: Talk, questions: list[str], intent: str, topics: list[str], media_types: list[str], filters: dict[str, Any]
) -> None:
    understood = talk(*questions).interpretation

    assert (understood.intent, [topic.id for topic in understood.topics]) == (intent, topics)
    assert (list(understood.media_types), understood.filters) == (media_types, filters)


def test_what_is_taken_over_says_so(talk: Talk) -> None:
    (topic,) = talk("CNN", "and videos?").interpretation.topics

    assert (topic.by, topic.confidence) == ("conversation", 1.0)


def test_more_goes_on_until_all_was_shown(talk: Talk) -> None:
    asked = ["neural networks, oldest first", *["more"] * 4]

    replies = [talk(*asked[:turn]) for turn in range(1, 6)]

    shown = [one for replied in replies for one in shown_by(replied)]
    assert len(set(shown)) == len(shown) == 20
    assert replies[4].answer == "That was all."


def test_more_goes_on_behind_what_was_looked_through(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.ask.answering.LOOKED_THROUGH", 3)

    shown = [*shown_by(talk("CNN")), *shown_by(talk("CNN", "more"))]

    assert len(set(shown)) == len(shown) == 5
    assert talk("CNN", "more", "more").answer == "That was all."


def test_another_is_one_that_was_not_shown(talk: Talk) -> None:
    first = talk("neural networks")
    another = talk("neural networks", "another one")
    video = talk("neural networks", "another one", "another video")

    assert len(another.resources) == len(video.resources) == 1
    assert not set(shown_by(first)) & {*shown_by(another), *shown_by(video)}
    assert json.loads(video.resources[0])["media_type"] == "video"


def shown_by(replied: Reply) -> list[str]:
    return [json.loads(card)["title"] for card in replied.resources]


@pytest.mark.parametrize("question", ["the second one?", "tell me more about the 2nd", "and #2?", "who made number 2"])
def test_what_was_shown_can_be_pointed_at(talk: Talk, question: str) -> None:
    shown = shown_by(talk("CNN"))

    replied = talk("CNN", question)

    assert shown_by(replied) == [shown[1]]
    assert (replied.interpretation.intent, replied.interpretation.filters) == ("define", {"place": [2]})
    assert replied.claims[0].text.startswith(f"“{shown[1]}” (article")
    assert all(claim.citations for claim in replied.claims)


def test_what_was_shown_and_is_gone_leaves_the_others_in_their_places(library: Library, talk: Talk) -> None:
    shown = talk("CNN")
    before = replace(shown.meant, shown=("gone", *shown.meant.shown[1:]))

    first, second = (reply(library, Question(f"the {place} one", before)) for place in ("first", "second"))

    assert first.answer == "What was shown in that place is no longer here."
    assert shown_by(second) == [shown_by(shown)[1]]


@pytest.mark.parametrize(
    ("questions", "title"),
    [
        (["CNN", "the first one", "and the last?"], "Convolution arithmetic"),
        (["neural networks", "how long is the first video?"], "But what is a neural network?"),
        (["neural networks", "הסרטון הראשון"], "But what is a neural network?"),
        (["neural networks", "more", "the first"], "TensorFlow Playground"),
    ],
)
def test_one_is_pointed_at_among_what_was_shown_last(talk: Talk, questions: list[str], title: str) -> None:
    assert shown_by(talk(*questions)) == [title]


@pytest.mark.parametrize(
    ("questions", "topic"),
    [
        (["path to CNN", "the second one?"], "learning-by-gradient-descent"),
        (["path to CNN", "step 2", "and step 4"], BACKPROP),
        (["what topics are there?", "tell me about the last topic"], CNN),
        (["path to CNN", "the second one?", "and papers?"], "learning-by-gradient-descent"),
    ],
)
def test_a_step_that_is_pointed_at_is_its_topic(talk: Talk, questions: list[str], topic: str) -> None:
    assert [one.id for one in talk(*questions).interpretation.topics] == [topic]


@pytest.mark.parametrize(
    ("questions", "answer"),
    [
        (["the second one?"], "Nothing was shown yet that this could mean."),
        (["another one"], "Nothing was shown yet that this could mean."),
        (["thanks", "more"], "Nothing was shown yet that this could mean."),
        (["CNN", "the seventh"], "The last answer showed 5 resources, and so none in that place."),
        (["CNN", "the first paper"], "The last answer showed no paper, and so none in that place."),
        (["path to CNN", "step 9"], "The last answer showed 5 topics, and so none in that place."),
        (["what topics are there?", "the ninth"], "The last answer showed 4 topics, and so none in that place."),
    ],
)
def test_where_nothing_is_pointed_at_the_reply_says_so(talk: Talk, questions: list[str], answer: str) -> None:
    assert talk(*questions).answer.startswith(answer)


@pytest.mark.parametrize("question", ["what should I learn first?", "the first video on CNN", "the last 5 years"])
def test_an_ordinal_does_not_always_point(talk: Talk, question: str) -> None:
    assert "place" not in talk("CNN", question).interpretation.filters


@pytest.mark.parametrize(
    ("questions", "topics"),
    [
        (["what builds on backprop?", "and then?"], [CNN, "gd-for-nn"]),
        (["what comes before CNN?", "and before that?"], ["single-and-multi-layer-neural-network-overview", BACKPROP]),
        (["path to CNN", "and then?"], [CNN]),
        (["what comes before CNN?", "and after that?"], [CNN]),
        (["backprop", "tell me more"], [BACKPROP]),
    ],
)
def test_who_asks_on_asks_about_what_was_told_last(talk: Talk, questions: list[str], topics: list[str]) -> None:
    assert [topic.id for topic in talk(*questions).interpretation.topics] == topics


def test_a_first_question_may_look_like_a_further_one(talk: Talk) -> None:
    assert talk("and papers?").interpretation.media_types == ("paper",)
    assert talk("easier").answer


@pytest.mark.parametrize(
    ("questions", "text"),
    [
        (
            ["CNN explainer", "who made it?"],
            "“CNN Explainer” (interactive visualization) is filed under CNN and Conv2D.",
        ),
        (["newest papers", "the second one", "is it free?"], "“On Large-Batch Training for Deep Learning:"),
        (["CNN explainer", "is there something similar?"], "These are most like “CNN Explainer”."),
        (["something similar to the CNN Explainer"], "These are most like “CNN Explainer”."),
    ],
)
def test_it_is_the_resource_that_was_looked_at_last(talk: Talk, questions: list[str], text: str) -> None:
    assert talk(*questions).claims[0].text.startswith(text)


def test_what_is_asked_of_one_resource_narrows_nothing(talk: Talk) -> None:
    asked = talk("newest papers", "the second one", "is it free?", "any older ones?").interpretation

    assert (asked.filters, list(asked.media_types)) == ({"oldest": True}, ["paper"])


def test_nothing_is_it_where_several_were_shown(talk: Talk) -> None:
    assert talk("CNN", "who made it?").claims[0].text == "5 resources are filed under CNN and Conv2D."
