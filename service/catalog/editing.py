"""Records for an editor: found by id in any status, checked against the version that the edit is based on, made."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Mention, Prerequisite, Resource, Topic, TopicBroader, TopicName
from service.catalog.refresh import batches
from service.catalog.refresh_topics import resources_under as numbers_under
from service.catalog.urls import ResourceUrl
from service.errors import Fault, Gone, InvalidInput, Merged, NotFound, StaleVersion

Editable = Resource | Topic
T = TypeVar("T", Resource, Topic)


def resource(session: Session, id: str, *, with_gone: bool = False) -> Resource:
    """The resource's record, also of a hidden one; NotFound, Merged, or Gone where that is not wanted too."""
    return _alive("resource", id, session.scalar(select(Resource).where(Resource.id == id)), with_gone)


def topic(session: Session, id: str, *, with_gone: bool = False) -> Topic:
    """The topic's record, also of a hidden one; NotFound, Merged, or Gone where that is not wanted too."""
    return _alive("topic", id, session.get(Topic, id), with_gone)


def edge(session: Session, prerequisite_id: str, dependent_id: str) -> Prerequisite | None:
    """The record of an edge, in any status."""
    ends = (Prerequisite.prerequisite_id == prerequisite_id, Prerequisite.dependent_id == dependent_id)
    return session.scalar(select(Prerequisite).where(*ends))


def edges_of(session: Session, topic_id: str) -> list[Prerequisite]:
    """Every edge into and out of a topic, the oldest first."""
    ends = or_(Prerequisite.prerequisite_id == topic_id, Prerequisite.dependent_id == topic_id)
    return list(session.scalars(select(Prerequisite).where(ends).order_by(Prerequisite.id)))


def mentions_of(session: Session, number: int) -> list[Mention]:
    """Every mention of a resource."""
    return list(session.scalars(select(Mention).where(Mention.resource_number == number).order_by(Mention.id)))


def mentions_under(session: Session, topic_id: str) -> list[Mention]:
    """Every mention under a topic."""
    return list(session.scalars(select(Mention).where(Mention.topic_id == topic_id).order_by(Mention.id)))


def headings_naming(session: Session, topic_id: str) -> list[Heading]:
    """The headings that stand for a topic, or are nested in one that does."""
    named = or_(Heading.topic_id == topic_id, Heading.broader_id == topic_id)
    return list(session.scalars(select(Heading).where(named).order_by(Heading.id)))


def merged_into(session: Session, kind: type[T], id: str) -> list[T]:
    """The records that were merged into this one."""
    return list(session.scalars(select(kind).where(kind.merged_into == id)))


def resources_under(session: Session, topic_ids: Collection[str]) -> list[Resource]:
    """The records of what pages or curators file under these topics, in any status."""
    numbers = numbers_under(session, topic_ids)
    found: list[Resource] = []
    for batch in batches(sorted(numbers)):
        found += session.scalars(select(Resource).where(Resource.number.in_(batch)).order_by(Resource.number))
    return found


def topics_of(session: Session, resource: Resource) -> list[str]:
    """The ids of the topics that a resource is filed under."""
    decided: list[str] | None = resource.curated.get("topics")
    if decided is not None:
        return decided
    return list(dict.fromkeys(m.topic_id for m in mentions_of(session, resource.number) if m.topic_id))


def topics_nested_by_curators(session: Session, broader_id: str) -> list[Topic]:
    """The topics that a curator nested in this one."""
    inside = select(Topic).join(TopicBroader, TopicBroader.topic_id == Topic.id)
    found = session.scalars(inside.where(TopicBroader.broader_id == broader_id).order_by(Topic.id))
    return [topic for topic in found if "broader" in topic.curated]


def aliases(session: Session, topic_id: str) -> list[str]:
    """The names of a topic that are shown beside its label."""
    shown = TopicName.kind.in_(("synonym", "part"))
    return list(
        session.scalars(select(TopicName.name).where(TopicName.topic_id == topic_id, shown).order_by(TopicName.id))
    )


def check_version(record: Editable | Prerequisite, version: int) -> None:
    """Raise StaleVersion unless the edit is based on the record's version."""
    if record.version != version:
        raise StaleVersion(record.version)


def check_topics(session: Session, ids: Collection[str], pointer: str) -> None:
    """Raise InvalidInput where one of these is no topic that can be shown."""
    known = set(session.scalars(select(Topic.id).where(Topic.id.in_(ids), Topic.status == "active")))
    unknown = [id for id in ids if id not in known]
    if unknown:
        detail = f"no topic {', '.join(map(repr, unknown))}"
        raise InvalidInput(f"There is {detail}.", [Fault(pointer, detail)])


def decide(record: Editable, decisions: Mapping[str, Any]) -> None:
    """Write a curator's decisions down, field by field; None gives a field back to the pages and models."""
    kept = {name: value for name, value in record.curated.items() if name not in decisions}
    record.curated = kept | {name: value for name, value in decisions.items() if value is not None}
    if isinstance(record, Topic):
        record.label = record.curated.get("label", record.label)


def make_resource(session: Session, url: ResourceUrl) -> Resource:
    """A new resource that nobody sees yet; InvalidInput where its URL is known already."""
    known = session.scalar(select(Resource).where(Resource.id == url.id))
    if known is not None:
        raise InvalidInput(
            f"The URL is known already, as the resource {known.id!r}.", [Fault("/url", f"known as {known.id!r}")]
        )
    made = Resource(
        id=url.id, url=url.canonical, host=url.host, title=url.canonical, media_type="other", curated={"status": "gone"}
    )
    session.add(made)
    session.flush()
    return made


def make_topic(session: Session, id: str, label: str) -> Topic:
    """A new topic that nobody sees yet."""
    made = Topic(id=id, label=label, status="gone", curated={"status": "gone"})
    session.add(made)
    session.flush()
    return made


def _alive(kind: str, id: str, record: T | None, with_gone: bool) -> T:
    if record is None:
        raise NotFound(kind, id)
    if record.merged_into:
        raise Merged(kind, id, record.merged_into)
    if record.status == "gone" and not with_gone:
        raise Gone(kind, id)
    return record
