"""A page's outline as the order of a course: who comes before whom, what opens a subject, what nobody needs first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from service.catalog.names import fold
from service.catalog.teaching_words import TeachingWords
from service.ingest.teaching import TaughtPage, TaughtTopic

# How far the order of a page can be trusted to be an order of learning.
TEACHES = 1.0  # it numbers its lectures, or calls itself a course
MAY_TEACH = 0.7
IS_COLLECTION = 0.25  # it calls itself a list, or is in alphabetical order: that is no order of learning
FEWEST_SORTED = 5  # headings; as many stand in alphabetical order by chance once in 120 pages


class CourseOutline:
    """The topics of one page in teaching order, and where each stands."""

    def __init__(self, page: TaughtPage, words: TeachingWords) -> None:
        self.page = page
        self.by_id: Mapping[str, TaughtTopic] = {topic.id: topic for topic in page.topics}
        self._words = words
        self._place = {id: place for place, id in enumerate(self.by_id)}
        self._lineage = {topic.id: self._up_from(topic) for topic in page.topics}
        self._children: defaultdict[str | None, list[TaughtTopic]] = defaultdict(list)
        for topic in page.topics:
            self._children[next(iter(self._lineage[topic.id][1:]), None)].append(topic)

    def place(self, ends: tuple[str, str]) -> tuple[int, int]:
        """Where an edge stands in teaching order: by its dependent, then by its prerequisite; other pages' first."""
        return self._place.get(ends[1], -1), self._place.get(ends[0], -1)

    def is_before(self, one: TaughtTopic, other: TaughtTopic) -> bool:
        """Whether `one` is taught before `other`, neither being nested in the other."""
        return self._place[one.id] < self._place[other.id] and not self.are_nested(one.id, other.id)

    def are_nested(self, one: str, other: str) -> bool:
        """Whether they are the same topic, or one is inside the other at any depth."""
        return one in self._lineage.get(other, (other,)) or other in self._lineage.get(one, (one,))

    def is_required(self, topic: TaughtTopic) -> bool:
        """Whether anything may need this first: its heading has other words than motivation, practice and the like."""
        return not self._words.consists_of(self._words.never_required, topic.heading)

    def neighbours(self) -> Iterator[tuple[TaughtTopic, TaughtTopic]]:
        """Topics that follow each other under one parent; those that nobody needs first are passed over."""
        for siblings in self._children.values():
            yield from pairwise(filter(self.is_required, siblings))

    @cached_property
    def openings(self) -> Mapping[str, TaughtTopic]:
        """By subject, its first child, where that one's heading says that it opens the subject."""
        first = {topic.id: next(filter(self.is_required, self._children[topic.id]), None) for topic in self.page.topics}
        return {
            subject: child for subject, child in first.items() if child and fold(child.heading) in self._words.openings
        }

    def opening(self, subject: TaughtTopic) -> TaughtTopic:
        """What stands for the subject: its opening, or itself."""
        return self.openings.get(subject.id, subject)

    def chapter(self, id: str) -> TaughtTopic:
        """The outermost topic that this one is nested in, or itself."""
        return self.by_id[self._lineage[id][-1]]

    def later_inside(self, opening: TaughtTopic, subject: TaughtTopic) -> Iterator[TaughtTopic]:
        """What is nested in the subject, at any depth, and taught after its opening."""
        for topic in self.page.topics[self._place[subject.id] + 1 :]:
            if subject.id not in self._lineage[topic.id]:
                return
            if self.is_before(opening, topic):
                yield topic

    def nearness(self, earlier: TaughtTopic, later: TaughtTopic) -> int | None:
        """How many chapters lie from one to the other: 0 when they share one, None when more than one."""
        chapters = [self._chapter[self._lineage[topic.id][-1]] for topic in (earlier, later)]
        apart = chapters[1] - chapters[0]
        return apart if apart in (0, 1) else None

    @cached_property
    def trust(self) -> float:
        """How far teaching order can be trusted here, 0..1."""
        chapters = [fold(topic.heading) for topic in self._children[None]]
        if any(topic.lecture is not None for topic in self.page.topics):
            return TEACHES
        if self._is_titled(self._words.collections) or (
            len(chapters) >= FEWEST_SORTED and chapters == sorted(chapters)
        ):
            return IS_COLLECTION
        return TEACHES if self._is_titled(self._words.courses) else MAY_TEACH

    def _is_titled(self, words: Iterable[str]) -> bool:
        title = f" {fold(self.page.title)} "
        return any(f" {word} " in title for word in words)

    @cached_property
    def _chapter(self) -> Mapping[str, int]:
        return {topic.id: place for place, topic in enumerate(self._children[None])}

    def _up_from(self, topic: TaughtTopic) -> tuple[str, ...]:
        """The topic and all that it is nested in on this page, from the inside out."""
        found = [topic.id]
        parent = topic.parent
        while parent is not None and parent in self.by_id and parent not in found:
            found.append(parent)
            parent = self.by_id[parent].parent
        return tuple(found)
