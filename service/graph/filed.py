"""What is filed under each topic, by media type: the numbers of active resources, in order of first appearance.

Most questions ask for topics and media types alone; a database would go through every row of an index for them.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

MOST_KEPT = 1_000_000  # numbers, and topics asked for, in unions that are kept until the next revision: 8 bytes each
SMALLEST = 20  # what an empty one counts as


class Filed:
    """Resources by topic and media type, as of one revision."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Rows of (topic, media type, numbers with commas between them)."""
        filed: defaultdict[str, dict[str, Sequence[int]]] = defaultdict(dict)
        for topic, media_type, numbers in rows:
            filed[topic][media_type] = array("Q", sorted(map(int, numbers.split(","))))
        self._by_topic: Mapping[str, Mapping[str, Sequence[int]]] = dict(filed)
        self.media_types = tuple(sorted({media_type for by_type in filed.values() for media_type in by_type}))
        self._unions: dict[object, Sequence[int]] = {}
        self._kept = 0

    def counts(self, topic_id: str) -> Mapping[str, int]:
        """How many resources of each media type are filed under a topic itself."""
        return {media_type: len(numbers) for media_type, numbers in self._by_topic.get(topic_id, {}).items()}

    def count(self, topic_id: str, media_type: str | None = None) -> int:
        """How many resources are filed under a topic itself, of one media type or of all."""
        by_type = self._by_topic.get(topic_id, {})
        return sum(map(len, by_type.values())) if media_type is None else len(by_type.get(media_type, ()))

    def under(self, topic_ids: tuple[str, ...], media_types: tuple[str, ...] = ()) -> Sequence[int]:
        """The numbers of all that is filed under any of the topics, ascending; of these media types, or of all."""
        if len(topic_ids) == len(media_types) == 1:
            return self._by_topic.get(topic_ids[0], {}).get(media_types[0], ())
        asked = (topic_ids, media_types)
        known = self._unions.get(asked)
        if known is None:
            several = chain.from_iterable(numbers for _, numbers in self._stretches(topic_ids, media_types))
            known = array("Q", sorted(set(several)))
            self._keep(asked, known)
        return known

    def topics_of(
        self, numbers: Sequence[int], topic_ids: Collection[str], media_types: Collection[str]
    ) -> Sequence[str]:
        """For each of a stretch of what is `under` some topics, the first of these, by id, that it is filed under."""
        if len(topic_ids) == 1:
            return [*topic_ids] * len(numbers)
        found: dict[int, str] = {}
        for topic_id, filed in self._stretches(sorted(topic_ids, reverse=True), media_types) if numbers else ():
            start = bisect_left(filed, numbers[0])
            found |= dict.fromkeys(filed[start : bisect_right(filed, numbers[-1], start)], topic_id)
        return [found[number] for number in numbers]

    def _stretches(self, topic_ids: Iterable[str], media_types: Collection[str]) -> Iterator[tuple[str, Sequence[int]]]:
        for topic_id in topic_ids:
            by_type = self._by_topic.get(topic_id, {})
            for media_type in media_types or by_type:
                if media_type in by_type:
                    yield topic_id, by_type[media_type]

    def _keep(self, asked: tuple[Sequence[str], ...], numbers: Sequence[int]) -> None:
        if self._kept > MOST_KEPT:
            self._unions, self._kept = {}, 0
        self._unions[asked] = numbers
        self._kept += len(numbers) + sum(map(len, asked)) + SMALLEST
