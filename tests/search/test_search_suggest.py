"""Suggestions complete any word of a name: topics, media types, titles, authors."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog.vocabulary import Vocabulary
from service.search import Suggestion, suggest
from service.search.answer import Answer

Ask = Callable[..., Answer]
Complete = Callable[..., tuple[Suggestion, ...]]


@pytest.fixture
def complete(garden: Session, vocabulary: Vocabulary) -> Complete:
    return lambda text, limit=10: suggest(garden, graph.current(garden), vocabulary, text, limit)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mul", [("topic", "Mulching"), ("resource", "Mulch like a pro")]),
        ("ear", [("topic", "earth")]),
        ("GRAF", [("topic", "grafting")]),
        ("and gr", [("topic", "Pruning and grafting")]),
        ("vid", [("media_type", "Videos")]),
        ("tutor", [("media_type", "Articles")]),
        ("ada", [("author", "Ada Green")]),
        ("gru", [("author", "Cy Grün")]),
        ("five min", [("resource", "Soil in five minutes")]),
        ("minutes soil f", [("resource", "Soil in five minutes")]),
        ("zebra", []),
        ("", []),
        (" !? ", []),
    ],
)
def test_what_was_typed_is_completed(complete: Complete, typed: str, expected: list[tuple[str, str]]) -> None:
    names = [found for found in complete(typed) if found.kind != "question"]

    assert [(found.kind, found.text) for found in names] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("what is mul", ["what is Mulching?"]),
        ("videos on oa", ["videos on Oaks"]),
        ("free books on prun", ["free books on Pruning and grafting"]),
        ("oaks vs ma", ["oaks vs Maples"]),
        ("what sh", ["what should I know before Mulching?"]),
        ("mulch", ["what is Mulching?", "what should I know before Mulching?"]),
        ("unicorns on mul", []),
        ("w", []),
    ],
)
def test_whole_questions_are_completed(complete: Complete, typed: str, expected: list[str]) -> None:
    assert [found.text for found in complete(typed) if found.kind == "question"] == expected


@pytest.mark.parametrize("typed", ["what is mul", "what should i know before o", "videos on oa", "mulch"])
def test_a_question_that_is_suggested_is_understood(ask: Ask, complete: Complete, typed: str) -> None:
    for suggested in complete(typed):
        if suggested.kind == "question":
            understood = ask(suggested.text).interpretation
            assert understood.topics
            assert not understood.unknown_words


def test_a_part_is_shown_with_the_topic_that_it_is_part_of(complete: Complete) -> None:
    found = complete("graft")[0]

    assert (found.id, found.label, found.detail) == (
        "pruning-and-grafting",
        "Pruning and grafting",
        "part of Pruning and grafting",
    )


def test_a_printed_typo_is_never_suggested(complete: Complete) -> None:
    assert complete("prun")[0].text == "Pruning and grafting"
    assert complete("prunn") == ()


def test_topics_leave_room_for_the_others(complete: Complete) -> None:
    kinds = [found.kind for found in complete("s", limit=4)]
    assert kinds.count("topic") < 4

    assert [found.kind for found in complete("soil", limit=2)] == ["topic", "resource"]


def test_no_more_than_the_limit_is_suggested(complete: Complete) -> None:
    assert len(complete("so", limit=2)) == 2


def test_bat_completes_batch_normalization_as_part_of_regularization(course: Session, vocabulary: Vocabulary) -> None:
    found = suggest(course, graph.current(course), vocabulary, "bat", 10)

    assert (found[0].kind, found[0].text, found[0].label) == ("topic", "batch normalization", "Regularization")
    assert found[0].detail == "part of Regularization"
