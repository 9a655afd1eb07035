"""A learning path is in order, minimal for what is known, and says why."""

from itertools import count

import orjson
import pytest
from sqlalchemy.orm import Session

from service import graph as graphs
from service.catalog import revisions
from service.catalog.best_resources import Preference
from service.catalog.models import Heading, Page, Prerequisite, Resource, ResourceTopic, Topic, TopicBroader
from service.errors import Gone, NotFound
from service.recommend.path import LearningPath, learning_path


@pytest.fixture
def course(session: Session) -> Session:
    """c builds on b, which is nested in a; resources: two under b, none of a's own, one under c; z is gone."""
    evidence = [
        {"source": "order", "confidence": 0.25, "detail": "taught right after “B”", "page": "p", "line": 5},
        {"source": "mention", "confidence": 0.6, "detail": "mentions “b”: “b first”", "page": "p", "line": 9},
    ]
    session.add(Page(id="p", title="P", source="p.md", sha256=""))
    session.add_all(Topic(id=id, label=id.upper()) for id in "abc")
    session.add(Topic(id="z", label="Z", status="gone"))
    session.flush()
    session.add_all(
        _heading(place, id, broader) for place, (id, broader) in enumerate([("a", None), ("b", "a"), ("c", None)])
    )
    session.add(TopicBroader(topic_id="b", broader_id="a", position=0))
    session.add(Prerequisite(prerequisite_id="b", dependent_id="c", kind="inferred", status="accepted", confidence=0.7,
                             evidence=evidence))  # fmt: skip
    numbers = count(1)
    for topic, media_type, language, minutes in [
        ("b", "article", None, 7),
        ("b", "video", "he", 5),
        ("c", "book", None, None),
    ]:
        number = next(numbers)
        card = orjson.dumps({"id": f"r{number}", "duration_minutes": minutes}).decode()
        session.add(Resource(number=number, id=f"r{number}", url="", host="", title="", media_type=media_type,
                             language=language, card=card, duration_minutes=minutes))  # fmt: skip
        session.flush()
        session.add(ResourceTopic(topic_id=topic, resource_number=number, media_type=media_type))
    revisions.advance(session, "ada", "test", "page:p", {})
    session.flush()
    return session


def _heading(place: int, id: str, broader: str | None) -> Heading:
    return Heading(page_id="p", topic_id=id, broader_id=broader, position=place, line=1, level=1, raw=id, label=id)


def plan(session: Session, target: str, known: tuple[str, ...] = (), prefer: Preference | None = None) -> LearningPath:
    return learning_path(session, graphs.current(session), target, known, prefer or Preference())


def chosen(found: LearningPath) -> list[tuple[str, str | None]]:
    return [(step.topic, step.resource and orjson.loads(step.resource)["id"]) for step in found.items]


def test_each_step_has_a_resource_and_a_reason_from_the_surest_evidence(course: Session) -> None:
    found = plan(course, "c")

    assert chosen(found) == [("b", "r1"), ("c", "r3")]
    assert found.items[0].reason.why == "C builds on it: mentions “b”: “b first” (p, line 9)."
    assert found.items[1].reason.why == "This is the target."
    assert [orjson.loads(card)["id"] for card in found.items[0].alternatives] == ["r2"]


def test_the_time_is_that_of_the_chosen_resources_whose_duration_is_known(course: Session) -> None:
    whole, rest = plan(course, "c"), plan(course, "c", known=("b",))

    assert (whole.total_minutes, whole.untimed_steps) == (7, 1)
    assert (rest.total_minutes, rest.untimed_steps) == (None, 1)


@pytest.mark.parametrize(
    ("prefer", "first"),
    [
        (Preference(media_types=("video",)), "r2"),
        (Preference(media_types=("podcast",)), "r1"),  # nothing is one: the order of the page
        (Preference(language="he"), "r2"),
        (Preference(max_minutes=5), "r2"),
        (Preference(max_minutes=4), "r1"),  # neither is as short
        (Preference(language="en", media_types=("video",)), "r1"),  # a language that one cannot read weighs more
    ],
)
def test_preferences_choose_among_a_topics_resources(course: Session, prefer: Preference, first: str) -> None:
    assert chosen(plan(course, "c", prefer=prefer))[0] == ("b", first)


def test_the_target_shows_no_resource_that_one_of_its_parts_shows(course: Session) -> None:
    found = plan(course, "a")

    assert chosen(found) == [("b", "r1"), ("a", None)]
    assert found.items[0].reason.why == "Part of A."


def test_a_whole_whose_parts_are_no_steps_shows_theirs(course: Session) -> None:
    course.add(Prerequisite(prerequisite_id="a", dependent_id="c", kind="curated", status="accepted", confidence=1.0))
    course.flush()

    found = plan(course, "c", known=("b",))

    assert chosen(found) == [("a", "r1"), ("c", "r3")]
    assert found.items[0].reason.why == "C builds on it."


@pytest.mark.parametrize(("target", "known", "error"), [("x", (), NotFound), ("c", ("x",), NotFound), ("z", (), Gone)])
def test_what_is_no_topic_is_an_error(
    course: Session, target: str, known: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(course, target, known)
