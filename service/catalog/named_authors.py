"""Who is named as an author, and how often."""

from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.models import Resource, ResourceAuthor, ResourceTopic
from service.catalog.snapshots import remember


class Author(NamedTuple):
    """Somebody whom resources name, and the first of these."""

    name: str
    resources: int
    first_number: int


class Authors(NamedTuple):
    """Some of the authors, those with most resources first; and how many there are in all."""

    shown: list[Author]
    total: int


def authors_of(session: Session, topics: tuple[str, ...], media_types: tuple[str, ...], limit: int) -> Authors:
    """The authors of resources under any of the topics and of any of the media types; of all, where none are given."""
    return remember(
        session, ("authors", topics, media_types, limit), lambda: _read(session, topics, media_types, limit)
    )


def _read(session: Session, topics: tuple[str, ...], media_types: tuple[str, ...], limit: int) -> Authors:
    conditions: list[Any] = []
    if topics:
        filed = select(ResourceTopic.resource_number).where(ResourceTopic.topic_id.in_(topics))
        conditions.append(ResourceAuthor.resource_number.in_(filed))
    if media_types:
        of_type = select(Resource.number).where(Resource.media_type.in_(media_types))
        conditions.append(ResourceAuthor.resource_number.in_(of_type))
    number = ResourceAuthor.resource_number
    named = select(func.min(ResourceAuthor.name), func.count(number), func.min(number)).where(*conditions)
    most = named.group_by(ResourceAuthor.folded).order_by(func.count(number).desc(), ResourceAuthor.folded).limit(limit)
    total = select(func.count(ResourceAuthor.folded.distinct())).where(*conditions)
    return Authors([Author(*row) for row in session.execute(most)], session.execute(total).scalar_one())
