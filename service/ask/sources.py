"""Where claims are shown: each place is cited once, and numbered in the order in which it is first needed."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import orjson

from service.ask.library import Library
from service.ask.reply import Citation
from service.catalog import pages, topics
from service.catalog.topics import PrerequisiteRow

LONGEST_QUOTED = 300  # characters


class Sources:
    """The citations of one answer."""

    def __init__(self, library: Library, topics: Iterable[str] = ()) -> None:
        """`topics` are those asked for: where a resource is named under one of them is cited before other places."""
        self._library = library
        self._topics = frozenset(library.graph.with_narrower(topics))
        self._cited: dict[tuple[str, int, str], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All of them, by number."""
        return tuple(self._cited.values())

    def of_resource(self, card: Mapping[str, Any]) -> list[int]:
        """Where a page names a resource: the first place under a topic that is asked for, else the first."""
        visible = [mention for mention in card["mentions"] if not mention["is_hidden"]]
        visible.sort(key=lambda mention: (mention["topic"] or {}).get("id") not in self._topics)
        return [self._cite(m["page"], m["line"], card["url"], m["text"]) for m in visible[:1]]

    def of_topic(self, topic_id: str) -> list[int]:
        """Where a page has a topic's heading."""
        card = orjson.loads(topics.card(self._library.session, topic_id)[0])
        return [self._cite_page(m["page"], m["line"], m["text"]) for m in card["mentions"][:1]]

    def of_topics(self, topic_ids: Iterable[str]) -> list[int]:
        """The headings of several topics."""
        return [number for topic_id in topic_ids for number in self.of_topic(topic_id)]

    def of_edge(self, row: PrerequisiteRow) -> list[int]:
        """The surest place that shows a prerequisite; the dependent's heading where none is named."""
        placed = [evidence for evidence in row.evidence if evidence.get("page") and evidence.get("line")]
        if not placed:
            return self.of_topic(row.dependent_id)
        best: Mapping[str, Any] = max(placed, key=lambda evidence: float(str(evidence["confidence"])))
        return [self._cite_page(best["page"], best["line"], best["detail"])]

    def _cite_page(self, page: str, line: int, text: str) -> int:
        return self._cite(page, line, self._published.get(page) or self._library.page_address(page), text)

    def _cite(self, page: str, line: int, url: str, text: str) -> int:
        key = (page, line, url)
        if key not in self._cited:
            self._cited[key] = Citation(len(self._cited) + 1, page, line, url, text[:LONGEST_QUOTED])
        return self._cited[key].number

    @cached_property
    def _published(self) -> Mapping[str, str]:
        return pages.addresses(self._library.session)
