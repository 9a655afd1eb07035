"""A page's new edition held against its last one: what each heading and each mention was before."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.models import Heading, Mention
from service.catalog.models import Page as PageRow
from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.ingest.diff import NewMention, Pair, pair_mentions
from service.ingest.earlier_headings import PageBefore
from service.ingest.match_topics import MatchedTopic, TopicMatcher
from service.ingest.page import Page
from service.ingest.report import Change


@dataclass(frozen=True)
class Edition:
    """Everything known of a new edition before anything is written."""

    page: Page
    row: PageRow | None  # None: the page is new
    topics: Sequence[MatchedTopic]
    old_headings: Sequence[Heading]
    pairs: Sequence[Pair]

    @property
    def sha256(self) -> str:
        """Of the page's text."""
        return hashlib.sha256(self.page.text.encode()).hexdigest()

    @property
    def is_new_text(self) -> bool:
        """Whether the page reads otherwise than at the last ingest."""
        return self.row is None or self.row.sha256 != self.sha256

    @property
    def removed_topics(self) -> Sequence[Heading]:
        """Headings whose topic this edition does not have any more."""
        kept = {topic.id for topic in self.topics}
        return [heading for heading in self.old_headings if heading.topic_id not in kept]

    def removed_resources(self) -> tuple[int, int]:
        """How many of the last edition's resources this one leaves out, and of how many."""
        before = {pair.change.id for pair in self.pairs if pair.old is not None}
        after = {pair.change.id for pair in self.pairs if pair.new is not None}
        return len(before - after), len(before)

    def topic_changes(self) -> list[Change]:
        """What became of each topic of the page."""
        before: dict[str, list[Heading]] = defaultdict(list)
        for heading in self.old_headings:
            before[heading.topic_id].append(heading)
        changes = [_topic_change(topic, _likest(topic, before[topic.id])) for topic in self.topics]
        return changes + [Change("removed", h.topic_id, h.label, h.line) for h in self.removed_topics]


def compare(session: Session, page: Page, vocabulary: Vocabulary) -> Edition:
    """Match a page's headings and mentions with the catalog."""
    old_headings = page_rows.headings(session, page.name)
    old_mentions = page_rows.mentions(session, page.name)
    urls = [parse_url(mention.url) for mention in page.mentions]
    survivors = page_rows.survivors(session, {url.id for url in urls})
    ids = [survivors.get(url.id, url.id) for url in urls]
    under = _resources_by_heading(page, ids)
    matcher = TopicMatcher(session, page, PageBefore(old_headings, _resources_by_topic(old_mentions)), vocabulary)
    topics = matcher.match(under)
    new = [
        NewMention(mention, url, id, None if mention.topic is None else topics[mention.topic].id)
        for mention, url, id in zip(page.mentions, urls, ids, strict=True)
    ]
    return Edition(page, page_rows.page(session, page.name), topics, old_headings, pair_mentions(old_mentions, new))


def _resources_by_heading(page: Page, resource_ids: Sequence[str]) -> list[set[str]]:
    under: list[set[str]] = [set() for _ in page.topics]
    for mention, resource_id in zip(page.mentions, resource_ids, strict=True):
        if mention.topic is not None:
            under[mention.topic].add(resource_id)
    return under


def _resources_by_topic(mentions: Sequence[tuple[Mention, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for mention, resource_id in mentions:
        if mention.topic_id:
            found[mention.topic_id].add(resource_id)
    return found


def _likest(matched: MatchedTopic, headings: Sequence[Heading]) -> Heading | None:
    """Of the topic's headings before, the one that reads alike; after a merge there can be several on a page."""
    alike = [heading for heading in headings if heading.raw == matched.topic.raw]
    return next(iter([*alike, *headings]), None)


def _topic_change(matched: MatchedTopic, before: Heading | None) -> Change:
    topic = matched.topic
    if before is None:
        return Change("added", matched.id, topic.label, topic.line, "" if matched.is_new else "known from another page")
    if before.broader_id != matched.parent_id:
        return Change("moved", matched.id, topic.label, topic.line, f"from {before.broader_id or 'the page'}")
    if before.raw != topic.raw:
        return Change("changed", matched.id, topic.label, topic.line, f"heading: {before.raw} -> {topic.raw}")
    return Change("unchanged", matched.id, topic.label, topic.line)
