"""What the prerequisite model says of the topics of a page: one more voice beside the rules of `prerequisites`.

It looks at names and at the order of a page that teaches; not at titles, since it was calibrated on names alone.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.embeddings import Embeds
from service.catalog.names import fold
from service.catalog.prerequisites import MODEL
from service.inference.prerequisites import PrerequisiteModel
from service.inference.topic_features import TopicText, describe, words_of
from service.ingest.course import Course, Piece
from service.ingest.course_outline import MAY_TEACH, TEACHES
from service.ingest.teaching import TaughtTopic

Ends = tuple[str, str]  # ids: (prerequisite, dependent)
Rows = NDArray[np.int64]  # (m, 2)

# A topic builds directly on about one other topic of its page, so that of the n (n - 1) / 2 pairs n are prerequisites.
LARGEST_PRIOR = 0.2  # on a page of few topics
LEAST_PROBABLE = 0.1  # what nothing else speaks for, and is less probable than this, is not worth keeping
MOST_TOPICS = 2_000  # of one page; with more, the prior leaves a model alone nothing to say
ALL_PAIRS = 150  # up to so many topics each pair is judged; on larger pages near ones:
WINDOW, NEAREST = 30, 10  # those taught shortly before, and those with the nearest vectors
MOST_ALIASES = 6  # of one topic


@dataclass(frozen=True)
class Opinion:
    """The model, and where its vectors come from."""

    model: PrerequisiteModel
    embedder: Embeds

    def pieces(self, course: Course, shown: Collection[Ends]) -> Iterator[tuple[Ends, Piece]]:
        """Evidence for and against what the page shows, and for what it does not show but names tell."""
        topics = _judged(course)
        if len(topics) < 2:  # a pair
            return
        texts = [_text(course, place, topic) for place, topic in enumerate(topics)]
        described = describe(self.embedder, texts)
        pairs = _candidates(course, topics, described.vectors, shown)
        prior = min(2 / (len(topics) - 1), LARGEST_PRIOR)
        evidence = self.model.course_evidence(described, pairs)
        probable = 1 / (1 + np.exp(-(math.log(prior / (1 - prior)) + evidence)))
        ends = [(topics[a].id, topics[b].id) for a, b in pairs]
        probability = dict(zip(ends, probable.tolist(), strict=True))
        for (before, after), chance in probability.items():
            is_worth = chance >= LEAST_PROBABLE and chance > probability.get((after, before), 0.0)
            if (before, after) in shown or is_worth:
                yield (before, after), self._piece(course, (before, after), chance, prior)

    def _piece(self, course: Course, ends: Ends, chance: float, prior: float) -> Piece:
        earlier, later = (course.outline.by_id[id] for id in ends)
        detail = f"the model holds it {chance:.2f} probable that “{later.heading}” builds on “{earlier.heading}”"
        looked_at = "names and order" if course.outline.trust >= TEACHES else "names"
        detail += f", by their {looked_at} ({self.model.version})"
        return {
            "source": MODEL,
            "confidence": round(chance, 4),
            "prior": round(prior, 4),
            "detail": detail,
            "line": later.line,
        }


def _judged(course: Course) -> list[TaughtTopic]:
    """In teaching order, without what nobody needs, subjects that their opening stands for, and unreadable names."""
    outline = course.outline
    found = [t for t in outline.page.topics if outline.is_required(t) and t.id not in outline.openings]
    return [topic for topic in found if _is_readable(_label(topic))][:MOST_TOPICS]


def _is_readable(label: str) -> bool:
    """Whether the model can make anything of it: it learnt English, and knows other scripts letter by letter."""
    letters = [character for character in label if character.isalpha()]
    return sum(map(str.isascii, letters)) * 2 > len(letters)


def _label(topic: TaughtTopic) -> str:
    return next((name for name, kind in topic.names if kind == "label"), topic.heading)


def _text(course: Course, place: int, topic: TaughtTopic) -> TopicText:
    label = _label(topic)
    aliases: dict[frozenset[str], str] = {words_of(label): label}
    for name, kind in topic.names:
        if kind in ("synonym", "part") and fold(name):
            aliases.setdefault(words_of(name), name)
    position = float(place) if course.outline.trust >= TEACHES else None
    return TopicText(label, tuple(aliases.values())[1 : 1 + MOST_ALIASES], position=position)


def _candidates(
    course: Course, topics: list[TaughtTopic], vectors: NDArray[np.floating], shown: Collection[Ends]
) -> Rows:
    """(m, 2): rows of topics that may need each other; the later on the earlier alone, where order means anything."""
    rows = {topic.id: row for row, topic in enumerate(topics)}
    near = _all_pairs(len(topics)) if len(topics) <= ALL_PAIRS else _near_pairs(vectors)
    claimed = {(rows[a], rows[b]) for a, b in shown if a in rows and b in rows}
    pairs = {(a, b) for a, b in near if not course.outline.are_nested(topics[a].id, topics[b].id)}
    if course.outline.trust < MAY_TEACH:
        pairs |= {(b, a) for a, b in pairs}
    return np.array(sorted(pairs | claimed), dtype=np.int64).reshape(-1, 2)


def _all_pairs(count: int) -> set[tuple[int, int]]:
    return {(a, b) for b in range(count) for a in range(b)}


def _near_pairs(vectors: NDArray[np.floating]) -> set[tuple[int, int]]:
    """(earlier, later): near in teaching order, or among each other's nearest by their vectors."""
    count = len(vectors)
    pairs = {(a, b) for b in range(count) for a in range(max(0, b - WINDOW), b)}
    nearest = np.argpartition(-(vectors @ vectors.T), NEAREST, axis=1)[:, : NEAREST + 1]  # itself among them
    pairs |= {(min(a, b), max(a, b)) for a, row in enumerate(nearest.tolist()) for b in row if a != b}
    return pairs
