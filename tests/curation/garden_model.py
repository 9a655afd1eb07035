"""What must be true of a garden that curators edit, in plain Python: no database, no folding, only the promises."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Edition = Mapping[str, tuple[tuple[str, str], ...]]  # topic -> (resource, title) of each link under it


@dataclass
class Thing:
    """A topic or a resource: what a curator decided, and which one it was merged into."""

    decided: dict[str, Any] = field(default_factory=dict)
    merged_into: str | None = None
    last_title: str = ""  # what pages said while they named it
    last_label: str = ""  # what it was called last, by whomever


@dataclass
class Garden:
    """Curators' words outrank pages' field by field; ids are for ever; a merged one leads to its survivor."""

    page: Edition = field(default_factory=dict)
    topics: dict[str, Thing] = field(default_factory=dict)
    resources: dict[str, Thing] = field(default_factory=dict)
    edges: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, page: Edition) -> None:
        self.page = page
        for topic, links in page.items():
            self.topics.setdefault(topic, Thing())
            for resource, _ in links:
                self.resources.setdefault(resource, Thing())
        for id, thing in self.resources.items():
            if titles := self._page_titles(id):
                thing.last_title = titles[0]
        self.remember_labels()

    def remember_labels(self) -> None:
        for id, thing in self.topics.items():
            thing.last_label = self.label(id)

    def copy(self) -> "Garden":
        return deepcopy(self)

    def survivor(self, things: Mapping[str, Thing], id: str) -> str:
        while (into := things[id].merged_into) is not None:
            id = into
        return id

    def title(self, id: str) -> str:
        return str(self.resources[id].decided.get("title") or self.resources[id].last_title)

    def resource_status(self, id: str) -> str:
        return _status(self.resources[id], self._page_titles(id))

    def topic_status(self, id: str) -> str:
        return _status(self.topics[id], self._headings(id))

    def label(self, id: str) -> str:
        """Its curator's, or its first heading's; one that has neither keeps its last one."""
        by_page = next(map(str.capitalize, self._headings(id)), None)
        return str(self.topics[id].decided.get("label") or by_page or self.topics[id].last_label)

    def shown_topics(self, id: str) -> list[str]:
        """The active topics that a resource is filed under, by its curator or else by the page."""
        by_page = [self.survivor(self.topics, topic) for topic, _ in self._mentions(id)]
        filed = self.resources[id].decided.get("topics", by_page)
        return [topic for topic in dict.fromkeys(filed) if self.topic_status(topic) == "active"]

    def merge_resource(self, id: str, into: str) -> None:
        self.resources[id].merged_into = into
        if titles := self._page_titles(into):
            self.resources[into].last_title = titles[0]

    def merge_topic(self, id: str, into: str, shown: str) -> None:
        """What was filed under the one, by whomever, is filed under the other, which keeps the name it showed."""
        self.topics[into].decided["label"] = shown
        self.topics[id].merged_into = into
        for thing in self.resources.values():
            if "topics" in thing.decided:
                thing.decided["topics"] = list(dict.fromkeys(into if t == id else t for t in thing.decided["topics"]))
        moved = {edge: status for edge, status in self.edges.items() if id in edge}
        self.edges = {edge: status for edge, status in self.edges.items() if id not in edge}
        self.remember_labels()
        for (one, other), status in moved.items():
            edge = (into if one == id else one, into if other == id else other)
            if edge[0] != edge[1]:
                self.edges.setdefault(edge, status)

    def closes_a_cycle(self, edge: tuple[str, str]) -> bool:
        return has_cycle([*(known for known, status in self.edges.items() if status == "accepted"), edge])

    def is_on_page(self, id: str) -> bool:
        return bool(self._headings(id))

    def _headings(self, id: str) -> list[str]:
        return [own for own in self.page if self.survivor(self.topics, own) == id]

    def _mentions(self, id: str) -> list[tuple[str, str]]:
        """(topic, title) of each link on the page that is this resource, or was merged into it."""
        links = [(topic, *link) for topic, under in self.page.items() for link in under]
        return [(topic, title) for topic, own, title in links if self.survivor(self.resources, own) == id]

    def _page_titles(self, id: str) -> list[str]:
        return [title for _, title in self._mentions(id)]


def _status(thing: Thing, on_page: Iterable[object]) -> str:
    if thing.merged_into:
        return "merged"
    return str(thing.decided.get("status") or ("active" if list(on_page) else "gone"))


def has_cycle(edges: Iterable[tuple[str, str]]) -> bool:
    """Whether these arrows lead back to where one of them starts."""
    left = set(edges)
    while free := {edge for edge in left if edge[0] not in {end for _, end in left}}:
        left -= free
    return bool(left)
