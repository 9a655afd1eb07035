"""Why a resource is close to a question that does not name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from service.catalog.changed import StoredResource
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
        topics = wording.all_of(topic["label"] for topic in orjson.loads(match.card)["topics"])
        shared = self._shared(match)
        cosine = self.cosines.get(match.number, 0.0)
        reasons = (
            f"filed under {topics}" if topics else "",
            f"its text has {wording.listed(shared)}" if shared else "",
            "close in meaning to the question" if cosine >= CLOSE or not shared else "",
        )
        return "; ".join(filter(None, reasons))

    def _shared(self, match: Match) -> list[str]:
        document = Describer(self.graph).describe(StoredResource(match.number, "active", match.card))
        there = set(stems([document.words], WORDS_OF_A_TEXT))
        return [word for word in self.words if there.intersection(stems([word]))]
