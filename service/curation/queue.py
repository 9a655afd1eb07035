"""The curators' queue: what needs a person, worst first, each with its evidence and what can be decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from service.catalog import queue
from service.catalog.models import Prerequisite, Proposal, Resource, Topic
from service.catalog.queue import PREREQUISITE, Place, QueueFilter
from service.curation.questions import Choice, Doubt, Thing, worded

MOST_EVIDENCE = 6  # places shown of one question


@dataclass(frozen=True)
class Shown:
    """Where one can see what is asked about: the words there, and the page and line that have them."""

    text: str
    page: str | None = None
    line: int | None = None
    url: str | None = None


@dataclass(frozen=True)
class Item:
    """Something to decide."""

    id: str  # "question:17", "prerequisite:trees>forests"
    kind: str
    status: str
    subject: Thing
    other: Thing | None  # of two that are perhaps the same
    question: str
    detail: str
    confidence: float  # in what is assumed until it is decided, 0..1
    evidence: tuple[Shown, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Stretch:
    """A part of the queue: `last` is where it ends, None at the end of all."""

    items: Sequence[Item]
    counts: Mapping[str, int]  # by kind, of the whole queue
    total: int
    last: Place | None


def list_queue(session: Session, wanted: QueueFilter, after: Place | None = None, limit: int = 20) -> Stretch:
    """What needs a person, after a place, the worst first."""
    found = queue.places(session, wanted, after, limit + 1)
    shown = found[:limit]
    counts = queue.counts(session, wanted)
    total = sum(count for kind, count in counts.items() if not wanted.kinds or kind in wanted.kinds)
    return Stretch(_items(session, shown), counts, total, shown[-1] if len(found) > limit else None)


def _items(session: Session, places: Sequence[Place]) -> list[Item]:
    asked = queue.proposals(session, [place.number for place in places if place.kind != PREREQUISITE])
    edges = queue.edges(session, [place.number for place in places if place.kind == PREREQUISITE])
    library = _Library.of(session, [row for row, _ in asked.values()], [row for row, _ in edges.values()])
    return [
        _edge_item(place, *edges[place.number], library)
        if place.kind == PREREQUISITE
        else _question_item(*asked[place.number], library)
        for place in places
    ]


def _question_item(row: Proposal, status: str, library: "_Library") -> Item:
    subject = library.thing(row.subject)
    is_pair = row.kind.startswith("same_")
    other = library.thing(f"{subject.type}:{row.suggestion}") if is_pair else None
    words = worded(row.kind, Doubt(subject, other, row.suggestion))
    return Item(
        id=f"question:{row.id}",
        kind=row.kind,
        status=status,
        subject=subject,
        other=other,
        question=words.question,
        detail=row.detail,
        confidence=row.confidence,
        evidence=tuple(_evidence(row, subject, other, library)),
        choices=words.choices if status == "open" else (),
    )


def _evidence(row: Proposal, subject: Thing, other: Thing | None, library: "_Library") -> Iterable[Shown]:
    if other is not None or row.page_id is None:
        return [shown for thing in (subject, other) if thing for shown in library.mentions(thing)[:MOST_EVIDENCE]]
    lines = [shown for shown in library.mentions(subject) if (shown.page, shown.line) == (row.page_id, row.line)]
    return lines[:1] or [Shown(row.detail, row.page_id, row.line, subject.url)]


def _edge_item(place: Place, edge: Prerequisite, status: str, library: "_Library") -> Item:
    ends = [library.thing(f"topic:{id}") for id in (edge.prerequisite_id, edge.dependent_id)]
    label = " → ".join(end.label for end in ends)
    subject = Thing(PREREQUISITE, f"{edge.prerequisite_id}>{edge.dependent_id}", label)
    words = worded(PREREQUISITE, Doubt(subject, is_assumed=edge.status == "accepted"))
    told = [Shown(piece["detail"], piece["page"], piece["line"]) for piece in edge.evidence]
    return Item(
        id=f"{PREREQUISITE}:{subject.id}",
        kind=PREREQUISITE,
        status=status,
        subject=subject,
        other=None,
        question=words.question,
        detail=f"{edge.status}, {edge.kind}: {edge.confidence:.2f} sure that it is one",
        confidence=round(place.confidence, 3),
        evidence=tuple(told[:MOST_EVIDENCE]),
        choices=words.choices if status == "open" else (),
    )


@dataclass(frozen=True)
class _Library:
    """The things that a stretch of the queue speaks of, by "type:id"."""

    cards: Mapping[str, Mapping[str, Any]]
    pages: Mapping[str, tuple[str, str | None]]

    @classmethod
    def of(cls, session: Session, asked: Sequence[Proposal], edges: Sequence[Prerequisite]) -> "_Library":
        names = {row.subject for row in asked}
        names |= {f"{row.subject.partition(':')[0]}:{row.suggestion}" for row in asked if row.kind.startswith("same_")}
        names |= {f"topic:{id}" for edge in edges for id in (edge.prerequisite_id, edge.dependent_id)}
        cards: dict[str, Mapping[str, Any]] = {}
        for type, table in (("resource", Resource), ("topic", Topic)):
            found = queue.cards(session, table, _ids(names, type))
            cards.update((f"{type}:{id}", orjson.loads(card or "{}")) for id, card in found.items())
        return cls(cards, queue.pages(session, _ids(names, "page")))

    def thing(self, name: str) -> Thing:
        type, _, id = name.partition(":")
        if type == "page":
            return Thing(type, id, *self.pages.get(id, (id, None)))
        card = self.cards.get(name, {})
        return Thing(type, id, card.get("title") or card.get("label") or id, card.get("url"))

    def mentions(self, thing: Thing) -> list[Shown]:
        card = self.cards.get(f"{thing.type}:{thing.id}", {})
        return [
            Shown(mention["text"], mention["page"], mention["line"], thing.url) for mention in card.get("mentions", ())
        ]


def _ids(names: Iterable[str], type: str) -> list[str]:
    return sorted(name.partition(":")[2] for name in names if name.startswith(f"{type}:"))
