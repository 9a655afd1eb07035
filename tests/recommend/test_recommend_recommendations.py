"""What is recommended: ready first, unlike each other, for a reason; what each part of the decision does."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service import graph as graphs
from service.catalog import events, revisions
from service.catalog.best_resources import Preference
from service.catalog.events import Event, EventLimits
from service.catalog.models import Heading, Page, Prerequisite, Resource, ResourceTopic, Topic
from service.recommend.diversity import Features, diversified
from service.recommend.learner import Learner, with_events
from service.recommend.reach import topics_in_reach
from service.recommend.recommendations import Recommendation, recommend

MODEL = "none@0"


def add_topic(session: Session, id: str, needs: Sequence[str] = (), any_of: str | None = None) -> None:
    """A topic in teaching order with a video and an article; `needs` are its accepted prerequisites."""
    position = session.query(Heading).count()
    session.add(Topic(id=id, label=id.upper()))
    session.flush()
    session.add(Heading(page_id="p", topic_id=id, position=position, line=1, level=1, raw=id, label=id))
    for place, media_type in enumerate(("video", "article")):
        number = 10 * (position + 1) + place
        _add_resource(session, number, id, media_type)
    for before in needs:
        session.add(Prerequisite(prerequisite_id=before, dependent_id=id, kind="curated", status="accepted",
                                 confidence=1.0, any_of=any_of))  # fmt: skip
    session.flush()


def _add_resource(session: Session, number: int, topic: str, media_type: str) -> None:
    card: dict[str, Any] = {
        "id": f"{topic}-{media_type}", "title": f"{topic} {media_type}", "media_type": media_type, "language": None,
        "is_free": None, "duration_minutes": None, "authors": [], "notes": [],
        "topics": [{"id": topic, "label": topic}],
    }  # fmt: skip
    session.add(Resource(number=number, id=card["id"], url="", host="", title=card["title"], media_type=media_type,
                         card=orjson.dumps(card).decode()))  # fmt: skip
    session.flush()
    session.add(ResourceTopic(topic_id=topic, resource_number=number, media_type=media_type))


@pytest.fixture
def course(session: Session) -> Session:
    """a; b needs a; c needs b, or else d; e needs nothing and is taught last."""
    session.add(Page(id="p", title="P", source="p.md", sha256=""))
    session.flush()
    add_topic(session, "a")
    add_topic(session, "b", ["a"])
    add_topic(session, "d")
    add_topic(session, "c", ["b", "d"], any_of="x")
    add_topic(session, "e")
    revisions.advance(session, "ada", "test", "page:p", {})
    session.commit()
    return session


def ask(session: Session, learner: Learner, limit: int = 20) -> list[Recommendation]:
    return list(recommend(session, graphs.current(session), learner, limit, MODEL).items)


def topics(found: Sequence[Recommendation]) -> list[str]:
    return list(dict.fromkeys(one.topic for one in found))


def test_what_one_is_ready_for_comes_first_and_what_is_known_not_at_all(course: Session) -> None:
    found = ask(course, Learner(known=("a",)))

    assert topics(found)[0] == "b"
    assert {one.topic for one in found} == {"b"}  # c is two steps away, and nothing leads to d and e


def test_of_alternatives_one_that_is_known_is_enough(course: Session) -> None:
    found = ask(course, Learner(known=("d",)))

    assert topics(found) == ["c"]
    assert found[0].why == "Ready to learn: “C” builds on “D”, which you know."


def test_what_is_lacking_is_named_with_its_alternatives(course: Session) -> None:
    found = ask(course, Learner(known=("e",), goals=("c",)))

    assert topics(found) == ["d", "c"]  # one topic less than by way of a and b
    assert found[0].why == "A place to begin: “D” needs nothing else first. It is on the way to “C”."
    assert found[-1].why == "For later: “C” needs “B” or “D” first. This is your goal."


def test_who_is_new_begins_in_teaching_order_with_different_topics_and_types(course: Session) -> None:
    found = ask(course, Learner(), limit=3)

    assert topics(found) == ["a", "d"]
    assert {orjson.loads(one.resource)["media_type"] for one in found} == {"video", "article"}


def test_what_nothing_known_leads_to_is_ranked_as_it_is_taught(course: Session) -> None:
    found = ask(course, Learner(known=("e",)))

    assert topics(found) == ["a", "d"]
    assert all(0 < one.score <= 1 for one in found)


def test_wishes_decide_among_equals(course: Session) -> None:
    found = ask(course, Learner(known=("a",), prefer=Preference(media_types=("article",))))

    assert orjson.loads(found[0].resource)["media_type"] == "article"


def test_who_asks_for_a_type_gets_it_from_every_topic(course: Session) -> None:
    found = ask(course, Learner(prefer=Preference(media_types=("article",))), limit=3)

    assert {orjson.loads(one.resource)["media_type"] for one in found} == {"article"}


def test_what_was_looked_at_and_is_too_early_leads_to_what_it_needs(course: Session) -> None:
    found = ask(course, Learner(seen=("b-video",)))

    assert topics(found) == ["a", "b"]


def test_events_are_knowledge_taste_and_dislike(course: Session) -> None:
    done = [
        Event("topic:a", "completed"),
        Event("resource:b-video", "completed"),
        Event("resource:c-video", "viewed"),
        Event("resource:e-video", "rated", 1),
        Event("resource:d-video", "rated", 5),
    ]
    events.record(course, "ada", done, EventLimits())

    learner = with_events(course, Learner(id="ada"))

    assert learner.known == ("a",)
    assert set(learner.completed) == {"b-video", "d-video"}
    assert (learner.seen, learner.disliked) == (("c-video",), ("e-video",))
    assert learner.hidden == {"b-video", "d-video", "c-video", "e-video"}


def test_events_of_what_is_gone_are_passed_over(course: Session) -> None:
    events.record(course, "ada", [Event("topic:gone", "completed"), Event("resource:gone", "viewed")], EventLimits())

    assert ask(course, Learner(id="ada"))


def test_where_nothing_leads_on_places_to_begin_are_in_reach(course: Session) -> None:
    given_graph = graphs.current(course)

    assert topics_in_reach(given_graph, {"a", "b", "c", "d"}, (), ("c",)) == ("e",)


def test_the_same_question_has_the_same_answer(course: Session) -> None:
    assert ask(course, Learner(known=("a",))) == ask(course, Learner(known=("a",)))


def _features(rows: Sequence[tuple[str, str]]) -> Features:
    vectors = np.zeros((len(rows), 2), np.float32)
    return Features(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), vectors)


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.floats(0, 1), st.booleans()), min_size=1, max_size=12
)


@settings(deadline=None)
@given(ROWS, st.integers(1, 12))
def test_whatever_is_like_whatever_ready_comes_first(rows: list[tuple[str, str, float, bool]], limit: int) -> None:
    is_ready = np.array([row[3] for row in rows])

    chosen = diversified(np.array([row[2] for row in rows]), is_ready, _features([row[:2] for row in rows]), limit)

    assert len(set(chosen)) == len(chosen) == min(limit, len(rows))
    ready = [bool(is_ready[place]) for place in chosen]
    assert ready == sorted(ready, reverse=True)
    assert sum(ready) == min(limit, int(is_ready.sum()))


def test_the_second_is_rather_unlike_the_first_than_a_little_better() -> None:
    rows = [("a", "video"), ("a", "video"), ("b", "article")]

    chosen = diversified(np.array([1.0, 0.9, 0.7]), np.array([True] * 3), _features(rows), 3)

    assert chosen == [0, 2, 1]
