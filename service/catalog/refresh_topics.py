"""What headings say, folded into topics: their labels, names, places in the tree, and cards."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, delete, or_, select
from sqlalchemy.orm import Session

from service.catalog.models import Heading, Mention, Page, Resource, ResourceTopic, Topic, TopicBroader, TopicName
from service.catalog.names import NAME_KINDS, fold
from service.catalog.refresh import batches, rewrite_card


@dataclass(frozen=True)
class Refreshed:
    """What a refresh of topics changed."""

    changed: Sequence[str]  # topics with a new card
    relabelled: Sequence[str]  # of these, those with another label, gone or back: cards that name them are out of date


def refresh_topics(session: Session, ids: Collection[str]) -> Refreshed:
    """Fold the headings of these topics again, and of those around them, whose cards name them."""
    session.flush()
    headings = _headings(session, ids)
    topics = {topic.id: topic for topic in _topics(session, ids)}
    relabelled = [topic.id for topic in topics.values() if _fold_topic(topic, headings[topic.id])]
    before = _with_neighbours(session, ids)
    for topic in topics.values():
        _rewrite_names(session, topic, headings[topic.id])
        _rewrite_broader(session, topic, headings[topic.id])
    session.flush()
    return Refreshed(_rewrite_cards(session, before | _with_neighbours(session, ids)), relabelled)


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
    """Set the topic's own columns; tell whether others show it under another label now, or do so no more, or again."""
    before = topic.label, topic.status == "active"
    topic.status = _status(topic, headings)
    topic.label = topic.curated.get("label") or (headings[0].label if headings else topic.label)
    topic.lecture = next((h.lecture for h in headings if h.lecture is not None), None)
    return (topic.label, topic.status == "active") != before


def _status(topic: Topic, headings: Sequence[Heading]) -> str:
    if topic.merged_into:
        return "merged"
    return topic.curated.get("status") or ("active" if headings else "gone")


def _rewrite_names(session: Session, topic: Topic, headings: Sequence[Heading]) -> None:
    """Keep names of a topic that is on no page and not shown: a page that brings the subject back finds it by them."""
    if not headings and topic.status != "active":
        return
    wanted = _best_names(topic, headings)
    stored = session.scalars(select(TopicName).where(TopicName.topic_id == topic.id).order_by(TopicName.id)).all()
    if [(row.folded, row.name, row.kind) for row in stored] == wanted:
        return
    if stored:  # most topics are new: to delete what is not there would compare all that the session holds
        session.execute(delete(TopicName).where(TopicName.topic_id == topic.id))
    session.add_all(TopicName(topic_id=topic.id, name=name, folded=folded, kind=kind) for folded, name, kind in wanted)


def _best_names(topic: Topic, headings: Sequence[Heading]) -> list[tuple[str, str, str]]:
    """(folded, name, kind) of every name of the topic; of names that fold alike, the best kind."""
    given = [(topic.label, "label")]
    decided = topic.curated.get("aliases")
    for heading in headings:
        given += [(name, kind) for name, kind in heading.names if decided is None or kind == "hidden"]
    given += [(name, "synonym") for name in decided or ()]
    best: dict[str, tuple[str, str, str]] = {}
    for name, kind in sorted(given, key=lambda pair: NAME_KINDS.index(pair[1])):
        best.setdefault(fold(name), (fold(name), name, kind))
    best.pop("", None)
    return list(best.values())


def _rewrite_broader(session: Session, topic: Topic, headings: Sequence[Heading]) -> None:
    decided = topic.curated.get("broader")
    by_pages = (heading.broader_id for heading in headings if heading.broader_id)
    wanted = list(dict.fromkeys(by_pages if decided is None else decided))
    stored = broader_of(session, topic.id)
    if stored == wanted:
        return
    if stored:
        session.execute(delete(TopicBroader).where(TopicBroader.topic_id == topic.id))
    session.add_all(TopicBroader(topic_id=topic.id, broader_id=id, position=n) for n, id in enumerate(wanted))


def broader_of(session: Session, topic_id: str) -> list[str]:
    """The topics that a topic is nested in directly."""
    rows = select(TopicBroader.broader_id).where(TopicBroader.topic_id == topic_id).order_by(TopicBroader.position)
    return list(session.scalars(rows))


