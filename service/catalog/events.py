"""What learners did, anonymous and bounded: the ids that clients give are kept as hashes, and the oldest events go.

An event is no part of the catalog's revision. Its subject is "resource:<id>" or "topic:<id>".
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, and_, case, delete, distinct, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from service.catalog.models import LearnerEvent, now

KINDS = ("viewed", "completed", "rated")
HIGHEST_RATING = 5
LIKED_FROM = 4  # stars
MOST_SHARED = 100  # of a learner's latest subjects that are compared with others'
FEWEST_LEARNERS = 2  # what only one did is told to nobody

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_PLAIN = {"synchronize_session": False}  # no object of the session is kept in step with the statement


@dataclass(frozen=True)
class Event:
    """One thing that a learner did with a subject; `rating` is 1..5 where the kind is "rated"."""

    subject: str
    kind: str
    rating: int | None = None


@dataclass(frozen=True)
class EventLimits:
    """How long and how many events are kept."""

    keep_days: float = 365.0
    in_all: int = 200_000
    of_one_learner: int = 2_000


@dataclass(frozen=True)
class Opinion:
    """What learners together made of a subject."""

    completions: int
    ratings: int
    mean_rating: float | None  # 1..5


def record(session: Session, learner: str, events: Iterable[Event], limits: EventLimits) -> int:
    """Keep what a learner did, the last of its kind for each subject; let go what exceeds the limits.

    `events` is at least one. Returns how many of this learner are kept.
    """
    hashed, at = _hash(learner), now()
    latest = {(event.subject, event.kind): event.rating for event in events}
    rows = [
        {"learner": hashed, "subject": subject, "kind": kind, "rating": rating, "at": at}
        for (subject, kind), rating in sorted(latest.items())  # in one order: writers must not wait for each other
    ]
    insert = _INSERT[session.get_bind().dialect.name](LearnerEvent)
    again = {"rating": insert.excluded.rating, "at": insert.excluded.at}
    session.execute(insert.on_conflict_do_update(index_elements=["learner", "subject", "kind"], set_=again), rows)
    _let_go(session, hashed, limits)
    return _count(session, LearnerEvent.learner == hashed)


def forget(session: Session, learner: str) -> int:
    """Drop all that a learner did; returns how many events that was."""
    return _delete(session, LearnerEvent.learner == _hash(learner))


def of_learner(session: Session, learner: str) -> Sequence[Event]:
    """What a learner did, the latest first."""
    rows = session.execute(
        select(LearnerEvent.subject, LearnerEvent.kind, LearnerEvent.rating)
        .where(LearnerEvent.learner == _hash(learner))
        .order_by(LearnerEvent.at.desc(), LearnerEvent.number.desc())
    )
    return [Event(*row) for row in rows]


def done_by_the_same(
    session: Session, subjects: Sequence[str], candidates: Collection[str], learner: str | None = None
) -> Mapping[str, int]:
    """By candidate: how many learners finished or liked it who finished or liked one of the subjects too.

    Without the learner who asks; candidates of fewer than `FEWEST_LEARNERS` are left out.
    """
    shared, theirs = aliased(LearnerEvent), aliased(LearnerEvent)
    learners = func.count(distinct(theirs.learner))
    query = (
        select(theirs.subject, learners)
        .join(shared, shared.learner == theirs.learner)
        .where(shared.subject.in_(subjects[:MOST_SHARED]), _is_good(shared))
        .where(theirs.subject.in_(candidates), _is_good(theirs))
        .where(theirs.learner != _hash(learner or ""))
        .group_by(theirs.subject)
        .having(learners >= FEWEST_LEARNERS)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def opinions(session: Session, subjects: Collection[str]) -> Mapping[str, Opinion]:
    """What learners together made of these, by subject; what fewer than `FEWEST_LEARNERS` did counts as nothing."""
    completions = func.sum(case((LearnerEvent.kind == "completed", 1), else_=0))
    ratings = func.count(LearnerEvent.rating)
    query: Select[Any] = (
        select(LearnerEvent.subject, completions, ratings, func.avg(LearnerEvent.rating))
        .where(LearnerEvent.subject.in_(subjects))
        .group_by(LearnerEvent.subject)
        .having(or_(completions >= FEWEST_LEARNERS, ratings >= FEWEST_LEARNERS))
    )
    return {subject: _opinion(int(done), rated, mean) for subject, done, rated, mean in session.execute(query)}


def _opinion(completions: int, ratings: int, mean_rating: Any) -> Opinion:
    """Each learner completes or rates a thing once, so these count learners."""
    told = completions if completions >= FEWEST_LEARNERS else 0
    return Opinion(told, ratings, float(mean_rating)) if ratings >= FEWEST_LEARNERS else Opinion(told, 0, None)


def _is_good(event: Any) -> ColumnElement[bool]:
    return or_(event.kind == "completed", and_(event.kind == "rated", event.rating >= LIKED_FROM))


def _let_go(session: Session, hashed: str, limits: EventLimits) -> None:
    _delete(session, LearnerEvent.at < now() - timedelta(days=limits.keep_days))
    own = LearnerEvent.learner == hashed
    if _count(session, own) > limits.of_one_learner:
        _delete(session, LearnerEvent.number.in_(_oldest_beyond(limits.of_one_learner).where(own)))
    if _count(session) > limits.in_all:
        _delete(session, LearnerEvent.number.in_(_oldest_beyond(limits.in_all)))


def _oldest_beyond(kept: int) -> Select[int]:
    return select(LearnerEvent.number).order_by(LearnerEvent.at.desc(), LearnerEvent.number.desc()).offset(kept)


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.execute(select(func.count()).select_from(LearnerEvent).where(*conditions)).scalar_one()


def _delete(session: Session, condition: ColumnElement[bool]) -> int:
    done = session.execute(delete(LearnerEvent).where(condition), execution_options=_PLAIN)
    return done.rowcount if isinstance(done, CursorResult) else 0


def _hash(learner: str) -> str:
    """Whoever reads the database alone does not find the id that a client gave."""
    return hashlib.sha256(learner.encode("utf-8", "surrogatepass")).hexdigest()
