"""Keeping what a page shows about prerequisites, and deciding which edges are accepted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.embeddings import Embeds, Vector, embed_and_keep
from service.catalog.names import fold
from service.catalog.prerequisites import MODEL, PageTopics, replace_page_evidence
from service.catalog.vocabulary import Vocabulary
from service.errors import ModelUnavailable
from service.graph.settled import settle_all
from service.inference.judge import PrerequisiteJudge
from service.ingest.match_topics import STRONG_KINDS
from service.ingest.opinion import Opinion
from service.ingest.prerequisites import infer_prerequisites
from service.ingest.teaching import TaughtPage


@dataclass(frozen=True)
class PrerequisiteOptions:
    """How sure to be, and who is asked beside the page itself."""

    accept_confidence: float = 0.5  # inferred prerequisites at least this sure are accepted
    floor_confidence: float = 0.2  # and less sure ones are dropped
    judge: PrerequisiteJudge | None = None  # None: nobody


ASKING_NOBODY = PrerequisiteOptions()


@dataclass(frozen=True)
class Inferred:
    """What came of it: whether anything changed, and why the model was not asked, where it should have been."""

    is_changed: bool
    problem: str | None = None


def infer_and_store(
    session: Session, page: TaughtPage, vocabulary: Vocabulary, options: PrerequisiteOptions
) -> Inferred:
    """Put the page's evidence in the place of what it gave before, and settle.

    Call it when the page's topics are written. Evidence of several pages for one edge is merged; what a curator
    decided stays; the accepted edges have no cycle. Where the model cannot be asked, what it said for an edge before
    stays; what it spoke against is proposed again.
    """
    elsewhere = _stated_elsewhere(session, page)
    problem = None
    try:
        edges = infer_prerequisites(page, vocabulary, elsewhere, _opinion(session, options.judge))
    except ModelUnavailable as error:
        problem = str(error)
        edges = infer_prerequisites(page, vocabulary, elsewhere)
    unheard = MODEL if problem or options.judge is None else None
    topics = PageTopics(page.id, frozenset(topic.id for topic in page.topics), frozenset(page.dropped), unheard)
    is_changed = replace_page_evidence(session, topics, edges, options.floor_confidence)
    return Inferred(settle_all(session, options.accept_confidence) or is_changed, problem)


@dataclass(frozen=True)
class _KeptEmbedder:
    """An embedder that computes only what the catalog does not keep."""

    session: Session
    embedder: Embeds

    @property
    def version(self) -> str:
        """The embedder's."""
        return self.embedder.version

    @property
    def dimensions(self) -> int:
        """The embedder's."""
        return self.embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vector:
        """The kept vectors, and those computed now."""
        return embed_and_keep(self.session, self.embedder, texts)


def _opinion(session: Session, judge: PrerequisiteJudge | None) -> Opinion | None:
    return None if judge is None else Opinion(judge.model, _KeptEmbedder(session, judge.embedder))


def _stated_elsewhere(session: Session, page: TaughtPage) -> dict[str, str]:
    """Topics of the catalog that bear a name which the page states as a prerequisite, by that name, folded."""
    names = {fold(stated.prerequisite) for stated in page.stated}
    found = page_rows.topics_named(session, names)
    return {folded: topic_id for folded, kind, topic_id in reversed(found) if kind in STRONG_KINDS}
