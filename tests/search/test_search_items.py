"""Items are exact: every constraint of the question holds."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from service.errors import NotFound
from service.search.answer import Answer

Ask = Callable[..., Answer]


def titles(hits: Sequence[Any]) -> list[str]:
    return [json.loads(hit.card)["title"] for hit in hits]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("soil", ["Soil in five minutes", "The soil handbook", "Erde verstehen"]),
        ("EARTH!", ["Soil in five minutes", "The soil handbook", "Erde verstehen"]),
        ("videos on soil", ["Soil in five minutes"]),
        ("a soil video, please", ["Soil in five minutes"]),
        ("books or videos about soil", ["Soil in five minutes", "The soil handbook"]),
        ("something to read about soil", ["The soil handbook", "Erde verstehen"]),
        ("soil, but not videos", ["The soil handbook", "Erde verstehen"]),
        ("soil without books or videos", ["Erde verstehen"]),
        ("anything on soil except articles", ["Soil in five minutes", "The soil handbook"]),
        ("no videos about soil", ["The soil handbook", "Erde verstehen"]),
        ("soil in German", ["Erde verstehen"]),
        ("soil since 2019", ["Soil in five minutes", "Erde verstehen"]),
        ("soil after 2019", ["Erde verstehen"]),
        ("soil before 2019", ["The soil handbook"]),
        ("soil from 2005 to 2019", ["Soil in five minutes", "The soil handbook"]),
        ("soil between 2019 and 2021", ["Soil in five minutes", "Erde verstehen"]),
        ("soil 2021", ["Erde verstehen"]),
        ("free stuff on soil", ["Soil in five minutes"]),
        ("soil by Ada Green", ["Soil in five minutes"]),
        ("soil by Brown", ["The soil handbook"]),
        ("papers by Grun", ["Maples in spring"]),
        ("what is there on Medium?", ["Erde verstehen"]),
        ("on YouTube", ["Mulch like a pro"]),
        ("mulch on YouTube", ["Mulch like a pro"]),
        ("trees", ["Oak care", "Tree atlas", "Maples in spring", "A history of soil science"]),
        ("tree", ["Oak care", "Tree atlas", "Maples in spring", "A history of soil science"]),
        ("articles about trees", ["Oak care", "A history of soil science"]),
        ("trees but not oaks", ["Tree atlas", "Maples in spring", "A history of soil science"]),
        ("oaks or maples", ["Oak care", "Maples in spring"]),
        ("oaks and trees", ["Oak care"]),
        ("grafting", ["Step by step"]),
        ("prunning", ["Step by step"]),
        ("videos", ["Soil in five minutes", "Mulch like a pro"]),
        ("interactives", ["Tree atlas"]),
        ("since 2021", ["Erde verstehen"]),
        ("heaps", ["Heaps and layers"]),
        ("layer heap", ["Heaps and layers"]),
        ("atlas of trees", ["Tree atlas"]),
        ("history of soil", ["A history of soil science"]),
    ],
)
def test_items_meet_every_constraint(ask: Ask, question: str, expected: list[str]) -> None:
    answered = ask(question)

    assert titles(answered.items) == expected
    assert answered.total == len(expected)


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"media_types": ("video", "book")}, ["Soil in five minutes", "The soil handbook"]),
        ({"language": "de"}, ["Erde verstehen"]),
        ({"year_min": 2020}, ["Erde verstehen"]),
        ({"topic": "trees"}, []),
    ],
)
def test_the_caller_narrows_what_the_question_asks(ask: Ask, narrowed: dict[str, Any], expected: list[str]) -> None:
    assert titles(ask("soil", **narrowed).items) == expected


def test_the_caller_may_name_the_topic_and_the_question_the_type(ask: Ask) -> None:
    answered = ask("articles", topic="Oaks")

    assert titles(answered.items) == ["Oak care"]
    assert [(topic.id, topic.by) for topic in answered.interpretation.topics] == [("oaks", "parameter")]


def test_a_type_that_contradicts_the_caller_s_is_met_by_nothing(ask: Ask) -> None:
    answered = ask("videos on soil", media_types=("book",))

    assert (answered.items, answered.related) == ([], [])
    assert "different media types" in answered.message


def test_a_topic_that_does_not_exist_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound, match="no topic 'weather'"):
        ask("videos", topic="weather")


def test_a_long_answer_comes_in_stretches_that_join_without_gap(ask: Ask) -> None:
    whole = titles(ask("trees").items)

    first = ask("trees", limit=3)
    second = ask("trees", limit=3, after=first.next_after)

    assert titles(first.items) + titles(second.items) == whole
    assert (first.total, second.total, second.next_after) == (4, 4, None)


def test_each_item_says_why_it_is_there(ask: Ask) -> None:
    assert [hit.why for hit in ask("articles about trees").items] == [
        "filed under Oaks, which is part of Trees",
        "filed under Trees",
    ]
    assert ask("soil by Brown").items[0].why == "filed under Soil; by “brown”"
    assert ask("history of soil").items[0].why == "its title has “soil”; with “history” in its title, author or host"


def test_what_is_hidden_is_never_found(ask: Ask) -> None:
    assert "Secret soil" not in titles(ask("soil").items) + titles(ask("secret").items)


def test_an_answer_names_its_revision_and_repeats_the_question(ask: Ask) -> None:
    answered = ask("Soil?")

    assert (answered.query, answered.revision) == ("Soil?", 0)
