"""The small parts of understanding: plurals, years, phrases, and what is kept of a revision."""

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog import models
from service.catalog.names import fold
from service.catalog.plurals import singular
from service.catalog.vocabulary import Vocabulary
from service.search.completions import completions_of
from service.search.phrases import phrases_of
from service.search.years import Year, bounds


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("network", "networks"),
        ("library", "libraries"),
        ("loss", "losses"),
        ("batch", "batches"),
        ("box", "boxes"),
        ("function", "functions"),
        ("size", "sizes"),
        ("cnn", "cnns"),
    ],
)
def test_singular_and_plural_share_a_form(one: str, several: str) -> None:
    assert singular(one) == singular(several)


@pytest.mark.parametrize("word", ["analysis", "corpus", "class", "gas", "ss", "s", ""])
def test_words_that_end_in_s_by_nature_stay(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([], (None, None)),
        ([Year(2018, "")], (2018, 2018)),
        ([Year(2018, "in_year")], (2018, 2018)),
        ([Year(2018, "since")], (2018, None)),
        ([Year(2018, "by")], (2018, None)),
        ([Year(2018, "after")], (2019, None)),
        ([Year(2018, "before")], (None, 2017)),
        ([Year(2018, "until")], (None, 2018)),
        ([Year(2015, "between"), Year(2018, "")], (2015, 2018)),
        ([Year(2015, "by"), Year(2018, "")], (2015, 2018)),
        ([Year(2018, ""), Year(2015, "")], (2015, 2018)),
        ([Year(2015, "after"), Year(2018, "before")], (2016, 2017)),
    ],
)
def test_years_become_bounds(years: list[Year], expected: tuple[int | None, int | None]) -> None:
    assert bounds(years) == expected


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("pruning and grafting", [("topic", "pruning and grafting")]),
        ("pruning and oaks", [("topic", "pruning"), ("role", "and"), ("topic", "oaks")]),
        ("blog posts on oak", [("media_type", "blog posts"), ("role", "on"), ("topic", "oak")]),
        ("stack overflow", [("platform", "stack overflow")]),
        ("in german 1999", [("role", "in"), ("language", "german"), ("year", "1999")]),
        ("1899 soils", [("word", "1899"), ("topic", "soils")]),
    ],
)
def test_the_longest_phrase_wins(
    garden: Session, vocabulary: Vocabulary, question: str, parts: list[tuple[str, str]]
) -> None:
    phrases = phrases_of(graph.current(garden), vocabulary)

    assert [(part.kind, part.text) for part in phrases.cut(fold(question).split())] == parts


def test_phrases_are_made_once_for_each_graph(garden: Session, vocabulary: Vocabulary) -> None:
    current = graph.current(garden)

    assert phrases_of(current, vocabulary) is phrases_of(current, vocabulary)
    assert completions_of(current) is completions_of(current)


def test_a_new_revision_is_asked_by_its_new_names(garden: Session, vocabulary: Vocabulary) -> None:
    before = phrases_of(graph.current(garden), vocabulary)

    garden.add(models.TopicName(topic_id="soil", name="dirt", folded="dirt", kind="synonym"))
    garden.execute(models.Revision.__table__.update().values(number=1))
    garden.commit()
    after = phrases_of(graph.current(garden), vocabulary)

    assert [part.kind for part in before.cut(["dirt"])] == ["word"]
    assert [part.kind for part in after.cut(["dirt"])] == ["topic"]