def _with_neighbours(session: Session, ids: Collection[str]) -> set[str]:
    around = set(ids)
    for batch in batches(sorted(ids)):
        edges = session.execute(
            select(TopicBroader.topic_id, TopicBroader.broader_id).where(
                or_(TopicBroader.topic_id.in_(batch), TopicBroader.broader_id.in_(batch))
            )
        )
        around.update(end for edge in edges for end in edge)
    return around


def _rewrite_cards(session: Session, ids: Collection[str]) -> Sequence[str]:
    headings = _headings(session, ids)
    broader, narrower = _nesting(session, ids)
    names = _shown_names(session, ids)
    labels = _labels(session)
    changed = []
    for topic in _topics(session, ids):
        content = _card(topic, headings[topic.id]) | {
            "aliases": [name for name in names[topic.id] if name != topic.label],
            "broader": [{"id": t, "label": labels[t]} for t in broader[topic.id] if t in labels],
            "narrower": [{"id": t, "label": labels[t]} for t in narrower[topic.id] if t in labels],
        }
        if rewrite_card(topic, content):
            changed.append(topic.id)
    return changed


def _card(topic: Topic, headings: Sequence[Heading]) -> dict[str, Any]:
    return {
        **{name: getattr(topic, name) for name in ("id", "label", "lecture", "status", "created_at")},
        "notes": [note | {"page": heading.page_id} for heading in headings for note in heading.notes],
        "mentions": [{"page": h.page_id, "line": h.line, "text": h.raw} for h in headings],
    }


def _nesting(session: Session, ids: Collection[str]) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """What each topic is nested in, and what is nested in it: in the order of the pages, curators' own topics last."""
    broader: dict[str, list[str]] = defaultdict(list)
    narrower: dict[str, list[str]] = defaultdict(list)
    for batch in batches(sorted(ids)):
        rows = select(TopicBroader.topic_id, TopicBroader.broader_id).order_by(TopicBroader.position)
        for topic, upper in session.execute(rows.where(TopicBroader.topic_id.in_(batch))):
            broader[topic].append(upper)
        for topic, upper in session.execute(rows.where(TopicBroader.broader_id.in_(batch))):
            narrower[upper].append(topic)
    places = _places(session, {topic for topics in narrower.values() for topic in topics})
    for topics in narrower.values():
        topics.sort(key=lambda topic: (places.get(topic, len(places)), topic))
    return broader, narrower


def _places(session: Session, ids: Collection[str]) -> Mapping[str, int]:
    """The topics' order by where the pages first name them."""
    first = [headings[0] for headings in _headings(session, ids).values()]
    pages = {page.id: (page.created_at, page.id) for page in session.scalars(select(Page))}
    first.sort(key=lambda heading: (pages[heading.page_id], heading.position))
    return {heading.topic_id: place for place, heading in enumerate(first)}


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
    """Of the topics that can be shown."""
    rows = session.execute(select(Topic.id, Topic.label).where(Topic.status == "active"))
    return {row.id: row.label for row in rows}


def resources_under(session: Session, topic_ids: Collection[str]) -> set[int]:
    """The numbers of all resources that are mentioned or filed under these topics."""
    found = _filed_unseen(session, set(topic_ids)) if topic_ids else set()
    for batch in batches(sorted(topic_ids)):
        found.update(session.scalars(select(Mention.resource_number).where(Mention.topic_id.in_(batch))))
        found.update(session.scalars(select(ResourceTopic.resource_number).where(ResourceTopic.topic_id.in_(batch))))
    return found


def _filed_unseen(session: Session, topic_ids: set[str]) -> set[int]:
    """The numbers of resources that are not shown, and were filed here by curators: no look-up row tells of them."""
    decided = select(Resource.number, Resource.curated).where(
        Resource.status != "active", cast(Resource.curated, Text).contains('"topics"')
    )
    filed = ((row.number, row.curated.get("topics") or ()) for row in session.execute(decided))
    return {number for number, topics in filed if not topic_ids.isdisjoint(topics)}
