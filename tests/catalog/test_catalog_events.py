"""What learners did is kept without their ids, the last of its kind, and within bounds."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.catalog import events
from service.catalog.events import Event, EventLimits, Opinion
from service.catalog.models import LearnerEvent, now

LIMITS = EventLimits()


def done(session: Session, learner: str, *subjects: str, limits: EventLimits = LIMITS) -> int:
    return events.record(session, learner, [Event(subject, "completed") for subject in subjects], limits)


def test_what_a_learner_did_is_told_the_latest_first(session: Session) -> None:
    done(session, "ada", "topic:gd")
    events.record(session, "ada", [Event("resource:r", "rated", 4)], LIMITS)
    done(session, "bob", "topic:cnn")

    assert events.of_learner(session, "ada") == [Event("resource:r", "rated", 4), Event("topic:gd", "completed")]


def test_the_last_rating_counts(session: Session) -> None:
    events.record(session, "ada", [Event("resource:r", "rated", 2)], LIMITS)

    kept = events.record(session, "ada", [Event("resource:r", "rated", 3), Event("resource:r", "rated", 5)], LIMITS)

    assert kept == 1
    assert events.of_learner(session, "ada") == [Event("resource:r", "rated", 5)]


def test_no_id_is_kept(session: Session) -> None:
    done(session, "ada@example.org", "topic:gd")

    row = session.scalars(select(LearnerEvent)).one()

    assert "ada" not in row.learner


def test_a_learner_can_be_forgotten(session: Session) -> None:
    done(session, "ada", "topic:gd", "topic:cnn")
    done(session, "bob", "topic:gd")

    assert events.forget(session, "ada") == 2
    assert events.of_learner(session, "ada") == []
    assert len(events.of_learner(session, "bob")) == 1


def test_of_one_learner_the_oldest_events_go(session: Session) -> None:
    limits = EventLimits(of_one_learner=2)
    for subject in "abc":
        kept = done(session, "ada", subject, limits=limits)

    assert kept == 2
    assert [event.subject for event in events.of_learner(session, "ada")] == ["c", "b"]


def test_in_all_the_oldest_events_go(session: Session) -> None:
    for learner in ("ada", "bob", "eve"):
        done(session, learner, "a", limits=EventLimits(in_all=2))

    assert [len(events.of_learner(session, learner)) for learner in ("ada", "bob", "eve")] == [0, 1, 1]


def test_what_is_too_old_goes_when_anything_is_recorded(session: Session) -> None:
    done(session, "ada", "a")
    session.execute(update(LearnerEvent).values(at=now() - timedelta(days=31)))

    done(session, "bob", "b", limits=EventLimits(keep_days=30))

    assert events.of_learner(session, "ada") == []


def test_what_others_did_who_did_the_same_is_counted_without_oneself(session: Session) -> None:
    for learner in ("ada", "bob", "eve"):
        done(session, learner, "a", "b")
    events.record(session, "bob", [Event("c", "rated", 5)], LIMITS)
    events.record(session, "eve", [Event("c", "rated", 4)], LIMITS)
    events.record(session, "ada", [Event("d", "viewed")], LIMITS)

    assert events.done_by_the_same(session, ["a"], ["b", "c", "d"], "ada") == {"b": 2, "c": 2}
    assert events.done_by_the_same(session, ["a"], ["b"]) == {"b": 3}


def test_what_a_single_learner_did_is_told_to_nobody(session: Session) -> None:
    done(session, "ada", "a", "b")
    events.record(session, "ada", [Event("b", "rated", 5)], LIMITS)

    assert events.done_by_the_same(session, ["a"], ["b"]) == {}
    assert events.opinions(session, ["b"]) == {}


def test_opinions_of_several_are_put_together(session: Session) -> None:
    events.record(session, "ada", [Event("b", "rated", 5)], LIMITS)
    events.record(session, "bob", [Event("b", "rated", 2), Event("b", "completed")], LIMITS)
    done(session, "ada", "c")
    done(session, "bob", "c")

    found = events.opinions(session, ["b", "c"])

    assert found["b"] == Opinion(completions=0, ratings=2, mean_rating=pytest.approx(3.5))  # only bob completed it
    assert found["c"] == Opinion(completions=2, ratings=0, mean_rating=None)
