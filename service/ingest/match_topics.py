"""Which topic of the catalog each heading of a page stands for; new ids for new subjects.

A heading keeps its topic while it keeps its text or its place, or most of its resources. The same subject on another
page is the same topic. A bland heading ("Overview") is only ever itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary
from service.ingest.earlier_headings import Continued, Orphans, PageBefore
from service.ingest.new_topic_ids import NewTopicIds
from service.ingest.page import Page, PageTopic
from service.ingest.topic_names import Names, topic_names

STRONG_KINDS = ("label", "synonym", "hidden")  # names that stand for the whole topic


@dataclass(frozen=True)
class MatchedTopic:
    """A heading of the page, the topic it stands for, and that topic's names by this heading."""

    topic: PageTopic
    id: str
    parent_id: str | None
    names: Names
    is_new: bool
    is_renamed: bool


class TopicMatcher:
    """Matches the headings of one page, from top to bottom."""

    def __init__(self, session: Session, page: Page, before: PageBefore, vocabulary: Vocabulary) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._page = page
        self._matched: list[MatchedTopic] = []
        self._used: set[str] = set()
        self._first: dict[tuple[str | None, str], str] = {}  # parent and folded label -> the first such topic
        self._continued = Continued(before.headings)
        self._orphans = Orphans(before, {fold(topic.raw) for topic in page.topics})

    def match(self, resources: Sequence[set[str]]) -> list[MatchedTopic]:
        """Match every heading. `resources[i]` are the ids of the resources directly under heading i."""
        for topic, ids in zip(self._page.topics, resources, strict=True):
            found = self._match(topic, ids)
            self._matched.append(found)
            self._used.add(found.id)
            self._first.setdefault((found.parent_id, fold(topic.label)), found.id)
        return self._matched

    def _match(self, topic: PageTopic, resources: set[str]) -> MatchedTopic:
        parent = None if topic.parent is None else self._matched[topic.parent]
        parent_id = parent.id if parent else None
        names = topic_names(topic, parent.names if parent else (), self._vocabulary)
        heading = self._continued.take(topic, parent_id)
        same = heading.topic_id if heading else self._same_subject(topic, parent_id, names)
        if same:
            return MatchedTopic(topic, same, parent_id, names, is_new=False, is_renamed=False)
        renamed = self._orphans.likest(topic, parent_id, resources, self._used)
        if renamed:
            return MatchedTopic(topic, renamed, parent_id, names, is_new=False, is_renamed=True)
        new = self._new_ids.make(topic, parent.topic.label if parent else self._page.title)
        return MatchedTopic(topic, new, parent_id, names, is_new=True, is_renamed=False)

    def _same_subject(self, topic: PageTopic, parent_id: str | None, names: Names) -> str | None:
        """A heading that stands twice under one parent goes on with its topic; else a topic with one of its names."""
        if topic.is_bland:
            return None
        continued = self._first.get((parent_id, fold(topic.label)))
        if continued:
            return continued
        wanted = {fold(name) for name, kind in names if kind in STRONG_KINDS} - {""}
        by_name: dict[str, list[str]] = defaultdict(list)
        for folded, kind, topic_id in page_rows.topics_named(self._session, wanted):
            if kind in STRONG_KINDS and topic_id not in self._used:
                by_name["label" if folded == fold(topic.label) and kind == "label" else "other"].append(topic_id)
        # A merge is for good: what was merged away is its survivor, also where that has a heading here already.
        merged = None if by_name["label"] else page_rows.survivor_of_label(self._session, fold(topic.label))
        return merged or next(iter(by_name["label"] + by_name["other"]), None)

    @cached_property
    def _new_ids(self) -> NewTopicIds:
        """Most editions have no new topic: ids are read when there is one."""
        return NewTopicIds(page_rows.topic_ids(self._session))
