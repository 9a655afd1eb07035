"""Texts about resources with the names of their topics: what their vectors are of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.graph.knowledge import KnowledgeGraph


@dataclass(frozen=True)
class Descriptions:
    """Makes texts with the topics' names as of one graph."""

    graph: KnowledgeGraph
    _paths: dict[str, str] = field(default_factory=dict)  # by topic; many resources share one

    def text(self, card: Mapping[str, Any]) -> str:
        """A resource in a few words: its title, its topics and what these are part of, the notes on it."""
        paths = (self.path(topic["id"]) for topic in card["topics"])
        return ". ".join(part for part in (card["title"], *paths, *card["notes"]) if part)

    def path(self, topic_id: str) -> str:
        """A topic for a reader: its names but for typos, then what it is part of."""
        if topic_id not in self._paths:
            labels = self.graph.labels(topic_id) if topic_id in self.graph.topics else ()
            self._paths[topic_id] = ", ".join([*labels, *map(self.graph.label, self.above(topic_id))])
        return self._paths[topic_id]

    def above(self, topic_id: str) -> Iterable[str]:
        """What the topic is nested in, the nearest first."""
        above: dict[str, None] = {}
        waiting = [topic_id] if topic_id in self.graph.topics else []
        while waiting:
            broader = [one for one in self.graph.broader(waiting.pop(0)) if one not in above]
            above |= dict.fromkeys(broader)
            waiting += broader
        return above
