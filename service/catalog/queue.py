"""What needs a person, as one list: questions that were asked, and prerequisites that nobody is sure of.

Worst first: by how sure we are of what the catalog assumes until somebody decides, then by kind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from service.catalog.facts import UNSURE_MEDIA_TYPE, WEAK_TITLE
from service.catalog.models import Heading, Mention, Page, Prerequisite, Proposal, Resource, Topic
from service.catalog.refresh import batches

PREREQUISITE = "prerequisite"
KINDS = (  # of two that are as doubtful, the one that hurts learners more comes first
    "pending_removal",
    "broken_link",
    "hidden_link",
    "malformed_link",
    "moved_link",
    "media_type",
    "weak_title",
    "same_resource",
    "same_topic",
    PREREQUISITE,
)
STATUSES = ("open", "approved", "rejected", "closed")
UNSURE_EDGE = 0.6  # an inferred prerequisite that was accepted, and is less sure than this, is worth a look


@dataclass(frozen=True)
class QueueFilter:
    """What the list is narrowed to."""

    kinds: tuple[str, ...] = ()  # all
    page: str | None = None
    status: str = "open"
    host: str | None = None  # of the resource that is asked about
    proposed: str | None = None  # what an approval puts in place: a media type, a URL, the id of the other one
    least_confidence: float = 0.0  # the confidence is this at least


class Place(NamedTuple):
    """Where something stands in the list; `number` is that of the row in its table."""

    confidence: float
    rank: int  # of its kind in KINDS
    number: int

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return KINDS[self.rank]


def places(session: Session, wanted: QueueFilter, after: Place | None, limit: int) -> list[Place]:
    """The places that follow `after`, the worst first."""
    listed = _all(wanted).subquery()
    columns = (listed.c.confidence, listed.c.rank, listed.c.number)
    statement = select(*columns).order_by(*columns).limit(limit)
    if wanted.kinds:
        statement = statement.where(listed.c.rank.in_(map(KINDS.index, wanted.kinds)))
    if after is not None:
        statement = statement.where(tuple_(*columns) > tuple_(*map(literal, after)))
    return [Place(*row) for row in session.execute(statement)]


def counts(session: Session, wanted: QueueFilter) -> dict[str, int]:
    """How many there are of each kind, whatever kinds the filter names; the most first."""
    listed = _all(wanted).subquery()
    counted = select(listed.c.rank, func.count()).group_by(listed.c.rank).order_by(func.count().desc(), listed.c.rank)
    return {KINDS[rank]: count for rank, count in session.execute(counted)}


def proposals(session: Session, numbers: Sequence[int]) -> dict[int, tuple[Proposal, str]]:
    """Questions by number, each with its status as the list has it."""
    rows = session.execute(_about(select(Proposal, _state())).where(Proposal.id.in_(numbers)))
    return {row[0].id: (row[0], row[1]) for row in rows}


def edges(session: Session, numbers: Sequence[int]) -> dict[int, tuple[Prerequisite, str]]:
    """Prerequisites by number, each with its status as the list has it; "sure" where it needs nobody."""
    rows = session.execute(select(Prerequisite, _edge_state()).where(Prerequisite.id.in_(numbers)))
    return {row[0].id: (row[0], row[1]) for row in rows}


def cards(session: Session, table: type[Resource] | type[Topic], ids: Sequence[str]) -> dict[str, str]:
    """The cards of resources or topics in any status, by id."""
    found: dict[str, str] = {}
    for batch in batches(ids):
        found.update(
            (row[0], row[1]) for row in session.execute(select(table.id, table.card).where(table.id.in_(batch)))
        )
    return found


def pages(session: Session, ids: Sequence[str]) -> Mapping[str, tuple[str, str | None]]:
    """The title and the URL of pages, by id."""
    rows = session.execute(select(Page.id, Page.title, Page.url).where(Page.id.in_(ids)))
    return {id: (title, url) for id, title, url in rows}


def _all(wanted: QueueFilter) -> Any:
    return union_all(_asked(wanted), _edges(wanted))


def _asked(wanted: QueueFilter) -> Select[*tuple[Any, ...]]:
    rank = case(*((Proposal.kind == kind, rank) for rank, kind in enumerate(KINDS)))
    columns = (Proposal.confidence.label("confidence"), rank.label("rank"), Proposal.id.label("number"))
    statement = _about(select(*columns)).where(_state() == wanted.status, Proposal.kind.in_(KINDS))
    if wanted.page is not None:
        there = select(Mention.resource_number).where(Mention.page_id == wanted.page)
        is_there = and_(Proposal.page_id.is_(None), Resource.number.in_(there))
        statement = statement.where(or_(Proposal.page_id == wanted.page, is_there))
    if wanted.host is not None:
        statement = statement.where(Resource.host == wanted.host)
    if wanted.proposed is not None:
        statement = statement.where(Proposal.suggestion == wanted.proposed)
    return statement.where(Proposal.confidence >= wanted.least_confidence)


_OtherResource, _OtherTopic = aliased(Resource), aliased(Topic)


def _about(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join what questions are about: `subject` is "resource:<id>" or "topic:<id>"."""
    resource, topic = func.substr(Proposal.subject, 10), func.substr(Proposal.subject, 7)
    is_pair = Proposal.kind == "same_resource"
    return (
        statement.select_from(Proposal)
        .outerjoin(Resource, and_(Proposal.subject.startswith("resource:"), Resource.id == resource))
        .outerjoin(Topic, and_(Proposal.subject.startswith("topic:"), Topic.id == topic))
        .outerjoin(_OtherResource, and_(is_pair, _OtherResource.id == Proposal.suggestion))
        .outerjoin(_OtherTopic, and_(Proposal.kind == "same_topic", _OtherTopic.id == Proposal.suggestion))
    )


