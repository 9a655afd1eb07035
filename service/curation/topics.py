"""Acts on topics: edit (rename, re-parent, aliases, hide), add, delete, restore, merge, split."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.catalog import editing, page_rows, proposals
from service.catalog.models import Resource, Topic
from service.catalog.names import slug
from service.catalog.prerequisites import absorb
from service.catalog.refresh_topics import broader_of
from service.catalog.revisions import Action
from service.curation.acts import OF_GONE, Editor, act
from service.errors import Fault, InvalidInput, Refused

# What a curator may decide of a topic; `broader` are the topics that it is nested in.
FIELDS = ("label", "aliases", "broader", "status")


@dataclass(frozen=True)
class Part:
    """What a split takes out of a topic: a new topic's label, and the resources and aliases that go with it."""

    label: str
    resources: Sequence[str]  # ids
    aliases: Sequence[str] = ()


@contextmanager
def _act_on(session: Session, editor: Editor, action: Action, id: str, version: int) -> Iterator[Topic]:
    """An act on the topic as it was at a version; StaleVersion, or Gone where the act is none OF_GONE."""
    with act(session, editor, action, f"topic:{id}"):
        record = editing.topic(session, id, with_gone=action in OF_GONE)
        editing.check_version(record, version)
        yield record


def edit_topic(session: Session, editor: Editor, id: str, version: int, decisions: Mapping[str, Any]) -> Topic:
    """Decide some of FIELDS; None gives a field back to pages. StaleVersion when it is not at `version` any more."""
    with _act_on(session, editor, "edit", id, version) as record:
        _check_broader(session, id, decisions.get("broader") or ())
        editing.decide(record, decisions)
    return record


def add_topic(session: Session, editor: Editor, decisions: Mapping[str, Any]) -> Topic:
    """Add a topic that no page names: `label`, and any other of FIELDS."""
    id = _new_id(session, decisions["label"])
    with act(session, editor, "add", f"topic:{id}"):
        _check_broader(session, id, decisions.get("broader") or ())
        record = editing.make_topic(session, id, decisions["label"])
        editing.decide(record, {"status": "active", **decisions})
    return record


def delete_topic(session: Session, editor: Editor, id: str, version: int) -> None:
    """Take it out of the graph, whatever pages name it; what is filed under it stays."""
    with _act_on(session, editor, "delete", id, version) as record:
        editing.decide(record, {"status": "gone"})


def restore_topic(session: Session, editor: Editor, id: str, version: int) -> Topic:
    """Take it back into the graph."""
    with _act_on(session, editor, "restore", id, version) as record:
        editing.decide(record, {"status": "active"})
    return record


def merge_topics(session: Session, editor: Editor, id: str, version: int, into: str) -> Topic:
    """Make one topic of two: the survivor gets names, places, resources, prerequisites; the other's id leads there.

    A prerequisite between the two goes.
    """
    if id == into:
        raise InvalidInput("A topic cannot be merged into itself.", [Fault("/into", "is the topic itself")])
    with _act_on(session, editor, "merge", id, version) as record:
        return join_topics(session, record, into)


def join_topics(session: Session, record: Topic, into: str) -> Topic:
    """A part of an act: merge a topic into another one, which survives with what curators are asked of both."""
    editing.check_topics(session, [into], "/into")
    survivor = editing.topic(session, into)
    _move_places(session, record.id, into)
    _move_filed(session, record.id, into)
    _move_edges(session, record.id, into)
    names = _names_of_both(session, survivor, record)
    editing.decide(survivor, {"label": survivor.label, "aliases": names})  # the other's heading may come first
    record.merged_into = into
    for earlier in editing.merged_into(session, Topic, record.id):
        earlier.merged_into = into
    proposals.move(session, "topic", record.id, into)
    return survivor


def split_topic(session: Session, editor: Editor, id: str, version: int, part: Part) -> Topic:
    """Take a part of a topic out into a new one, nested where the topic is: resources and aliases go along."""
    new_id = _new_id(session, part.label)
    with _act_on(session, editor, "split", id, version) as record:
        filed = {resource.id: resource for resource in editing.resources_under(session, [id])}
        _check_filed(part.resources, filed)
        made = editing.make_topic(session, new_id, part.label)
        editing.decide(
            made,
            {
                "status": "active",
                "label": part.label,
                "broader": broader_of(session, id),
                "aliases": list(part.aliases),
            },
        )
        left = [name for name in editing.aliases(session, id) if name not in part.aliases]
        editing.decide(record, {"aliases": left})
        for resource_id in part.resources:
            _refile(session, filed[resource_id], id, new_id)
    return made


def _check_broader(session: Session, id: str, broader: Collection[str]) -> None:
    """Every one is a topic, and none is nested in this one."""
    editing.check_topics(session, broader, "/broader")
    above = list(broader)
    seen: set[str] = set()
    while above:
        upper = above.pop()
        if upper == id:
            raise Refused(f"The topic {id!r} would be nested in itself.")
        if upper not in seen:
            seen.add(upper)
            above += broader_of(session, upper)


def _new_id(session: Session, label: str) -> str:
    own = slug(label) or "topic"
    taken = page_rows.taken_topic_ids(session, own)
    return next(id for id in (own, *(f"{own}-{n}" for n in range(2, len(taken) + 3))) if id not in taken)


def _move_places(session: Session, id: str, into: str) -> None:
    """Headings, and what curators nested in the one."""
    for heading in editing.headings_naming(session, id):
        heading.topic_id = into if heading.topic_id == id else heading.topic_id
        heading.broader_id = into if heading.broader_id == id else heading.broader_id
        if heading.topic_id == heading.broader_id:
            heading.broader_id = None
    for topic in editing.topics_nested_by_curators(session, id):
        editing.decide(topic, {"broader": _replaced(topic.curated["broader"], id, into)})


def _move_filed(session: Session, id: str, into: str) -> None:
    filed = editing.resources_under(session, [id])
    for mention in editing.mentions_under(session, id):
        mention.topic_id = into
    for resource in filed:
        if "topics" in resource.curated:
            editing.decide(resource, {"topics": _replaced(resource.curated["topics"], id, into)})


def _move_edges(session: Session, id: str, into: str) -> None:
    """What both say of one edge is said by the survivor's own."""
    for edge in editing.edges_of(session, id):
        prerequisite, dependent = (into if end == id else end for end in (edge.prerequisite_id, edge.dependent_id))
        known = editing.edge(session, prerequisite, dependent)
        if known is not None:
            absorb(known, edge)
        if known is not None or prerequisite == dependent:
            session.delete(edge)
        else:
            edge.prerequisite_id, edge.dependent_id = prerequisite, dependent
        session.flush()


def _names_of_both(session: Session, survivor: Topic, merged: Topic) -> list[str]:
    names = [*editing.aliases(session, survivor.id), merged.label, *editing.aliases(session, merged.id)]
    return [name for name in dict.fromkeys(names) if name != survivor.label]


def _check_filed(wanted: Sequence[str], filed: Mapping[str, Resource]) -> None:
    unknown = [id for id in wanted if id not in filed]
    if unknown:
        detail = f"not filed under the topic: {', '.join(map(repr, unknown))}"
        raise InvalidInput(f"/resources: {detail}.", [Fault("/resources", detail)])


def _refile(session: Session, resource: Resource, id: str, into: str) -> None:
    now = editing.topics_of(session, resource)
    editing.decide(resource, {"topics": _replaced(now, id, into)})


def _replaced(ids: Sequence[str], id: str, into: str) -> list[str]:
    return list(dict.fromkeys(into if each == id else each for each in ids))
