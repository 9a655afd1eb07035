"""What the prerequisite model looks at in two topics: their vectors, their words, and their order on a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog.embeddings import Embeds

Floats = NDArray[np.floating]
Pairs = NDArray[np.integer]  # (m, 2): rows of the described topics, the supposed prerequisite first

# How much the mean of the aliases, and of the titles, weighs beside the label.
ALIASES_WEIGHT, TITLES_WEIGHT = 0.5, 0.25
# Below this, nearness says little: most topics of one subject are that near.
NEAR = 0.4
# Words that say where in a course a topic stands, and not what it is.
EARLY = frozenset(
    {
        "introduction",
        "intro",
        "introductory",
        "basic",
        "basics",
        "fundamental",
        "fundamentals",
        "overview",
        "preliminary",
        "preliminaries",
        "primer",
        "elementary",
        "foundation",
        "foundations",
        "background",
        "beginner",
        "definition",
    }
)
LATE = frozenset(
    {
        "advanced",
        "variation",
        "variations",
        "variant",
        "variants",
        "extension",
        "extensions",
        "modern",
        "recent",
        "application",
        "applications",
        "higher",
    }
)
_STOP = frozenset({"of", "the", "and", "in", "for", "a", "an", "to", "with", "by", "from", "on", "via", "using"})
PAIR_FEATURES = ("cosine", "near", "words_of_a", "words_of_b", "a_within_b", "b_within_a", "later_words")


@dataclass(frozen=True)
class TopicText:
    """What is known of a topic; only the label is needed.

    `label` should stand for itself ("Logistic regression: definition", not "Definition"). `position` is its place in
    the teaching order of a page, any growing number; positions are compared only where both topics have one.
    """

    label: str
    aliases: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # of its resources
    position: float | None = None


@dataclass(frozen=True)
class DescribedTopics:
    """Topics, ready to be compared: vectors (n, 384) of length 1, labels' words, hints of level, positions."""

    vectors: Floats
    words: tuple[frozenset[str], ...]
    levels: Floats  # (n,): 1 late in a course, -1 early, 0 not said
    positions: Floats  # (n,): NaN where none is known


def describe(embedder: Embeds, topics: Sequence[TopicText]) -> DescribedTopics:
    """Embed each topic's texts and read its words."""
    words = [_words(topic.label) for topic in topics]
    return DescribedTopics(
        vectors=_vectors(embedder, topics),
        words=tuple(words_of(topic.label) for topic in topics),
        levels=np.array([bool(of_topic & LATE) - bool(of_topic & EARLY) for of_topic in words], dtype=float),
        positions=np.array([np.nan if topic.position is None else topic.position for topic in topics], dtype=float),
    )


def words_of(text: str) -> frozenset[str]:
    """The words that say what a text is about, in the singular: "The basics of neural networks" -> basic, neural..."""
    return frozenset(_singular(word) for word in _words(text) - _STOP)


def pair_features(topics: DescribedTopics, pairs: Pairs) -> Floats:
    """(m, 7) in the order of PAIR_FEATURES: what is said by both topics together, and not by one of them."""
    a, b = pairs.T
    cosine = np.einsum("ij,ij->i", topics.vectors[a], topics.vectors[b])
    overlap = np.array([_overlap(topics.words[i], topics.words[j]) for i, j in pairs]).reshape(len(pairs), 4)
    return np.column_stack([cosine, np.maximum(cosine - NEAR, 0), overlap, topics.levels[b] - topics.levels[a]])


def order_on_page(topics: DescribedTopics, pairs: Pairs) -> Floats:
    """(m,): 1 where a stands before b on the page, -1 where after, 0 where that is not known."""
    a, b = pairs.T
    signs: Floats = np.nan_to_num(np.sign(topics.positions[b] - topics.positions[a]))
    return signs


def _vectors(embedder: Embeds, topics: Sequence[TopicText]) -> Floats:
    """(n, 384), each row of length 1. Every text is embedded once."""
    texts = list(dict.fromkeys(text for topic in topics for text in (topic.label, *topic.aliases, *topic.titles)))
    vector_of = dict(zip(texts, embedder.embed(texts).astype(float), strict=True))
    rows = np.empty((len(topics), embedder.dimensions))
    for row, topic in enumerate(topics):
        rows[row] = vector_of[topic.label]
        for weight, said in ((ALIASES_WEIGHT, topic.aliases), (TITLES_WEIGHT, topic.titles)):
            if said:
                rows[row] += weight * np.mean([vector_of[text] for text in said], axis=0)
    units: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def _overlap(a: frozenset[str], b: frozenset[str]) -> tuple[float, float, float, float]:
    """Share of a's words in b, and of b's in a; whether a is a part of b ("network", "deep network"), and b of a."""
    common = len(a & b)
    return common / max(len(a), 1), common / max(len(b), 1), float(bool(a) and a < b), float(bool(b) and b < a)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _singular(word: str) -> str:
    """Without the s of a plural: "networks" -> "network", "loss" stays."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
