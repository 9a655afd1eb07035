"""Why a resource is recommended, as it counts: ready or not, the goal, what one liked, what others did."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass

from service.catalog.embeddings import Vector
from service.catalog.events import LIKED_FROM
from service.graph import KnowledgeGraph
from service.recommend.candidates import Candidate, wishes_met
from service.recommend.learner import Card, Learner
from service.recommend.signals import Crowd

ALIKE = 0.5  # the cosine from which two of MiniLM's texts are about the same thing
MOST_NAMED = 3  # topics in one sentence: of what is known the furthest on, of what is lacking the first

_SIGNALS = {"graph": "the graph", "meaning": "meaning", "learners": "what learners did"}


@dataclass(frozen=True)
class Explainer:
    """What the reasons of one answer are made of."""

    graph: KnowledgeGraph
    learner: Learner
    learnt: Set[str]
    liked: Mapping[str, Card]  # by id
    vectors: Mapping[str, Vector]  # by resource id
    crowd: Crowd

    def why(self, one: Candidate) -> str:
        """In a few sentences."""
        sentences = (self._readiness(one), self._goal(one), self._meaning(one), self._others(one), self._wishes(one))
        return " ".join(sentence for sentence in sentences if sentence)

    def _readiness(self, one: Candidate) -> str:
        topic = self._label(one.topic)
        if one.lacking:
            needs = _joined([" or ".join(map(self._label, group)) for group in one.lacking[:MOST_NAMED]])
            return f"For later: {topic} needs {needs} first."
        bases = sorted(self.learnt & set(self.graph.accepted_into.get(one.topic, ())), key=self.graph.order.__getitem__)
        if bases:
            known = _joined(map(self._label, bases[-MOST_NAMED:]))
            return f"Ready to learn: {topic} builds on {known}, which you know."
        return f"A place to begin: {topic} needs nothing else first."

    def _goal(self, one: Candidate) -> str:
        if one.topic in self.learner.goals:
            return "This is your goal."
        ahead = [goal for goal in self.learner.goals if goal not in self.learnt]
        return f"It is on the way to {_joined(map(self._label, ahead))}." if ahead else ""

    def _meaning(self, one: Candidate) -> str:
        vector = self.vectors.get(one.id)
        compared = [id for id in self.liked if id in self.vectors] if vector is not None else []
        if vector is None or not compared:
            return ""
        nearest = max(compared, key=lambda id: float(self.vectors[id] @ vector))
        if float(self.vectors[nearest] @ vector) < ALIKE:
            return ""
        did = "finished or liked" if nearest in self.learner.completed else "looked at"
        return f"Close in meaning to “{self.liked[nearest]['title']}”, which you {did}."

    def _others(self, one: Candidate) -> str:
        shared, opinion = self.crowd.shared.get(one.id), self.crowd.opinions.get(one.id)
        if shared:
            return f"{shared} learners who finished what you did finished it too."
        if opinion and opinion.mean_rating is not None and opinion.mean_rating >= LIKED_FROM:
            return f"Rated {opinion.mean_rating:.1f} of 5 by {opinion.ratings}."
        return ""

    def _wishes(self, one: Candidate) -> str:
        met = [name for name, is_met in wishes_met(one.card, self.learner.prefer).items() if is_met]
        return f"As you prefer: {_joined(met)}." if met else ""

    def _label(self, topic: str) -> str:
        return f"“{self.graph.label(topic)}”"


def message(has_items: bool, learner: Learner, used: Collection[str], vectors: Collection[str]) -> str:
    """What the answer rests on, and what it does not; `vectors` are the resources whose vectors are kept."""
    if not has_items:
        return "There is nothing left to recommend: every resource in reach is known, seen or disliked."
    sentences = [f"Ranked by {_joined(_SIGNALS[name] for name in used)}."]
    if learner.is_new:
        sentences.insert(0, "Nothing is known of this learner yet: these are places to begin.")
    if not vectors:
        sentences.append("No vectors of these resources are kept, so their meaning did not count.")
    return " ".join(sentences)


def _joined(names: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = list(names)
    return f"{', '.join(first)} and {last}" if first else last
