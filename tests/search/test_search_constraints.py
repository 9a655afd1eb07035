"""What a question narrows its answer to: numbers, makers, places, lectures, levels; and what it does not want."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.catalog import models
from service.search.answer import Answer

Ask = Callable[..., Answer]


def titles(answered: Answer) -> list[str]:
    return [json.loads(hit.card)["title"] for hit in answered.items]


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("soil under 20 minutes", {"minutes_max": 20}),
        ("soil videos of at most 10 min", {"minutes_max": 10}),
        ("soil in less than an hour", {"minutes_max": 60}),
        ("soil longer than 2 hours", {"minutes_min": 120}),
        ("a 5 minute video on soil", {"minutes_max": 5}),
        ("short videos on soil", {"minutes_max": 15}),
        ("two videos on soil", {"count": 2}),
        ("3 free books on soil", {"count": 3, "is_free": True}),
        ("the best soil book", {"best": True}),
        ("soil for beginners", {"level": "beginner"}),
        ("advanced soil", {"level": "advanced"}),
        ("soil from the 1990s", {"year_min": 1990, "year_max": 1999}),
        ("soil on medium.com", {"host": "medium.com"}),
        ("soil by Ada Green", {"author": "ada green"}),
        ("I don't know soil, can I learn mulching?", {"lacking": ["soil"]}),
        ("can I learn mulching without soil?", {"lacking": ["soil"]}),
        ("soil by Ada Green in 2019", {"author": "ada green", "year_min": 2019, "year_max": 2019}),
        ("soil by Ada Green from 2018", {"author": "ada green", "year_min": 2018}),
    ],
)
def test_constraints_and_wishes_are_understood(ask: Ask, question: str, filters: dict[str, Any]) -> None:
    interpretation = ask(question).interpretation

    assert interpretation.filters == filters
    assert interpretation.unknown_words == ()


@pytest.mark.parametrize("question", ["the earth in five minutes", "two unicorns", "short soil", "an hour of soil"])
def test_numbers_that_bound_nothing_are_words_or_nothing(ask: Ask, question: str) -> None:
    filters = ask(question).interpretation.filters

    assert filters.keys() <= {"words"}


@pytest.mark.parametrize(
    ("question", "excluded", "found"),
    [
        ("soil, not videos", {"media_types": ["video"]}, ["The soil handbook", "Erde verstehen"]),
        ("soil except Medium", {"hosts": ["medium.com"]}, ["Soil in five minutes", "The soil handbook"]),
        ("soil but not by Ada Green", {"words": ["ada green"]}, ["The soil handbook", "Erde verstehen"]),
        ("soil without handbooks", {"words": ["handbooks"]}, ["Soil in five minutes", "Erde verstehen"]),
        ("soil, not in German", {"languages": ["de"]}, ["Soil in five minutes", "The soil handbook"]),
        ("books on soil without elves", {"words": ["elves"]}, ["The soil handbook"]),
        ("soil not by Green and not on Medium", {"hosts": ["medium.com"], "words": ["green"]}, ["The soil handbook"]),
    ],
)  # fmt: skip
def test_what_is_not_wanted_is_left_out(ask: Ask, question: str, excluded: dict[str, Any], found: list[str]) -> None:
    answered = ask(question)

    assert answered.interpretation.excluded == excluded
    assert titles(answered) == found


@pytest.mark.parametrize(
    ("question", "hosts", "found"),
    [
        ("soil on Medium or YouTube", ["medium.com", "youtube.com"], ["Erde verstehen"]),
        ("on medium and youtube", ["medium.com", "youtube.com"], ["Erde verstehen", "Mulch like a pro"]),
        ("videos on Medium or YouTube", ["medium.com", "youtube.com"], ["Mulch like a pro"]),
        ("articles by Bo Brown on Medium or YouTube", ["medium.com", "youtube.com"], []),
        ("trees on garden.example or medium", ["medium.com", "garden"],
         ["Oak care", "Tree atlas", "Maples in spring", "A history of soil science"]),
    ],
)  # fmt: skip
def test_several_places_are_alternatives(ask: Ask, question: str, hosts: list[str], found: list[str]) -> None:
    answered = ask(question)

    assert answered.interpretation.filters["hosts"] == hosts
    assert titles(answered) == found


def test_a_publisher_with_several_hosts_is_meant_with_all(ask: Ask) -> None:
    assert ask("soil on GitHub").interpretation.filters["host"] == "github.com"  # not gist.github.com alone


def test_a_duration_must_be_stated(garden: Session, ask: Ask) -> None:
    garden.execute(update(models.Resource).where(models.Resource.number == 1).values(duration_minutes=5))
    garden.commit()

    assert titles(ask("soil under 10 minutes")) == ["Soil in five minutes"]
    assert titles(ask("soil under 4 minutes")) == []


def test_a_length_is_told_and_relaxed(ask: Ask) -> None:
    answered = ask("soil under 10 minutes except Medium")

    (near, *_) = [one for one in answered.related if one.relation == "other_length"]
    assert near.why == "filed under Soil, but not known to take at most 10 minutes"
    assert answered.message.startswith("No resource of at most 10 minutes outside medium.com is filed under Soil.")


def test_a_lecture_is_asked_for_by_its_topics(garden: Session, ask: Ask) -> None:
    garden.execute(update(models.Topic).where(models.Topic.id == "composting").values(lecture=3))
    garden.commit()

    answered = ask("articles from lecture 3")

    assert [(topic.id, topic.by) for topic in answered.interpretation.topics] == [("composting", "lecture")]
    assert titles(answered) == ["Heaps and layers"]


def test_a_lecture_that_there_is_not_is_not_understood(ask: Ask) -> None:
    answered = ask("articles from lecture 9")

    assert answered.interpretation.unknown_words == ("lecture", "9")
    assert answered.items == []


@pytest.mark.parametrize(
    ("question", "topic", "by"),
    [
        ("grafting and pruning", ["pruning-and-grafting"], "alias"),
        ("mul ching", ["mulching"], "label"),
        ("com posting", ["composting"], "label"),
    ],
)
def test_names_are_found_in_another_order_and_written_apart(ask: Ask, question: str, topic: list[str], by: str) -> None:
    found = ask(question).interpretation.topics

    assert [(one.id, one.by) for one in found] == [(topic[0], by)]


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("soilmulching", {}),  # too short a half to be told
        ("mulchingcomposting", {"mulchingcomposting": "mulching composting"}),
        ("compostng mulchng", {"compostng": "composting", "mulchng": "mulching"}),
        ("hanbook", {"hanbook": "handbook"}),  # of a title
        ("soil handbooker", {}),  # another ending is another word
    ],
)
def test_slips_are_corrected_in_names_and_titles(ask: Ask, question: str, read_as: dict[str, str]) -> None:
    corrections = ask(question).interpretation.corrections

    assert {one.written: one.read_as for one in corrections} == read_as


def test_corrections_can_be_switched_off(ask: Ask) -> None:
    answered = ask("compostng", correct=False)

    assert answered.interpretation.corrections == ()
    assert answered.interpretation.unknown_words == ("compostng",)
