"""How things stand for readers: what the feed of changes tells of each."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.catalog.models import Page, Prerequisite, Resource, Topic
from service.catalog.refresh import batches

SHOWN = ("active", "broken")  # the statuses of what readers see
GONE = "gone"


class Standing(NamedTuple):
    """A thing's status, its version, and what it was merged into."""

    status: str
    version: int
    merged_into: str | None = None


def edge_id(prerequisite: str, dependent: str) -> str:
    """What a prerequisite is called in the feed."""
    return f"{prerequisite}>{dependent}"


def edges_of(session: Session, topic_ids: Collection[str]) -> set[str]:
    """The prerequisites of these topics, either way: they are seen while both their ends are."""
    found: set[str] = set()
    for batch in batches(sorted(topic_ids)):
        ends = or_(Prerequisite.prerequisite_id.in_(batch), Prerequisite.dependent_id.in_(batch))
        rows = session.execute(select(Prerequisite.prerequisite_id, Prerequisite.dependent_id).where(ends))
        found.update(edge_id(*row) for row in rows)
    return found


def _nodes(kind: type[Resource | Topic], session: Session, ids: Collection[str]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for batch in batches(sorted(ids)):
        rows = session.execute(select(kind.id, kind.status, kind.version, kind.merged_into).where(kind.id.in_(batch)))
        found.update((row.id, Standing(*row[1:])) for row in rows)
    return found


def _edges(session: Session, ids: Collection[str]) -> dict[str, Standing]:
    shown = select(Topic.id).where(Topic.status.in_(SHOWN))
    edges = select(Prerequisite.prerequisite_id, Prerequisite.dependent_id, Prerequisite.version)
    found: dict[str, Standing] = {}
    for batch in batches(sorted({id.partition(">")[2] for id in ids})):
        into = edges.where(Prerequisite.dependent_id.in_(batch), Prerequisite.dependent_id.in_(shown))
        rows = session.execute(into.where(Prerequisite.prerequisite_id.in_(shown)))
        found.update((edge_id(row[0], row[1]), Standing("active", row.version)) for row in rows)
    return found


def _pages(session: Session, ids: Collection[str]) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for batch in batches(sorted(ids)):
        rows = session.execute(select(Page.id, Page.version).where(Page.id.in_(batch)))
        found.update((row.id, Standing("active", row.version)) for row in rows)
    return found


# By the type of the things; in the order in which one write's changes are told: what is referred to comes first.
READERS: Mapping[str, Callable[[Session, Collection[str]], dict[str, Standing]]] = {
    "topic": partial(_nodes, Topic),
    "resource": partial(_nodes, Resource),
    "prerequisite": _edges,
    "page": _pages,
}
