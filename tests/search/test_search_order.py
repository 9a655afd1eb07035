"""The newest, oldest, shortest or longest come first, as far as pages state years and lengths; what is not is said."""

import json
from collections.abc import Callable

import pytest

from service.search.answer import Answer

Ask = Callable[..., Answer]


def titles(answered: Answer) -> list[str]:
    return [json.loads(hit.card)["title"] for hit in answered.items]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("newest on soil", ["Erde verstehen", "Soil in five minutes", "The soil handbook"]),
        ("the oldest resources on soil", ["The soil handbook", "Soil in five minutes", "Erde verstehen"]),
        ("earliest articles", ["Oak care", "Erde verstehen", "Heaps and layers", "A history of soil science"]),
    ],
)
def test_what_is_asked_for_first_comes_first_on_every_database(ask: Ask, question: str, found: list[str]) -> None:
    assert titles(ask(question)) == found


def test_an_order_goes_on_from_stretch_to_stretch(ask: Ask) -> None:
    first = ask("oldest", limit=2)
    second = ask("oldest", limit=2, after=first.next_after)

    assert titles(first) + titles(second) == titles(ask("oldest"))[:4]
    assert ask("oldest", limit=10).next_after is None


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("newest on soil", "3 resources are filed under Soil. The newest come first."),
        (
            "oldest articles",
            "4 articles are here. 2 of them state a year and come first, the oldest before the others.",
        ),
        ("shortest video on soil", "1 video is filed under Soil. No page says how long it takes."),
        (
            "longest resource on soil",
            "3 resources are filed under Soil. No page says how long any of them takes, so which is longest is not "
            "known; they stand as the pages list them.",
        ),
    ],
)
def test_how_far_an_order_can_be_heeded_is_said(ask: Ask, question: str, message: str) -> None:
    assert ask(question).message.startswith(message)


def test_the_shortest_is_the_one_whose_length_is_stated(ask_course: Ask) -> None:
    answered = ask_course("shortest video")

    assert titles(answered)[0] == "Understanding Binary Cross-Entropy / Log Loss in 5 minutes"
    assert "1 of them states a length and comes first" in answered.message
