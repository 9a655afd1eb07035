"""Topics that a question describes without naming them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from service.catalog.matches import Match
from service.catalog.wanted import Wanted
from service.graph import KnowledgeGraph
from service.search.look_up import matching

NEAR = 0.45  # cosine: from here on, a question and a description are mostly about the same
MOST_TOPICS = 2  # whose resources are looked at
MOST_OF_EACH = 8  # resources


@dataclass(frozen=True)
class Described:
    """How near a question is to what topics are about."""

    graph: KnowledgeGraph
    topics: Mapping[str, float]  # cosines, for topics whose subject is described
    _known: dict[str, float] = field(default_factory=dict, repr=False)

    def nearness(self, topic_id: str) -> float:
        """Of a topic, 0..1; one whose own subject is not described counts as what it is part of."""
        if topic_id not in self._known:
            own = self.topics.get(topic_id)
            broader = () if own is not None or topic_id not in self.graph.topics else self.graph.broader(topic_id)
            self._known[topic_id] = max(own or 0.0, *map(self.nearness, broader), 0.0)
        return self._known[topic_id]

    def speaker(self, topic_id: str) -> str:
        """The topic whose description speaks for this one: itself, or what it is part of."""
        if topic_id in self.topics or self.nearness(topic_id) < NEAR:
            return topic_id
        return self.speaker(max(self.graph.broader(topic_id), key=self.nearness))

    def resources(self, session: Session, wanted: Wanted) -> Sequence[Match]:
        """What is filed under the topics that the question is near to, and meets all that it asks besides."""
        near = [topic for topic, cosine in self.topics.items() if cosine >= NEAR]
        nearest = sorted(near, key=self.topics.__getitem__, reverse=True)
        under = (wanted._replace(topics=(self.graph.with_narrower([topic]),)) for topic in nearest[:MOST_TOPICS])
        return [match for one in under for match in matching(session, self.graph, one, 0, MOST_OF_EACH)]


def described(graph: KnowledgeGraph, subjects: Mapping[str, float]) -> Described:
    """The topics that bear the subjects' names; `subjects` are cosines by folded name."""
    topics: dict[str, float] = {}
    for subject, cosine in subjects.items():
        for row in graph.names.get(subject, ()):
            topics[row.topic_id] = max(topics.get(row.topic_id, 0.0), cosine)
    return Described(graph, topics)
