"""Reading topics: their cards, and the rows from which the graph is built."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import String, bindparam, cast, func, select
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Page, Prerequisite, ResourceTopic, Topic, TopicBroader, TopicName
from service.catalog.prepared import Prepared
from service.catalog.snapshots import remember
from service.errors import Gone, Merged, NotFound

_ACTIVE = Topic.status == "active"
_CARD = Prepared(
    select(Topic.card, Topic.version, Topic.status, Topic.merged_into).where(Topic.id == bindparam("topic_id"))
)
_CARDS = Prepared(
    select(Topic.id, Topic.card)
    .where(_ACTIVE, Topic.id > bindparam("after"))
    .order_by(Topic.id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True)
class TopicRow:
    """A topic as the graph needs it. `order` is its place in teaching order over all pages, from 0."""

    id: str
    label: str
    lecture: int | None
    order: int


@dataclass(frozen=True)
class NameRow:
    """A name of a topic; `kind` is label, synonym, part or hidden."""

    topic_id: str
    name: str
    folded: str
    kind: str


@dataclass(frozen=True)
class PrerequisiteRow:
    """An edge prerequisite -> dependent, in any status.

    Edges into one topic with the same `any_of` are alternatives: one of them is enough.
    """

    prerequisite_id: str
    dependent_id: str
    kind: str
    confidence: float
    evidence: Sequence[dict[str, object]]
    status: str
    any_of: str | None = None
    version: int = 1


@dataclass(frozen=True)
class GraphRows:
    """Everything about active topics, as of one revision."""

    topics: Sequence[TopicRow]
    names: Sequence[NameRow]
    broader: Sequence[tuple[str, str]]  # (narrower topic, broader topic)
    prerequisites: Sequence[PrerequisiteRow]
    filed: Sequence[tuple[str, str, str]]  # (topic, media type, numbers of the active resources filed so: "1,5,7")


def graph_rows(session: Session) -> GraphRows:
    """Read the rows of all active topics."""
    return GraphRows(
        _topic_rows(session),
        _name_rows(session),
        _broader(session),
        prerequisite_rows(session),
        _filed(session),
    )


def cards(session: Session, after: str = "", limit: int = 20) -> tuple[Sequence[str], int, str | None]:
    """Cards of active topics by id after `after`: (cards, total, the id to go on after)."""
    total = remember(session, "topics", lambda: session.execute(select(func.count()).where(_ACTIVE)).scalar_one())
    rows = _CARDS.rows(session, after=after, limit=limit + 1)
    shown = rows[:limit]
    return [card for _, card in shown], total, shown[-1][0] if len(rows) > limit else None


def card(session: Session, topic_id: str) -> tuple[str, int]:
    """The card and version of one topic; NotFound, Gone or Merged when it has none to show."""
    rows = _CARD.rows(session, topic_id=topic_id)
    if not rows:
        raise NotFound("topic", topic_id)
    card, version, status, merged_into = rows[0]
    if merged_into:
        raise Merged("topic", topic_id, merged_into)
    if status == "gone":
        raise Gone("topic", topic_id)
    return card, version


def is_hidden(session: Session, topic_id: str) -> bool:
    """Whether a curator has hidden it."""
    rows = _CARD.rows(session, topic_id=topic_id)
    return bool(rows) and rows[0][2] == "hidden"


def pages_of(session: Session, topic_ids: Collection[str]) -> dict[str, set[str]]:
    """The ids of the pages that have each topic."""
    rows = session.execute(select(Heading.topic_id, Heading.page_id).where(Heading.topic_id.in_(topic_ids)))
    found: dict[str, set[str]] = {}
    for topic, page in rows:
        found.setdefault(topic, set()).add(page)
    return found


def prerequisite_rows(session: Session) -> Sequence[PrerequisiteRow]:
    """Every prerequisite between active topics, in any status."""
    active = select(Topic.id).where(Topic.status == "active")
    edges = session.execute(
        select(
            Prerequisite.prerequisite_id,
            Prerequisite.dependent_id,
            Prerequisite.kind,
            Prerequisite.confidence,
            Prerequisite.evidence,
            Prerequisite.status,
            Prerequisite.any_of,
            Prerequisite.version,
        )
        .where(Prerequisite.prerequisite_id.in_(active), Prerequisite.dependent_id.in_(active))
        .order_by(Prerequisite.id)
    )
    return [PrerequisiteRow(*edge) for edge in edges]


def _topic_rows(session: Session) -> Sequence[TopicRow]:
    first_seen = (
        select(Heading.topic_id, Page.created_at, Page.id.label("page_id"), Heading.position)
        .join(Page, Page.id == Heading.page_id)
        .order_by(Page.created_at, Page.id, Heading.position)
    )
    order: dict[str, int] = {}
    for row in session.execute(first_seen):
        order.setdefault(row.topic_id, len(order))
    topics = session.execute(select(Topic.id, Topic.label, Topic.lecture).where(Topic.status == "active"))
    rows = [TopicRow(t.id, t.label, t.lecture, order.get(t.id, len(order))) for t in topics]
    return sorted(rows, key=lambda row: (row.order, row.id))


def _name_rows(session: Session) -> Sequence[NameRow]:
    rows = session.execute(
        select(TopicName.topic_id, TopicName.name, TopicName.folded, TopicName.kind)
        .join(Topic, Topic.id == TopicName.topic_id)
        .where(Topic.status == "active")
        .order_by(TopicName.id)
    )
    return [NameRow(*row) for row in rows]


def _broader(session: Session) -> Sequence[tuple[str, str]]:
    rows = select(TopicBroader.topic_id, TopicBroader.broader_id).order_by(TopicBroader.topic_id, TopicBroader.position)
    return [(topic, broader) for topic, broader in session.execute(rows)]


def _filed(session: Session) -> Sequence[tuple[str, str, str]]:
    place = (ResourceTopic.topic_id, ResourceTopic.media_type)
    # As one text: a row for each number would be an object for each, in Python.
    numbers = func.aggregate_strings(cast(ResourceTopic.resource_number, String), ",")
    rows = session.execute(select(*place, numbers).group_by(*place))
    return [(topic, media_type, text) for topic, media_type, text in rows]