def _state() -> ColumnElement[str]:
    """A question's status; "closed" where nobody decided it, and something else answered it."""
    tables = (Resource, Topic, _OtherResource, _OtherTopic)
    is_moot = or_(
        *(table.status.in_(("gone", "merged")) for table in tables),
        and_(Proposal.kind == "hidden_link", Resource.status != "hidden"),
        and_(Proposal.kind == "weak_title", _is_sure("title_evidence", WEAK_TITLE)),
        and_(Proposal.kind == "media_type", _is_sure("media_type_evidence", UNSURE_MEDIA_TYPE)),
        and_(Proposal.kind == "moved_link", Resource.url == Proposal.suggestion),
        and_(Proposal.kind == "broken_link", ~_leads_to(func.coalesce(Resource.broken_url, ""))),
    )
    is_answered = and_(Proposal.status == "open", func.coalesce(is_moot, False))
    return case((is_answered, "closed"), else_=Proposal.status)


def _leads_to(url: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a resource's URL is this one, its fragment aside."""
    return or_(Resource.url == url, func.substr(Resource.url, 1, func.length(url) + 1) == url + "#")


def _is_sure(name: str, bound: float) -> ColumnElement[bool]:
    sure: ColumnElement[bool] = Resource.facts[name]["confidence"].as_float() >= bound
    return sure


def _edges(wanted: QueueFilter) -> Select[*tuple[Any, ...]]:
    """What is not accepted is assumed to be none."""
    assumed = case((Prerequisite.status == "accepted", Prerequisite.confidence), else_=1.0 - Prerequisite.confidence)
    rank = literal(KINDS.index(PREREQUISITE))
    columns = (assumed.label("confidence"), rank.label("rank"), Prerequisite.id.label("number"))
    active = select(Topic.id).where(Topic.status == "active")
    statement = select(*columns).where(
        _edge_state() == wanted.status, Prerequisite.prerequisite_id.in_(active), Prerequisite.dependent_id.in_(active)
    )
    if wanted.page is not None:
        taught = select(Heading.topic_id).where(Heading.page_id == wanted.page)
        statement = statement.where(Prerequisite.dependent_id.in_(taught))
    if wanted.host is not None or wanted.proposed is not None:
        statement = statement.where(false())  # an edge has neither
    return statement.where(assumed >= wanted.least_confidence)


def _edge_state() -> ColumnElement[str]:
    """A prerequisite's status; "sure" where it needs nobody."""
    is_accepted = Prerequisite.status == "accepted"
    is_sure = or_(Prerequisite.kind != "inferred", Prerequisite.confidence >= UNSURE_EDGE)
    return case(
        (Prerequisite.status == "rejected", "rejected"),
        (and_(is_accepted, Prerequisite.kind == "curated"), "approved"),
        (and_(is_accepted, is_sure), "sure"),
        else_="open",
    )
