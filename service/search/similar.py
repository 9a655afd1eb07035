"""Why a resource is close to a question that does not name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from service.catalog.matches import Match
from service.graph import KnowledgeGraph
from service.search import wording
from service.search.index.documents import Describer
from service.search.index.stems import stems

CLOSE = 0.35  # cosine: from here on, people see that two texts are about the same
WORDS_OF_A_TEXT = 2_000


@dataclass(frozen=True)
class Similarity:
    """Gives reasons for the resources that the index found for one question."""

    graph: KnowledgeGraph
    words: Sequence[str]  # of the question
    cosines: Mapping[int, float]  # by resource, where there is a model

    def why(self, match: Match) -> str:
        """Where it is filed, which words its text has: “filed under GAN; its text has “fakes”; close in meaning …”."""
        card = orjson.loads(match.card)
        topics = wording.all_of(topic["label"] for topic in card["topics"])
        shared = self._shared(card)
        cosine = self.cosines.get(match.number, 0.0)
        reasons = (
            f"filed under {topics}" if topics else "",
            f"its text has {wording.listed(shared)}" if shared else "",
            "close in meaning to the question" if cosine >= CLOSE or not shared else "",
        )
        return "; ".join(filter(None, reasons))

    def _shared(self, card: Mapping[str, Any]) -> list[str]:
        there = set(stems([self._describer.words(card)], WORDS_OF_A_TEXT))
        return [word for word, own in self._stems.items() if not there.isdisjoint(own)]

    @cached_property
    def _describer(self) -> Describer:
        return Describer(self.graph)

    @cached_property
    def _stems(self) -> Mapping[str, Sequence[str]]:
        return {word: stems([word]) for word in self.words}
