"""Which topic of the catalog each heading of a page stands for; new ids for new subjects.

A heading keeps its topic while it keeps its text or its place, or most of its resources. The same subject on another
page is the same topic. A bland heading ("Overview") is only ever itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.models import Heading
from service.catalog.names import fold, slug
from service.catalog.vocabulary import Vocabulary
from service.ingest.page import Page, PageTopic
from service.ingest.topic_names import Names, bare_label, topic_names

STRONG_KINDS = ("label", "synonym", "hidden")  # names that stand for the whole topic
RENAMED_SHARED_RESOURCES = 0.5  # of the two headings' resources together: under as much, two different subjects
RENAMED_SIMILARITY = 0.6  # of the two texts, for headings without resources


@dataclass(frozen=True)
class MatchedTopic:
    """A heading of the page, the topic it stands for, and that topic's names by this heading."""

    topic: PageTopic
    id: str
    parent_id: str | None
    names: Names
    is_new: bool
    is_renamed: bool


@dataclass(frozen=True)
class PageBefore:
    """The page's last edition in the catalog: its headings, and the resources under each one's topic."""

    headings: Sequence[Heading] = ()
    resources_by_topic: dict[str, set[str]] = field(default_factory=dict)


class TopicMatcher:
    """Matches the headings of one page, from top to bottom."""

    def __init__(self, session: Session, page: Page, before: PageBefore, vocabulary: Vocabulary) -> None:
        self._session = session
        self._vocabulary = vocabulary
        self._before = before
        self._page = page
        self._matched: list[MatchedTopic] = []
        self._used: set[str] = set()
        self._continued_rows: set[int] = set()  # headings of the last edition that stand in this one too
        kept = {fold(topic.raw) for topic in page.topics}
        self._orphans = [heading for heading in before.headings if fold(heading.raw) not in kept]

    def match(self, resources: Sequence[set[str]]) -> list[MatchedTopic]:
        """Match every heading. `resources[i]` are the ids of the resources directly under heading i."""
        for topic, ids in zip(self._page.topics, resources, strict=True):
            found = self._match(topic, ids)
            self._matched.append(found)
            self._used.add(found.id)
        return self._matched

    def _match(self, topic: PageTopic, resources: set[str]) -> MatchedTopic:
        parent = None if topic.parent is None else self._matched[topic.parent]
        parent_id = parent.id if parent else None
        names = topic_names(topic, parent.names if parent else (), self._vocabulary)
        same = self._same_heading(topic, parent_id) or self._same_subject(topic, parent_id, names)
        if same:
            return MatchedTopic(topic, same, parent_id, names, is_new=False, is_renamed=False)
        renamed = self._renamed(topic, parent_id, resources)
        if renamed:
            return MatchedTopic(topic, renamed, parent_id, names, is_new=False, is_renamed=True)
        new = self._new_id(topic, parent.topic.label if parent else self._page.title)
        return MatchedTopic(topic, new, parent_id, names, is_new=True, is_renamed=False)

    def _same_heading(self, topic: PageTopic, parent_id: str | None) -> str | None:
        """The topic of the last edition's heading with this text: under the same parent, else the only one."""
        left = (heading for heading in self._before.headings if heading.id not in self._continued_rows)
        alike = [h for h in left if fold(h.raw) == fold(topic.raw)]
        under_parent = [h for h in alike if h.broader_id == parent_id]
        same = under_parent or (alike if len(alike) == 1 and not topic.is_bland else [])
        if not same:
            return None
        # Not by topics: after a merge, two headings of one page stand for one topic.
        self._continued_rows.add(same[0].id)
        return same[0].topic_id

    def _same_subject(self, topic: PageTopic, parent_id: str | None, names: Names) -> str | None:
        if topic.is_bland:
            return None
        continued = self._continued(topic, parent_id)
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

    def _continued(self, topic: PageTopic, parent_id: str | None) -> str | None:
        """A heading that stands twice under one parent goes on with its topic."""
        return next(
            (m.id for m in self._matched if m.parent_id == parent_id and fold(m.topic.label) == fold(topic.label)), None
        )

    def _renamed(self, topic: PageTopic, parent_id: str | None, resources: set[str]) -> str | None:
        """The topic of a heading that vanished in this edition, if this one took its place."""
        candidates = [h for h in self._orphans if h.topic_id not in self._used]
        likeness = {h.topic_id: self._likeness(h, topic, parent_id, resources) for h in candidates}
        best = max(likeness, key=lambda id: likeness[id], default=None)
        return best if best is not None and likeness[best] > 0 else None

    def _likeness(self, heading: Heading, topic: PageTopic, parent_id: str | None, resources: set[str]) -> float:
        before = self._before.resources_by_topic.get(heading.topic_id, set())
        if before or resources:
            shared = len(before & resources) / len(before | resources)
            return shared if shared >= RENAMED_SHARED_RESOURCES else 0.0
        alike = SequenceMatcher(None, fold(heading.raw), fold(topic.raw)).ratio()
        return alike if heading.broader_id == parent_id and alike >= RENAMED_SIMILARITY else 0.0

    def _new_id(self, topic: PageTopic, parent_label: str) -> str:
        own = bare_label(topic) if topic.is_bland else topic.label
        qualified = slug(f"{parent_label} {own}") or "topic"
        first = qualified if topic.is_bland else slug(own) or qualified
        taken = page_rows.taken_topic_ids(self._session, first) | page_rows.taken_topic_ids(self._session, qualified)
        taken |= self._used
        numbered = (f"{qualified}-{n}" for n in range(2, len(taken) + 3))
        return next(candidate for candidate in (first, qualified, *numbered) if candidate not in taken)
