"""Asking the index, where names leave a question open: who has its words, and who is close to it in meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest

from sqlalchemy.orm import Session

from service.catalog.wanted import EVERYTHING, Wanted
from service.errors import IndexUnavailable, Unavailable
from service.search.index.read import OpenIndex
from service.search.retrieval import Retrieval

LOOKED_AT = 30  # resources, by each of the two ways
LONGEST_EMBEDDED = 1_000  # characters: the model reads no more tokens than they make
NO_INDEX = "The search index is missing, so only names and titles were compared."
NO_VECTORS = "The resources' vectors are still being computed, so only names and words were compared."
NO_MODEL = "The model that compares meanings is missing, so only names and words were compared."


@dataclass(frozen=True)
class OpenQuestion:
    """What is asked of the index."""

    text: str
    words: tuple[str, ...]  # those that carry meaning
    wanted: Wanted  # what a resource must meet besides
    near: frozenset[int]  # resources that the graph found: how they compare is wanted, too
    most_exact: int  # how many of those that have all the words are wanted


@dataclass(frozen=True)
class Consulted:
    """What the index says. `lacking` tells in a sentence each what could not be asked."""

    exact: Sequence[int] = ()  # those that have all the words, the best first
    lexical: Mapping[int, float] = field(default_factory=dict)
    cosines: Mapping[int, float] = field(default_factory=dict)
    subjects: Mapping[str, float] = field(default_factory=dict)  # cosines with what subjects are about, by folded name
    steps: tuple[str, ...] = ()  # words, meaning
    model: str | None = None
    lacking: tuple[str, ...] = ()

    @property
    def numbers(self) -> Sequence[int]:
        """All that it knows, the most promising first."""
        by_words, by_meaning = (sorted(found, key=lambda n: -found[n]) for found in (self.lexical, self.cosines))
        return [n for n in dict.fromkeys(chain(*zip_longest(by_words, by_meaning))) if n is not None]


def consult(session: Session, retrieval: Retrieval, question: OpenQuestion) -> Consulted:
    """Ask by words, then by meaning. What is missing or damaged takes nothing from the rest."""
    try:
        index = retrieval.reader.open(session)
    except IndexUnavailable:
        return Consulted(lacking=(NO_INDEX,))
    try:
        found = _by_words(index, question)
    except IndexUnavailable as error:
        retrieval.reader.found_damaged(error)
        return Consulted(lacking=(NO_INDEX,))
    return _by_meaning(retrieval, index, question, found)


def _by_words(index: OpenIndex, question: OpenQuestion) -> Consulted:
    exact = index.words.having_all(question.words, question.wanted, question.most_exact)
    best = index.words.search(question.words, question.wanted, LOOKED_AT)
    lexical = {hit.number: hit.score for hit in best}
    others = question.near - lexical.keys()
    lexical |= {hit.number: hit.score for hit in index.words.search(question.words, EVERYTHING, len(others), others)}
    return Consulted(exact, lexical, steps=("words",))


def _by_meaning(retrieval: Retrieval, index: OpenIndex, question: OpenQuestion, found: Consulted) -> Consulted:
    try:
        vector = retrieval.embed(question.text[:LONGEST_EMBEDDED])
        subjects = retrieval.subjects_near(vector)
    except Unavailable:
        return replace(found, lacking=(NO_MODEL,))
    if retrieval.model != index.manifest.model:
        return replace(found, lacking=(NO_VECTORS,))
    nearest = dict(index.vectors.nearest(vector, LOOKED_AT, question.wanted.media_types))
    rest = index.vectors.cosines(vector, {*question.near, *found.lexical} - nearest.keys())
    cosines, steps = nearest | rest, (*found.steps, "meaning")
    return replace(found, cosines=cosines, subjects=subjects, steps=steps, model=retrieval.model)
