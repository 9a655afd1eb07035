"""Writing a page's new edition: its own rows, then what they fold into."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.facts import facts_to_json
from service.catalog.models import Heading, Mention, Page, Resource, Topic, now
from service.catalog.refresh import refresh_resources
from service.catalog.refresh_topics import refresh_topics, resources_under
from service.ingest.diff import NewMention
from service.ingest.edition import Edition
from service.ingest.match_topics import MatchedTopic
from service.ingest.sources import is_url


def write_edition(session: Session, edition: Edition) -> bool:
    """Write the edition's rows and refresh all that they touch. Returns whether anything is different now."""
    touched_topics = _topics_around(edition)
    is_changed = _write_page(session, edition)
    _add_topics(session, edition)
    _add_resources(session, edition)
    session.flush()
    is_changed |= _write_headings(session, edition)
    touched_resources, mentions_changed = _write_mentions(session, edition)
    refreshed = refresh_topics(session, touched_topics | _topics_around(edition))
    touched_resources |= resources_under(session, refreshed.relabelled)
    changed_resources = refresh_resources(session, touched_resources)
    return is_changed or mentions_changed or bool(refreshed.changed or changed_resources)


def _topics_around(edition: Edition) -> set[str]:
    before = {id for heading in edition.old_headings for id in (heading.topic_id, heading.broader_id) if id}
    after = {id for topic in edition.topics for id in (topic.id, topic.parent_id) if id}
    return before | after


def _write_page(session: Session, edition: Edition) -> bool:
    page, row = edition.page, edition.row
    values: dict[str, Any] = {
        "title": page.title,
        # Everybody reads it, and the folders of a disk are nobody's business; nor is a moved file another edition.
        "source": page.source if is_url(page.source) else Path(page.source).name,
        "url": page.url,
        "language": page.language,
        "sha256": edition.sha256,
        "warnings": [vars(warning) for warning in page.warnings],
    }
    if row is None:
        session.add(Page(id=page.name, edition=1, **values))
        session.flush()
        page_rows.add_edition(session, page.name, 1, edition.sha256, page.text)
        return True
    if edition.is_new_text:
        row.edition += 1
        page_rows.add_edition(session, page.name, row.edition, edition.sha256, page.text)
    is_changed = _assign(row, values)
    if is_changed:
        row.version += 1
        row.updated_at = now()
    return is_changed


def _add_topics(session: Session, edition: Edition) -> None:
    new = {topic.id: topic.topic.label for topic in edition.topics if topic.is_new}
    session.add_all(Topic(id=id, label=label) for id, label in new.items())


def _add_resources(session: Session, edition: Edition) -> None:
    mentions = {pair.new.resource_id: pair.new for pair in reversed(edition.pairs) if pair.new is not None}
    known = page_rows.resource_numbers(session, mentions)
    session.add_all(_resource(mentions[id]) for id in reversed(mentions) if id not in known)


def _resource(new: NewMention) -> Resource:
    mention = new.mention
    return Resource(
        id=new.resource_id, url=new.url.canonical, host=new.url.host, title=mention.title, media_type=mention.media_type
    )


def _write_headings(session: Session, edition: Edition) -> bool:
    """Lay the page's headings anew over the old rows, position by position."""
    wanted = [_heading_values(edition.page.name, place, topic) for place, topic in enumerate(edition.topics)]
    is_changed = len(wanted) != len(edition.old_headings)
    for row, values in zip(edition.old_headings, wanted, strict=False):
        is_changed |= _assign(row, values)
    session.add_all(Heading(**values) for values in wanted[len(edition.old_headings) :])
    for row in edition.old_headings[len(wanted) :]:
        session.delete(row)
    return is_changed


def _heading_values(page_id: str, position: int, matched: MatchedTopic) -> dict[str, Any]:
    topic = matched.topic
    return {
        "page_id": page_id,
        "topic_id": matched.id,
        "broader_id": matched.parent_id,
        "position": position,
        "names": [list(name) for name in matched.names],
        "notes": [vars(note) for note in topic.notes],
        **{name: getattr(topic, name) for name in ("line", "level", "raw", "label", "lecture")},
    }


def _write_mentions(session: Session, edition: Edition) -> tuple[set[int], bool]:
    """Write added, changed and removed mentions; return the resources on either edition, and whether any differs."""
    numbers = page_rows.resource_numbers(session, {pair.change.id for pair in edition.pairs})
    is_changed = False
    position = 0
    for pair in edition.pairs:
        if pair.new is None:
            session.delete(pair.old)
            is_changed = True
            continue
        values = _mention_values(edition.page.name, position, numbers[pair.change.id], pair.new)
        position += 1
        if pair.old is None:
            session.add(Mention(**values))
            is_changed = True
        else:
            is_changed |= _assign(pair.old, values)
    return set(numbers.values()), is_changed


def _mention_values(page_id: str, position: int, resource_number: int, new: NewMention) -> dict[str, Any]:
    mention = new.mention
    return {
        "page_id": page_id,
        "resource_number": resource_number,
        "topic_id": new.topic_id,
        "position": position,
        "facts": _as_stored(facts_to_json(new.facts)),
        **{name: getattr(mention, name) for name in ("line", "raw", "text", "url", "locator", "is_hidden")},
    }


def _as_stored(value: Any) -> Any:
    """A value as it comes back from a JSON column, so that equal facts compare equal."""
    if isinstance(value, dict):
        return {name: _as_stored(inner) for name, inner in value.items()}
    return [_as_stored(inner) for inner in value] if isinstance(value, tuple) else value


def _assign(row: Any, values: dict[str, Any]) -> bool:
    """Set what differs; tell whether anything did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
