"""The vocabulary is data: it must be whole, and no name may mean two subjects."""

from collections import Counter
from pathlib import Path

import pytest

from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.errors import InvalidInput

CONTRACT = [
    "video",
    "article",
    "paper",
    "book",
    "interactive",
    "static",
    "course",
    "code",
    "dataset",
    "slides",
    "podcast",
    "tool",
    "other",
]
ROLES = {
    "filler",
    "and",
    "or",
    "not",
    "by",
    "from",
    "on",
    "best",
    "newest",
    "oldest",
    "shortest",
    "longest",
    "onward",
    "backward",
    "known",
    "lacking",
    "longer",
    "shorter",
    "since",
    "after",
    "before",
    "until",
    "between",
    "in_year",
    "free",
    "but",
}


def test_the_media_types_are_the_contract_s(vocabulary: Vocabulary) -> None:
    assert list(vocabulary.media_types) == CONTRACT


def test_no_name_stands_in_two_rings_or_twice_in_one(vocabulary: Vocabulary) -> None:
    counts = Counter(fold(name) for ring in vocabulary.synonyms for name in ring)

    assert [name for name, count in counts.items() if count > 1] == []


def test_every_ring_has_two_names_and_none_is_empty(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.synonyms) > 150
    assert [ring for ring in vocabulary.synonyms if len(ring) < 2 or not all(map(fold, ring))] == []


def test_no_synonym_is_also_a_media_type_or_a_filler(vocabulary: Vocabulary) -> None:
    others = {
        **vocabulary.media_type_names,
        **vocabulary.question_words.roles,
        **vocabulary.question_words.media_groups,
    }

    assert {fold(name) for ring in vocabulary.synonyms for name in ring} & others.keys() == set()


@pytest.mark.parametrize(
    ("name", "preferred"),
    [
        ("backprop", "backpropagation"),
        ("gd", "gradient descent"),
        ("convnets", "convolutional neural network"),
        ("bn", "batch normalization"),
    ],
)
def test_a_ring_is_found_by_any_of_its_names(vocabulary: Vocabulary, name: str, preferred: str) -> None:
    assert vocabulary.ring_of(name)[0] == preferred


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Hebrew", "he"),
        ("עברית", "he"),
        ("español", "es"),
        ("EN", "en"),
        ("PT-br", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("tlh", "tlh"),
        ("Klingon", None),
        ("", None),
        ("en-", None),
    ],
)
def test_a_language_is_known_by_its_tag_and_its_names(vocabulary: Vocabulary, name: str, tag: str | None) -> None:
    assert vocabulary.language_named(name) == tag


def test_a_name_in_no_ring_has_none(vocabulary: Vocabulary) -> None:
    assert vocabulary.ring_of("unicorn") == ()


@pytest.mark.parametrize(
    ("name", "media_type"), [("Videos", "video"), ("blog post", "article"), ("E-Book", "book"), ("unicorn", None)]
)
def test_a_media_type_is_known_by_what_people_call_it(
    vocabulary: Vocabulary, name: str, media_type: str | None
) -> None:
    assert vocabulary.media_type_named(name) == media_type


def test_the_roles_of_question_words_are_those_that_search_reads(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.question_words.roles.values()) == ROLES
    assert all(
        types <= vocabulary.media_types.keys() for types in map(set, vocabulary.question_words.media_groups.values())
    )


def test_a_missing_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"media_types\.yaml"):
        load_vocabulary(tmp_path)
