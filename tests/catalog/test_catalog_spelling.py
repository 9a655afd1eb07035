"""Words of resources, as the correction of slips looks them up, on both databases."""

import pytest
from sqlalchemy.orm import Session

from service.catalog import models
from service.catalog.spelling import words_among, words_beside

WORDS = (("compost", "title"), ("compote", "author"), ("com", "host"))


@pytest.fixture
def words(session: Session) -> Session:
    values = {"id": "r1", "url": "https://a.example/1", "host": "a.example", "title": "T", "media_type": "video"}
    session.add(models.Resource(number=1, card="{}", **values))
    session.flush()
    session.add_all(models.ResourceWord(word=word, field=field, resource_number=1) for word, field in WORDS)
    session.flush()
    return session


def test_words_of_titles_and_makers_are_known_and_those_of_hosts_are_not(words: Session) -> None:
    asked = ["compost", "compote", "com", 'comp"; -- \\', *(f"word{i}" for i in range(2_000))]

    assert words_among(words, asked) == {"compost", "compote"}


def test_a_word_stands_between_those_that_begin_most_as_it_does(words: Session) -> None:
    beside = words_beside(words, ["composr", "compost", "aa", "zz"])

    assert beside == {
        "composr": ["com", "compost"],
        "compost": ["compost", "compote"],
        "aa": ["com"],
        "zz": ["compote"],
    }
