"""What headings say, folded into topics: their labels, names, places in the tree, and cards."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Mention, Page, Topic, TopicName
from service.catalog.names import NAME_KINDS, fold
from service.catalog.refresh import batches, rewrite_card


@dataclass(frozen=True)
class Refreshed:
    """What a refresh of topics changed."""

    changed: Sequence[str]  # topics with a new card
    relabelled: Sequence[str]  # of these, the ones whose label is another: cards that name them are out of date


def refresh_topics(session: Session, ids: Collection[str]) -> Refreshed:
    """Fold the headings of these topics again, and of those around them, whose cards name them."""
    session.flush()
    headings = _headings(session, ids)
    topics = {topic.id: topic for topic in _topics(session, ids)}
    relabelled = [topic.id for topic in topics.values() if _fold_topic(topic, headings[topic.id])]
    for topic in topics.values():
        _rewrite_names(session, topic, headings[topic.id])
    session.flush()
    return Refreshed(_rewrite_cards(session, _with_neighbours(session, ids)), relabelled)


def _topics(session: Session, ids: Collection[str]) -> Sequence[Topic]:
    found: list[Topic] = []
    for batch in batches(sorted(ids)):
        found += session.scalars(select(Topic).where(Topic.id.in_(batch)).order_by(Topic.id))
    return found


def _headings(session: Session, ids: Collection[str]) -> Mapping[str, list[Heading]]:
    """Headings in the order in which the pages came."""
    found: dict[str, list[Heading]] = defaultdict(list)
    for batch in batches(sorted(ids)):
        rows = (
            select(Heading)
            .join(Page, Page.id == Heading.page_id)
            .where(Heading.topic_id.in_(batch))
            .order_by(Page.created_at, Page.id, Heading.position)
        )
        for heading in session.scalars(rows):
            found[heading.topic_id].append(heading)
    return found


def _fold_topic(topic: Topic, headings: Sequence[Heading]) -> bool:
    """Set the topic's own columns; tell whether its label is another now."""
    before = topic.label
    topic.status = topic.curated.get("status") or ("active" if headings else "gone")
    if headings:
        topic.label = topic.curated.get("label") or headings[0].label
        topic.lecture = next((h.lecture for h in headings if h.lecture is not None), None)
    return topic.label != before


def _rewrite_names(session: Session, topic: Topic, headings: Sequence[Heading]) -> None:
    """Keep names of a gone topic: a page that brings the subject back finds it by them."""
    if not headings:
        return
    wanted = _best_names(topic, headings)
    stored = session.scalars(select(TopicName).where(TopicName.topic_id == topic.id).order_by(TopicName.id)).all()
    if [(row.folded, row.name, row.kind) for row in stored] == wanted:
        return
    session.execute(delete(TopicName).where(TopicName.topic_id == topic.id))
    session.add_all(TopicName(topic_id=topic.id, name=name, folded=folded, kind=kind) for folded, name, kind in wanted)


def _best_names(topic: Topic, headings: Sequence[Heading]) -> list[tuple[str, str, str]]:
    """(folded, name, kind) of every name of the topic; of names that fold alike, the best kind."""
    given = [(topic.label, "label"), *((name, kind) for heading in headings for name, kind in heading.names)]
    given += [(name, "synonym") for name in topic.curated.get("aliases", ())]
    best: dict[str, tuple[str, str, str]] = {}
    for name, kind in sorted(given, key=lambda pair: NAME_KINDS.index(pair[1])):
        best.setdefault(fold(name), (fold(name), name, kind))
    best.pop("", None)
    return list(best.values())


def _with_neighbours(session: Session, ids: Collection[str]) -> set[str]:
    around = set(ids)
    for batch in batches(sorted(ids)):
        edges = session.execute(
            select(Heading.topic_id, Heading.broader_id).where(
                Heading.broader_id.is_not(None), or_(Heading.topic_id.in_(batch), Heading.broader_id.in_(batch))
            )
        )
        around.update(end for edge in edges for end in edge)
    return around


def _rewrite_cards(session: Session, ids: Collection[str]) -> Sequence[str]:
    headings = _headings(session, ids)
    narrower = _narrower(session, ids)
    names = _shown_names(session, ids)
    labels = _labels(session)
    changed = []
    for topic in _topics(session, ids):
        content = _card(topic, headings[topic.id], labels) | {
            "aliases": [name for name in names[topic.id] if name != topic.label],
            "narrower": [{"id": t, "label": labels[t]} for t in narrower[topic.id]],
        }
        if rewrite_card(topic, content):
            changed.append(topic.id)
    return changed


def _card(topic: Topic, headings: Sequence[Heading], labels: Mapping[str, str]) -> dict[str, Any]:
    broader = dict.fromkeys(h.broader_id for h in headings if h.broader_id)
    return {
        **{name: getattr(topic, name) for name in ("id", "label", "lecture", "status", "created_at")},
        "broader": [{"id": t, "label": labels[t]} for t in broader],
        "notes": [note | {"page": heading.page_id} for heading in headings for note in heading.notes],
        "mentions": [{"page": h.page_id, "line": h.line, "text": h.raw} for h in headings],
    }


def _narrower(session: Session, ids: Collection[str]) -> Mapping[str, list[str]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for batch in batches(sorted(ids)):
        rows = session.execute(
            select(Heading.broader_id, Heading.topic_id)
            .join(Page, Page.id == Heading.page_id)
            .where(Heading.broader_id.in_(batch))
            .order_by(Page.created_at, Page.id, Heading.position)
        )
        for broader, topic in rows:
            found[str(broader)][topic] = None
    return defaultdict(list, {broader: list(topics) for broader, topics in found.items()})


def _shown_names(session: Session, ids: Collection[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for batch in batches(sorted(ids)):
        rows = session.execute(
            select(TopicName.topic_id, TopicName.name)
            .where(TopicName.topic_id.in_(batch), TopicName.kind != "hidden")
            .order_by(TopicName.id)
        )
        for topic, name in rows:
            found[topic].append(name)
    return found


def _labels(session: Session) -> Mapping[str, str]:
    return {row.id: row.label for row in session.execute(select(Topic.id, Topic.label))}


def resources_under(session: Session, topic_ids: Collection[str]) -> set[int]:
    """The numbers of all resources that are mentioned under these topics."""
    found: set[int] = set()
    for batch in batches(sorted(topic_ids)):
        found.update(session.scalars(select(Mention.resource_number).where(Mention.topic_id.in_(batch))))
    return found
