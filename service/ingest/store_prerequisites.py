"""Keeping what a page shows about prerequisites, and deciding which edges are accepted."""

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.names import fold
from service.catalog.prerequisites import PageTopics, bare_rows, replace_page_evidence, write_statuses
from service.catalog.vocabulary import Vocabulary
from service.graph.acyclic import settle
from service.ingest.match_topics import STRONG_KINDS
from service.ingest.prerequisites import infer_prerequisites
from service.ingest.teaching import TaughtPage


def infer_and_store(
    session: Session, page: TaughtPage, vocabulary: Vocabulary, accept_confidence: float, floor_confidence: float
) -> bool:
    """Put the page's evidence in the place of what it gave before, and settle; tell whether anything changed.

    Call it when the page's topics are written. Evidence of several pages for one edge is merged; what a curator
    decided stays; the accepted edges have no cycle.
    """
    edges = infer_prerequisites(page, vocabulary, _stated_elsewhere(session, page))
    topics = PageTopics(page.id, frozenset([*(topic.id for topic in page.topics), *page.dropped]))
    is_changed = replace_page_evidence(session, topics, edges, floor_confidence)
    return settle_all(session, accept_confidence) or is_changed


def settle_all(session: Session, accept_confidence: float) -> bool:
    """Decide every edge's status anew, over all pages; tell whether anything changed."""
    rows = bare_rows(session)
    settled = settle(rows, accept_confidence)
    changed = {
        (after.row.prerequisite_id, after.row.dependent_id): (after.row.status, str(after.refusal or "") or None)
        for before, after in zip(rows, settled, strict=True)
        if after.row.status != before.status or after.refusal
    }
    return write_statuses(session, changed)


def _stated_elsewhere(session: Session, page: TaughtPage) -> dict[str, str]:
    """Topics of the catalog that bear a name which the page states as a prerequisite, by that name, folded."""
    names = {fold(stated.prerequisite) for stated in page.stated}
    found = page_rows.topics_named(session, names)
    return {folded: topic_id for folded, kind, topic_id in reversed(found) if kind in STRONG_KINDS}
