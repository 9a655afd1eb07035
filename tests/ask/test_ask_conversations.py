"""Questions that lean on the one before."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from service.ask import Reply

Talk = Callable[..., Reply]

BACKPROP = "backpropagation-and-initialization"
CNN = "cnn-and-conv2d"


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
        (["what comes before CNN?", "and backprop?"], "prerequisites", [BACKPROP], [], {}),
        (["CNN", "list all videos"], "list", [], ["video"], {}),
        (["CNN", "how many videos are there?"], "count", [], ["video"], {}),
        (["CNN", "what topics are there?"], "list", [], [], {}),
        (["CNN", "videos on backprop"], "find_resources", [BACKPROP], ["video"], {}),
        (["CNN", "thanks", "and videos?"], "find_resources", [CNN], ["video"], {}),
        (["CNN", "transformers"], "unknown", [], [], {}),
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
    first = talk("neural networks")
    more = talk("neural networks", "more")

    assert first.meant.after is None
    assert more.answer == "That was all."


def test_more_shows_what_was_not_shown(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.ask.answering.LOOKED_THROUGH", 3)

    first, more = talk("CNN"), talk("CNN", "more")

    shown = [json.loads(card)["id"] for card in (*first.resources, *more.resources)]
    assert len(set(shown)) == len(shown) == 5


def test_a_first_question_may_look_like_a_further_one(talk: Talk) -> None:
    assert talk("and papers?").interpretation.media_types == ("paper",)
    assert talk("easier").answer
