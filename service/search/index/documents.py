"""What the index holds of a resource: the words by which it is found, the text that is embedded, what narrows."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from service.catalog.changed import StoredResource
from service.catalog.names import fold
from service.graph import KnowledgeGraph
from service.graph.descriptions import Descriptions

TITLE_WEIGHT = 2  # times that a title's words count: they say what it is, the line around it says more


class IndexDocument(NamedTuple):
    """A resource, as it is indexed."""

    number: int
    words: str  # folded: title, line, notes, makers, host; its topics by all their names, and what they are part of
    text: str  # what its vector is of
    media_type: str
    language: str | None
    year: int | None
    is_free: bool


class Describer:
    """Makes documents of stored resources, with the topics' names as of one graph."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._graph = graph
        self._descriptions = Descriptions(graph)
        self._names: dict[str, str] = {}  # by topic; many resources share one

    def describe(self, stored: StoredResource) -> IndexDocument:
        """The document of one resource."""
        card = orjson.loads(stored.card)
        return IndexDocument(
            number=stored.number,
            words=fold(self.words(card)),
            text=self._descriptions.text(card),
            media_type=card["media_type"],
            language=card["language"],
            year=card["year"],
            is_free=card["is_free"] is True,
        )

    def words(self, card: Mapping[str, Any]) -> str:
        """All that is said of a resource, not yet folded."""
        return " ".join(self._words(card))

    def _words(self, card: Mapping[str, Any]) -> Iterable[str]:
        yield from [card["title"]] * TITLE_WEIGHT
        yield from {mention["text"]: None for mention in card["mentions"]}
        yield from card["notes"]
        yield from card["authors"]
        yield card["publisher"] or ""
        yield card["host"]
        yield from (self.names(topic["id"]) for topic in card["topics"])

    def names(self, topic_id: str) -> str:
        """All names of a topic, and the labels of what it is part of."""
        if topic_id not in self._names:
            own = (row.name for row in self._graph.names_of.get(topic_id, ()))
            self._names[topic_id] = " ".join([*own, *map(self._graph.label, self._descriptions.above(topic_id))])
        return self._names[topic_id]
