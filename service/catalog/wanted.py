"""What a question asks of a resource: the values, and the shape that a statement for them has."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from service.catalog.plurals import singular

# Asked of the resource itself.
PLAIN = ("language", "without_language", "year_min", "year_max", "minutes_min", "minutes_max", "is_free")

Words = tuple[tuple[str, str], ...]  # (field, word); the field "" is any of them


class Wanted(NamedTuple):
    """What a resource must meet, all of it. A tuple: questions make and compare several, which takes no time so."""

    topics: tuple[tuple[str, ...], ...] = ()  # under one of each group
    without_topics: tuple[str, ...] = ()  # under none
    media_types: tuple[str, ...] = ()  # one of these
    without_media_types: tuple[str, ...] = ()
    words: Words = ()
    any_words: tuple[Words, ...] = ()  # all words of one of these
    without_words: tuple[Words, ...] = ()  # not all words of any of these
    language: str | None = None
    without_language: str | None = None
    year_min: int | None = None
    year_max: int | None = None
    minutes_min: float | None = None
    minutes_max: float | None = None
    is_free: bool = False  # True: stated to be free


EVERYTHING = Wanted()


class Shape(NamedTuple):
    """What a `Wanted` has, without its values: wants of one shape share a statement."""

    topics: tuple[int, ...]  # how many there are in each group
    without_topics: int
    media_types: int
    without_media_types: int
    word_fields: tuple[str, ...]
    any_word_fields: tuple[tuple[str, ...], ...]
    without_word_fields: tuple[tuple[str, ...], ...]
    plain: tuple[str, ...]


def shape(wanted: Wanted) -> Shape:
    """The shape of a `Wanted`. Topics are counted in powers of two: with 33 and with 60 they share a statement."""
    return Shape(
        tuple(_padded(len(group)) for group in wanted.topics),
        _padded(len(wanted.without_topics)),
        len(wanted.media_types),
        len(wanted.without_media_types),
        tuple(field for field, _ in wanted.words),
        tuple(tuple(field for field, _ in words) for words in wanted.any_words),
        tuple(tuple(field for field, _ in words) for words in wanted.without_words),
        tuple(name for name in PLAIN if getattr(wanted, name) not in (None, False)),
    )


def values(wanted: Wanted) -> dict[str, Any]:
    """The values by the names that the shape's statement gives them."""
    named: dict[str, Any] = {name: value for name in PLAIN[:-1] if (value := getattr(wanted, name)) is not None}
    for i, group in enumerate(wanted.topics):
        _number(named, f"topic{i}_", group + group[-1:] * (_padded(len(group)) - len(group)))
    if wanted.without_topics:
        without = wanted.without_topics
        _number(named, "not_topic_", without + without[-1:] * (_padded(len(without)) - len(without)))
    _number(named, "type_", wanted.media_types)
    _number(named, "not_type_", wanted.without_media_types)
    _name_words(named, "", wanted.words)
    for i, words in enumerate(wanted.any_words):
        _name_words(named, f"any{i}_", words)
    for i, words in enumerate(wanted.without_words):
        _name_words(named, f"not{i}_", words)
    return named


def _name_words(named: dict[str, Any], name: str, words: Words) -> None:
    _number(named, f"{name}word_", [word for _, word in words])
    _number(named, f"{name}stem_", [singular(word) for _, word in words])


def _padded(count: int) -> int:
    return count and 1 << (count - 1).bit_length()


def _number(named: dict[str, Any], name: str, several: Sequence[str]) -> None:
    for i, value in enumerate(several):
        named[f"{name}{i}"] = value
