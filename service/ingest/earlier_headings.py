"""The headings of a page's last edition, found by what they say, where they stand and what is under them.

Each look-up touches only headings that can be meant: a page may have ten thousand.
"""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from service.catalog.models import Heading
from service.catalog.names import fold
from service.ingest.page import PageTopic

RENAMED_SHARED_RESOURCES = 0.5  # of the two headings' resources together: under as much, two different subjects
RENAMED_SIMILARITY = 0.6  # of the two texts, for headings without resources


@dataclass(frozen=True)
class PageBefore:
    """The page's last edition in the catalog: its headings, and the resources under each one's topic."""

    headings: Sequence[Heading] = ()
    resources_by_topic: dict[str, set[str]] = field(default_factory=dict)


class Continued:
    """Headings of the last edition that no heading of the new one continues yet."""

    def __init__(self, headings: Iterable[Heading]) -> None:
        self._left: defaultdict[str, dict[str | None, deque[Heading]]] = defaultdict(dict)  # by text, then by parent
        for heading in headings:
            self._left[fold(heading.raw)].setdefault(heading.broader_id, deque()).append(heading)

    def take(self, topic: PageTopic, parent_id: str | None) -> Heading | None:
        """The heading with this text: the first under the same parent, else the only one. It is not found again.

        Not by topics: after a merge, two headings of one page stand for one topic.
        """
        alike = self._left.get(fold(topic.raw))
        if not alike:
            return None
        if parent_id not in alike:
            parent_id, others = next(iter(alike.items()))
            if topic.is_bland or len(alike) > 1 or len(others) > 1:
                return None
        taken = alike[parent_id].popleft()
        if not alike[parent_id]:
            del alike[parent_id]
        return taken


class Orphans:
    """Topics whose headings vanished in the new edition: under which of its headings they may go on."""

    def __init__(self, before: PageBefore, page_texts: Collection[str]) -> None:
        """`page_texts` are the folded headings of the new edition."""
        vanished = {h.topic_id: h for h in before.headings if fold(h.raw) not in page_texts}
        self._place = {topic_id: place for place, topic_id in enumerate(vanished)}
        self._resources = {topic_id: before.resources_by_topic.get(topic_id, set()) for topic_id in vanished}
        self._by_resource: defaultdict[str, list[str]] = defaultdict(list)
        self._bare: defaultdict[str | None, dict[str, str]] = defaultdict(dict)  # texts without resources, by parent
        for topic_id, heading in vanished.items():
            for resource in self._resources[topic_id]:
                self._by_resource[resource].append(topic_id)
            if not self._resources[topic_id]:
                self._bare[heading.broader_id][topic_id] = fold(heading.raw)

    def likest(
        self, topic: PageTopic, parent_id: str | None, resources: Collection[str], used: Collection[str]
    ) -> str | None:
        """The topic, of those not in `used`, that this heading is a new name of, if there is one."""
        if resources:
            return self._by_company(set(resources), used)
        bare = self._bare[parent_id]
        for topic_id in [id for id in bare if id in used]:
            del bare[topic_id]
        return _by_text(fold(topic.raw), bare)

    def _by_company(self, resources: set[str], used: Collection[str]) -> str | None:
        near = {id for resource in resources for id in self._by_resource.get(resource, ()) if id not in used}
        shared = {id: _overlap(self._resources[id], resources) for id in sorted(near, key=self._place.__getitem__)}
        best = max(shared, key=lambda id: shared[id], default=None)
        return best if best is not None and shared[best] >= RENAMED_SHARED_RESOURCES else None


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def _by_text(text: str, others: dict[str, str]) -> str | None:
    """Of the others, the one that reads most like this, if one reads enough like it."""
    matcher = SequenceMatcher(b=text)
    best, best_ratio = None, 0.0
    for topic_id, other in others.items():
        matcher.set_seq1(other)
        at_most = min(matcher.real_quick_ratio(), matcher.quick_ratio())  # cheap, and never less than the ratio
        if at_most > best_ratio and at_most >= RENAMED_SIMILARITY and (ratio := matcher.ratio()) > best_ratio:
            best, best_ratio = topic_id, ratio
    return best if best_ratio >= RENAMED_SIMILARITY else None
