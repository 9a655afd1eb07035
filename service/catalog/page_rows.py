"""A page's own rows, for the writer that reconciles a new edition with them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Mention, Page, PageEdition, Resource, Topic, TopicName
from service.catalog.refresh import batches


def page(session: Session, page_id: str) -> Page | None:
    """The page's record, if it was ever ingested."""
    return session.get(Page, page_id)


def add_edition(session: Session, page_id: str, edition: int, sha256: str, text: str) -> None:
    """Keep the text of an edition."""
    session.add(PageEdition(page_id=page_id, edition=edition, sha256=sha256, text=text))


def headings(session: Session, page_id: str) -> Sequence[Heading]:
    """The page's headings, from top to bottom."""
    return session.scalars(select(Heading).where(Heading.page_id == page_id).order_by(Heading.position)).all()


def mentions(session: Session, page_id: str) -> Sequence[tuple[Mention, str]]:
    """The page's mentions with their resources' ids, from top to bottom."""
    rows = session.execute(
        select(Mention, Resource.id)
        .join(Resource, Resource.number == Mention.resource_number)
        .where(Mention.page_id == page_id)
        .order_by(Mention.position)
    )
    return [(mention, resource_id) for mention, resource_id in rows]


def topics_named(session: Session, folded: Collection[str]) -> Sequence[tuple[str, str, str]]:
    """Topics that bear one of these names: (folded name, kind of name, topic id), oldest first."""
    found: list[tuple[str, str, str]] = []
    for batch in batches(sorted(folded)):
        rows = session.execute(
            select(TopicName.folded, TopicName.kind, TopicName.topic_id)
            .join(Topic, Topic.id == TopicName.topic_id)
            .where(TopicName.folded.in_(batch), Topic.merged_into.is_(None))
            .order_by(Topic.created_at, Topic.id)
        )
        found += [(name, kind, topic) for name, kind, topic in rows]
    return found


def survivor_of_label(session: Session, folded: str) -> str | None:
    """The topic that one with this label was merged into; the oldest such one's."""
    labelled = TopicName.folded == folded, TopicName.kind == "label", Topic.merged_into.is_not(None)
    merged = select(Topic.merged_into).join(TopicName, TopicName.topic_id == Topic.id).where(*labelled)
    return session.scalar(merged.order_by(Topic.created_at, Topic.id).limit(1))


def taken_topic_ids(session: Session, like: str) -> set[str]:
    """Every topic id, ever used, that starts like this one."""
    return set(session.scalars(select(Topic.id).where(Topic.id.startswith(like, autoescape=True))))


def topic_ids(session: Session) -> Collection[str]:
    """Every topic id, ever used."""
    return session.scalars(select(Topic.id)).all()


def resource_numbers(session: Session, ids: Collection[str]) -> dict[str, int]:
    """The numbers of the resources that exist among these ids."""
    found: dict[str, int] = {}
    for batch in batches(sorted(ids)):
        rows = session.execute(select(Resource.id, Resource.number).where(Resource.id.in_(batch)))
        found.update((row.id, row.number) for row in rows)
    return found


def survivors(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The ids that merged ones among these lead to."""
    found: dict[str, str] = {}
    for batch in batches(sorted(ids)):
        merged = select(Resource.id, Resource.merged_into).where(Resource.id.in_(batch))
        rows = session.execute(merged.where(Resource.merged_into.is_not(None)))
        found.update((row.id, row.merged_into) for row in rows if row.merged_into)
    return found
