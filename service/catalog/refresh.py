"""What pages say, folded into what we hold to be true: resources and topics, their look-up rows and their cards.

Every writer ends here, with the ids that it touched.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.catalog import cards
from service.catalog.facts import Evidence, Facts, facts_from_json, facts_to_json, merge_facts
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
        resources = session.scalars(select(Resource).where(Resource.number.in_(batch)).order_by(Resource.number)).all()
        labels = _topic_labels(session, {t for r in resources for t in _all_topics(r, mentions[r.number])})
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
    """Of those that can be shown."""
    labels: dict[str, str] = {}
    for batch in batches(sorted(ids)):
        rows = session.execute(select(Topic.id, Topic.label).where(Topic.id.in_(batch), Topic.status == "active"))
        labels.update((row.id, row.label) for row in rows)
    return labels


def _fold_resource(resource: Resource, mentions: Sequence[Mention]) -> None:
    visible = [m for m in mentions if not m.is_hidden] or mentions
    own = [mention for mention in visible if parse_url(mention.url).id == resource.id]  # not of one merged into it
    last = {} if own else _last_stated(resource)
    facts = merge_facts(
        [facts_from_json(mention.facts) for mention in visible] or [facts_from_json(last)],
        resource.enriched,
        resource.curated,
    )
    resource.facts = facts_to_json(facts) | ({} if own else {_LAST_STATED: last})
    resource.url = resource.curated.get("url") or (_shown_url(own) if own else resource.url)
    resource.host = parse_url(resource.url).host
    resource.status = _status(resource, mentions)
    _set_columns(resource, facts)


_LAST_STATED = "last_stated"  # among the facts of a resource that no page names: what is under a curator's edits


def _last_stated(resource: Resource) -> dict[str, Any]:
    """What pages stated while they named the resource; nothing but its URL, where a curator added it."""
    if resource.facts:
        stated: dict[str, Any] = resource.facts.get(_LAST_STATED) or resource.facts
        return stated
    nobody = Evidence("default", 0.0, "no page names it")
    return facts_to_json(Facts(resource.url, nobody, "other", nobody))


def _set_columns(resource: Resource, facts: Facts) -> None:
    for name in ("title", "media_type", "language", "year", "is_free", "duration_minutes"):
        setattr(resource, name, getattr(facts, name))


def _status(resource: Resource, mentions: Sequence[Mention]) -> str:
    if resource.merged_into:
        return "merged"
    decided: str | None = resource.curated.get("status")
    if decided:
        return decided
    if not mentions:
        return "gone"
    if all(mention.is_hidden for mention in mentions):
        return "hidden"
    return "broken" if resource.broken_url == resource.url.partition("#")[0] else "active"


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
    for topic in _named_topics(resource, [m for m in mentions if not m.is_hidden]):
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
    facts = {name: value for name, value in resource.facts.items() if name not in ("year_evidence", _LAST_STATED)}
    return facts | {
        "topics": [{"id": t, "label": labels[t]} for t in _named_topics(resource, mentions) if t in labels],
        "mentions": [_mention_card(mention, labels) for mention in mentions],
        **{name: getattr(resource, name) for name in ("id", "url", "host", "status", "created_at")},
    }


def _named_topics(resource: Resource, mentions: Sequence[Mention]) -> list[str]:
    """The topics that the resource is filed under: by pages, or as a curator decided."""
    by_pages = (mention.topic_id for mention in mentions if mention.topic_id)
    decided = resource.curated.get("topics")
    return list(dict.fromkeys(by_pages if decided is None else decided))


def _all_topics(resource: Resource, mentions: Sequence[Mention]) -> set[str]:
    """Those of its pages too, where a curator decided otherwise: mentions tell where they stand."""
    return {*_named_topics(resource, mentions), *(mention.topic_id for mention in mentions if mention.topic_id)}


def _mention_card(mention: Mention, labels: Mapping[str, str]) -> dict[str, Any]:
    topic = mention.topic_id
    return {
        "page": mention.page_id,
        "topic": {"id": topic, "label": labels[topic]} if topic and topic in labels else None,
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
