"""What pages say, folded into what we hold to be true: resources and topics, their look-up rows and their cards.

Every writer ends here, with the ids that it touched.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.catalog import cards
from service.catalog.facts import Facts, facts_from_json, facts_to_json, merge_facts
from service.catalog.models import (
    Mention,
    Page,
    Resource,
    ResourceAuthor,
    ResourceTopic,
    ResourceWord,
    Topic,
    now,
)
from service.catalog.names import fold
from service.catalog.urls import parse_url
from service.catalog.words import finding_words

ROWS_PER_QUERY = 500  # SQLite and psycopg bound the parameters of one statement


def refresh_resources(session: Session, numbers: Collection[int]) -> list[str]:
    """Fold the mentions of these resources again. Returns the ids of those whose card changed."""
    session.flush()
    changed = []
    for batch in batches(sorted(numbers)):
        mentions = _mentions_by_resource(session, batch)
        labels = _topic_labels(session, {m.topic_id for ms in mentions.values() for m in ms if m.topic_id})
        resources = session.scalars(select(Resource).where(Resource.number.in_(batch)).order_by(Resource.number)).all()
        for resource in resources:
            _fold_resource(resource, mentions[resource.number])
        _rewrite_lookups(session, resources, mentions)
        changed += [r.id for r in resources if rewrite_card(r, _resource_card(r, mentions[r.number], labels))]
    return changed


def batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Slices that fit into one statement."""
    for start in range(0, len(values), ROWS_PER_QUERY):
        yield values[start : start + ROWS_PER_QUERY]


def _mentions_by_resource(session: Session, numbers: Sequence[int]) -> Mapping[int, list[Mention]]:
    """Mentions in the order in which the pages came, visible ones first."""
    rows = session.scalars(
        select(Mention)
        .join(Page, Page.id == Mention.page_id)
        .where(Mention.resource_number.in_(numbers))
        .order_by(Mention.is_hidden, Page.created_at, Page.id, Mention.position)
    )
    found: dict[int, list[Mention]] = defaultdict(list)
    for mention in rows:
        found[mention.resource_number].append(mention)
    return found


def _topic_labels(session: Session, ids: Collection[str]) -> Mapping[str, str]:
    labels: dict[str, str] = {}
    for batch in batches(sorted(ids)):
        rows = session.execute(select(Topic.id, Topic.label).where(Topic.id.in_(batch)))
        labels.update((row.id, row.label) for row in rows)
    return labels


def _fold_resource(resource: Resource, mentions: Sequence[Mention]) -> None:
    resource.status = resource.curated.get("status") or _status(mentions)
    if not mentions:
        return
    visible = [m for m in mentions if not m.is_hidden] or mentions
    facts = merge_facts([facts_from_json(m.facts) for m in visible], resource.enriched, resource.curated)
    resource.facts = facts_to_json(facts)
    resource.url = _shown_url(visible)
    _set_columns(resource, facts)


def _set_columns(resource: Resource, facts: Facts) -> None:
    for name in ("title", "media_type", "language", "year", "is_free", "duration_minutes"):
        setattr(resource, name, getattr(facts, name))


def _status(mentions: Sequence[Mention]) -> str:
    if not mentions:
        return "gone"
    return "hidden" if all(mention.is_hidden for mention in mentions) else "active"


def _shown_url(mentions: Sequence[Mention]) -> str:
    """The canonical URL, with the fragment while all mentions agree on it."""
    urls = [parse_url(mention.url) for mention in mentions]
    fragments = {url.fragment for url in urls}
    fragment = fragments.pop() if len(fragments) == 1 else ""
    return urls[0].canonical + (f"#{fragment}" if fragment else "")


def _rewrite_lookups(
    session: Session, resources: Sequence[Resource], mentions: Mapping[int, Sequence[Mention]]
) -> None:
    numbers = [resource.number for resource in resources]
    session.flush()
    for table in (ResourceTopic, ResourceAuthor, ResourceWord):
        session.execute(delete(table).where(table.resource_number.in_(numbers)))
    active = [resource for resource in resources if resource.status == "active"]
    _insert(session, ResourceTopic, (row for r in active for row in _topic_rows(r, mentions[r.number])))
    _insert(session, ResourceAuthor, (row for r in active for row in _author_rows(r)))
    _insert(session, ResourceWord, (row for r in active for row in _word_rows(r)))


def _topic_rows(resource: Resource, mentions: Sequence[Mention]) -> Iterator[dict[str, Any]]:
    for topic in dict.fromkeys(m.topic_id for m in mentions if m.topic_id and not m.is_hidden):
        yield {"topic_id": topic, "resource_number": resource.number, "media_type": resource.media_type}


def _author_rows(resource: Resource) -> Iterator[dict[str, Any]]:
    for folded, name in {fold(author): author for author in resource.facts["authors"]}.items():
        yield {"folded": folded, "resource_number": resource.number, "name": name}


def _word_rows(resource: Resource) -> Iterator[dict[str, Any]]:
    makers = [*resource.facts["authors"], resource.facts["publisher"] or ""]
    for field, word in finding_words(resource.title, makers, resource.host):
        yield {"word": word, "field": field, "resource_number": resource.number}


def _insert(session: Session, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        session.execute(insert(table), values)


def _resource_card(resource: Resource, mentions: Sequence[Mention], labels: Mapping[str, str]) -> dict[str, Any]:
    facts = {name: value for name, value in resource.facts.items() if name != "year_evidence"}
    topics = dict.fromkeys(m.topic_id for m in mentions if m.topic_id)
    return facts | {
        "topics": [{"id": topic, "label": labels[topic]} for topic in topics],
        "mentions": [_mention_card(mention, labels) for mention in mentions],
        **{name: getattr(resource, name) for name in ("id", "url", "host", "status", "created_at")},
    }


def _mention_card(mention: Mention, labels: Mapping[str, str]) -> dict[str, Any]:
    topic = mention.topic_id and {"id": mention.topic_id, "label": labels[mention.topic_id]}
    return {
        "page": mention.page_id,
        "topic": topic,
        **{name: getattr(mention, name) for name in ("line", "text", "raw", "locator", "is_hidden")},
    }


def rewrite_card(record: Resource | Topic, content: dict[str, Any]) -> bool:
    """Store the record's card, as a new version when it says something new."""
    schema = cards.RESOURCE if isinstance(record, Resource) else cards.TOPIC
    same = cards.render(schema, content | {"version": record.version, "updated_at": record.updated_at})
    if same == record.card:
        return False
    if record.card:
        record.version += 1
        record.updated_at = now()
    record.card = cards.render(schema, content | {"version": record.version, "updated_at": record.updated_at})
    return True
