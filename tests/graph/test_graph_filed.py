"""What is filed under topics, by media type: as a set of pairs tells it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.graph import filed as filed_room
from service.graph.filed import Filed

TOPICS, TYPES = "abcd", ("paper", "video")
PLACES = st.sets(st.tuples(st.sampled_from(TOPICS), st.sampled_from(TYPES), st.integers(1, 30)))
SOME = st.lists(st.sampled_from(TOPICS), min_size=1, unique=True).map(tuple)
ANY = st.lists(st.sampled_from(TYPES), unique=True).map(tuple)


def filed(places: set[tuple[str, str, int]]) -> Filed:
    shelves = {(topic, media_type) for topic, media_type, _ in places}
    return Filed(
        (*shelf, ",".join(str(number) for *where, number in places if tuple(where) == shelf)) for shelf in shelves
    )


@given(PLACES, SOME, ANY)
def test_what_is_under_topics_is_each_of_it_once_in_order(
    places: set[tuple[str, str, int]], topics: tuple[str, ...], types: tuple[str, ...]
) -> None:
    expected = {n for topic, media_type, n in places if topic in topics and (not types or media_type in types)}

    shelves = filed(places)

    assert list(shelves.under(topics, types)) == sorted(expected)
    assert list(shelves.under(topics, types)) == sorted(expected)  # as kept


@given(PLACES, SOME, ANY, st.integers(0, 30), st.integers(1, 10))
def test_each_of_a_stretch_has_the_first_topic_that_it_is_under(
    places: set[tuple[str, str, int]], topics: tuple[str, ...], types: tuple[str, ...], start: int, size: int
) -> None:
    shelves = filed(places)
    stretch = shelves.under(topics, types)[start : start + size]

    found = shelves.topics_of(stretch, topics, types)

    known = {(n, topic) for topic, media_type, n in places if topic in topics and (not types or media_type in types)}
    assert list(found) == [min(topic for n, topic in known if n == number) for number in stretch]


@given(PLACES)
def test_counts_are_of_the_topic_itself(places: set[tuple[str, str, int]]) -> None:
    shelves = filed(places)

    for topic in TOPICS:
        by_type = {one: sum(place[:2] == (topic, one) for place in places) for one in TYPES}
        assert shelves.counts(topic) == {one: count for one, count in by_type.items() if count}
        assert shelves.count(topic) == sum(by_type.values())
        assert shelves.count(topic, "video") == by_type["video"]


def test_unions_stay_right_where_they_are_too_many_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filed_room, "MOST_KEPT", 1)
    shelves = filed({("a", "video", 1), ("b", "video", 2), ("c", "video", 3)})

    asked = [("a", "b"), ("b", "c"), ("a", "c"), ("a", "b")]

    assert [list(shelves.under(topics)) for topics in asked] == [[1, 2], [2, 3], [1, 3], [1, 2]]
