"""What a curator's answer to a question does: approve does the thing, reject leaves it; neither is asked again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from service.catalog import editing, queue, resources
from service.catalog.models import Proposal, Resource
from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.curation.prerequisites import ACCEPTED, REJECTED, put_decision
from service.curation.questions import APPROVE
from service.curation.resources import decide_fields, join_resources
from service.curation.topics import join_topics
from service.errors import Fault, InvalidInput, NotFound, Refused

_PLACE = "/value"


@dataclass(frozen=True)
class Decision:
    """An answer to a question of the queue, with a value where one is wanted."""

    id: str  # "question:17", "prerequisite:trees>forests"
    decision: str  # approve or reject
    value: str | None = None


def decide(session: Session, decision: Decision, vocabulary: Vocabulary) -> None:
    """A part of an act: do what was decided.

    Raises NotFound for what nobody asks, Refused for what is not open any more, InvalidInput for a wrong value, and
    whatever the thing itself may be refused for (CycleError, Merged).
    """
    type, _, id = decision.id.partition(":")
    if type == queue.PREREQUISITE:
        _decide_edge(session, decision, *id.partition(">")[::2])
    else:
        _decide_question(session, decision, vocabulary, int(id) if type == "question" and _is_number(id) else 0)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _decide_question(session: Session, decision: Decision, vocabulary: Vocabulary, number: int) -> None:
    row, status = queue.proposals(session, [number]).get(number, (None, ""))
    if row is None:
        raise NotFound("question", decision.id)
    _check_open(decision, status)
    if decision.decision == APPROVE:
        _approve(session, row, decision.value, vocabulary)
        row.status = "approved"
    else:
        _no_value(decision.value)
        row.status = "rejected"


def _decide_edge(session: Session, decision: Decision, prerequisite: str, dependent: str) -> None:
    record = editing.edge(session, prerequisite, dependent)
    if record is None:
        raise NotFound("question", decision.id)
    _check_open(decision, queue.edges(session, [record.id])[record.id][1])
    _no_value(decision.value)
    editing.check_topics(session, [prerequisite, dependent], "/id")
    put_decision(session, record, ACCEPTED if decision.decision == APPROVE else REJECTED, record.any_of)


_NOT_OPEN = {"closed": "is answered by a page or by another edit", "sure": "is sure enough to need no decision"}


def _check_open(decision: Decision, status: str) -> None:
    if status != "open":
        told = _NOT_OPEN.get(status, f"was {status} before")
        raise Refused(f"{decision.id} {told}; nothing was changed.")


def _no_value(value: str | None) -> None:
    if value is not None:
        raise InvalidInput("This decision takes no value.", [Fault(_PLACE, "leave it out")])


def _approve(session: Session, row: Proposal, value: str | None, vocabulary: Vocabulary) -> None:
    if row.kind == "media_type" and value is not None and value not in vocabulary.media_types:
        use = f"use {', '.join(vocabulary.media_types)}"
        raise InvalidInput(f"There is no media type {value!r}.", [Fault(_PLACE, use)])
    act = _APPROVALS.get(row.kind)
    if act is None:
        told = f"A question of the kind {row.kind} cannot be approved; reject it, or mend what it is about."
        raise InvalidInput(told, [Fault("/decision", "reject")])
    act(session, row, value)


def _record(session: Session, row: Proposal) -> Resource:
    return editing.resource(session, row.subject.removeprefix("resource:"), with_gone=True)


def _show(session: Session, row: Proposal, value: str | None) -> None:
    _no_value(value)
    decide_fields(session, _record(session, row), {"status": "active"})


def _pin(field: str, session: Session, row: Proposal, value: str | None) -> None:
    """Make a field's value a curator's: the one that was sent, or the one that is there."""
    record = _record(session, row)
    decide_fields(session, record, {field: value if value is not None else getattr(record, field)})


def _link(session: Session, row: Proposal, value: str | None) -> None:
    """Put another address in the place of the one that was."""
    url = value if value is not None else row.suggestion
    if url is None:
        raise InvalidInput("Send the new address.", [Fault(_PLACE, "a URL is missing")])
    try:
        id = parse_url(url).id
    except InvalidInput as error:
        raise InvalidInput(str(error), [Fault(_PLACE, "no http or https URL")]) from error
    record = _record(session, row)
    there = resources.records(session, [id]).get(id)
    if there is not None and there.status != "gone" and record.id not in (there.id, there.merged_into):
        raise Refused(f"At {url} is the resource {there.id!r} already; merge the two.")
    decide_fields(session, record, {"url": url})


def _merge(session: Session, row: Proposal, value: str | None) -> None:
    """The one that is asked about goes into the other, unless `value` names itself as the survivor."""
    type, _, id = row.subject.partition(":")
    other = row.suggestion or ""
    if value not in (None, id, other):
        raise InvalidInput("One of the two survives.", [Fault(_PLACE, f"use {id} or {other}")])
    merged, survivor = (other, id) if value == id else (id, other)
    if type == "topic":
        join_topics(session, editing.topic(session, merged, with_gone=True), survivor)
    else:
        join_resources(session, editing.resource(session, merged, with_gone=True), survivor)


def _let_in(_session: Session, _row: Proposal, value: str | None) -> None:
    """Ingest asks for the approval itself when this edition comes again."""
    _no_value(value)


_APPROVALS: Mapping[str, Callable[[Session, Proposal, str | None], None]] = {
    "pending_removal": _let_in,
    "broken_link": _link,
    "moved_link": _link,
    "hidden_link": _show,
    "media_type": partial(_pin, "media_type"),
    "weak_title": partial(_pin, "title"),
    "same_resource": _merge,
    "same_topic": _merge,
}
