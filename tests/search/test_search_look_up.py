"""What the graph tells of topics and media types is what the database tells of them."""

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog import matches
from service.catalog.wanted import Wanted
from service.search import look_up

INSIDE = ("regularization", "cnn-and-conv2d")
WANTS = [
    Wanted(topics=(INSIDE[:1],)),
    Wanted(topics=(INSIDE,)),
    Wanted(topics=(INSIDE,), media_types=("video",)),
    Wanted(topics=(INSIDE,), media_types=("video", "article")),
    Wanted(topics=(INSIDE,), without_media_types=("video", "article")),
    Wanted(topics=(INSIDE,), media_types=("video",), without_media_types=("video",)),
    Wanted(topics=(INSIDE,), without_topics=INSIDE[1:]),
    Wanted(topics=(INSIDE[:1],), media_types=("slides",)),
    Wanted(topics=(INSIDE[:1], INSIDE[1:])),
    Wanted(topics=(INSIDE,), year_min=2016),
    Wanted(media_types=("video",)),
]


@pytest.mark.parametrize("wanted", WANTS, ids=str)
def test_both_find_the_same(course: Session, wanted: Wanted) -> None:
    for after, limit in ((0, 100), (0, 3), (5, 3)):
        found = look_up.matching(course, graph.current(course), wanted, after, limit)

        assert list(found) == list(matches.matching(course, wanted, after, limit))


def test_the_graph_knows_what_topics_and_media_types_alone_ask_for(course: Session) -> None:
    known = graph.current(course)

    assert [look_up.filed(known, wanted) is None for wanted in WANTS] == [False] * 8 + [True] * 3
    assert len(look_up.filed(known, WANTS[1]) or ()) > 3
