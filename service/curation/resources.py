"""Acts on resources: edit, add, delete, restore, merge."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from service.catalog import editing, proposals
from service.catalog.models import Resource
from service.catalog.refresh import refresh_resources
from service.catalog.revisions import Action
from service.catalog.twins import TWINS, Twin, close_parted, twins_of
from service.catalog.urls import parse_url
from service.curation.acts import OF_GONE, Editor, act
from service.errors import Fault, InvalidInput

# What a curator may decide of a resource; hiding one is deciding its status.
FIELDS = (
    "title",
    "media_type",
    "authors",
    "publisher",
    "year",
    "language",
    "is_free",
    "duration_minutes",
    "notes",
    "topics",
    "url",
    "status",
)
SHOWING = {"title", "url", "status"}  # of these: by what one would take it for another


@contextmanager
def _act_on(session: Session, editor: Editor, action: Action, id: str, version: int) -> Iterator[Resource]:
    """An act on the resource as it was at a version; StaleVersion, or Gone where the act is none OF_GONE."""
    with act(session, editor, action, f"resource:{id}"):
        record = editing.resource(session, id, with_gone=action in OF_GONE)
        editing.check_version(record, version)
        yield record


def edit_resource(session: Session, editor: Editor, id: str, version: int, decisions: Mapping[str, Any]) -> Resource:
    """Decide some of FIELDS; None gives a field back to pages. StaleVersion when it is not at `version` any more."""
    with _act_on(session, editor, "edit", id, version) as record:
        _check(session, decisions)
        decide_fields(session, record, decisions)
    return record


def add_resource(session: Session, editor: Editor, url: str, decisions: Mapping[str, Any]) -> Resource:
    """Add a resource that no page names; InvalidInput where its URL is known or cannot be read."""
    _check(session, decisions)
    address = parse_url(url)
    with act(session, editor, "add", f"resource:{address.id}"):
        record = editing.make_resource(session, address)
        decide_fields(session, record, {"status": "active", **decisions})
    return record


def decide_fields(session: Session, record: Resource, decisions: Mapping[str, Any]) -> None:
    """A part of an act: decide some of FIELDS; what makes it look like another resource is asked about at once."""
    editing.decide(record, decisions)
    if decisions.keys() & SHOWING:
        refresh_resources(session, [record.number])
        twins = {proposals.pair_key(TWINS, twin.id, twin.other): twin for twin in twins_of(session, [record.number])}
        close_parted(session, [record.id])
        proposals.ask(session, {key: _question(twin) for key, twin in twins.items()})


def _question(twin: Twin) -> dict[str, Any]:
    return {
        "kind": TWINS,
        "subject": f"resource:{twin.id}",
        "detail": twin.why,
        "confidence": twin.confidence,
        "suggestion": twin.other,
    }


def delete_resource(session: Session, editor: Editor, id: str, version: int) -> None:
    """Show it to nobody any more, whatever pages name it; its id stays its own."""
    with _act_on(session, editor, "delete", id, version) as record:
        editing.decide(record, {"status": "gone"})


def restore_resource(session: Session, editor: Editor, id: str, version: int) -> Resource:
    """Show it again, as one that was hidden, deleted or left by its pages."""
    with _act_on(session, editor, "restore", id, version) as record:
        decide_fields(session, record, {"status": "active"})
    return record


def merge_resources(session: Session, editor: Editor, id: str, version: int, into: str) -> Resource:
    """Make one resource of two: the survivor gets all mentions, and the other's id leads to it from now on."""
    if id == into:
        raise InvalidInput("A resource cannot be merged into itself.", [Fault("/into", "is the resource itself")])
    with _act_on(session, editor, "merge", id, version) as record:
        return join_resources(session, record, into)


def join_resources(session: Session, record: Resource, into: str) -> Resource:
    """A part of an act: merge a resource into another one, which survives with what curators are asked of both."""
    survivor = _survivor(session, into)
    for mention in editing.mentions_of(session, record.number):
        mention.resource_number = survivor.number
    record.merged_into = survivor.id
    for earlier in editing.merged_into(session, Resource, record.id):
        earlier.merged_into = survivor.id
    proposals.move(session, "resource", record.id, survivor.id)
    return survivor


def _survivor(session: Session, id: str) -> Resource:
    survivor = editing.resource(session, id, with_gone=True)
    if survivor.status == "gone":
        raise InvalidInput(f"The resource {id!r} is gone.", [Fault("/into", "is gone")])
    return survivor


def _check(session: Session, decisions: Mapping[str, Any]) -> None:
    editing.check_topics(session, decisions.get("topics") or (), "/topics")
    if decisions.get("url"):
        parse_url(decisions["url"])
