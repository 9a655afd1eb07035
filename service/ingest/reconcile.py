"""A parsed page becomes catalog rows, in the caller's transaction: the caller commits, or rolls back a dry run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.vocabulary import Vocabulary
from service.errors import TooManyRemovals
from service.ingest.edition import Edition, compare
from service.ingest.page import Page
from service.ingest.propose import propose
from service.ingest.report import Change, IngestReport
from service.ingest.write import write_edition


@dataclass(frozen=True)
class IngestOptions:
    """Who ingests, and the bounds to keep."""

    actor: str = "cli"
    max_removed_percent: float = 30.0
    confirm_removals: bool = False
    accept_confidence: float = 0.5  # inferred prerequisites at least this sure are accepted
    floor_confidence: float = 0.2  # and less sure ones are dropped


def reconcile(session: Session, page: Page, vocabulary: Vocabulary, options: IngestOptions) -> IngestReport:
    """Bring the catalog in line with this edition of the page; the same edition again changes nothing.

    Raises TooManyRemovals, before anything is written, when it would drop more of the page's resources than the bound.
    """
    revisions.lock(session)
    edition = compare(session, page, vocabulary)
    _refuse_many_removals(edition, options)
    topic_changes = edition.topic_changes()
    is_changed = write_edition(session, edition)
    is_changed |= propose(session, edition)
    if is_changed:
        _advance(session, edition, topic_changes, options.actor)
    return _report(session, edition, topic_changes, is_changed)


def _refuse_many_removals(edition: Edition, options: IngestOptions) -> None:
    removed, total = edition.removed_resources()
    if removed * 100 > total * options.max_removed_percent and not options.confirm_removals:
        raise TooManyRemovals(edition.page.name, removed, total)


def _advance(session: Session, edition: Edition, topic_changes: Sequence[Change], actor: str) -> None:
    counts = {
        "resources": dict(Counter(pair.change.change for pair in edition.pairs)),
        "topics": dict(Counter(change.change for change in topic_changes)),
    }
    revisions.advance(session, actor, "ingest", f"page:{edition.page.name}", {"sha256": edition.sha256, **counts})


def _report(session: Session, edition: Edition, topic_changes: Sequence[Change], is_changed: bool) -> IngestReport:
    page = edition.page
    return IngestReport(
        page=page.name,
        title=page.title,
        revision=revisions.current(session),
        is_changed=is_changed,
        topics=topic_changes,
        resources=[pair.change for pair in edition.pairs],
        warnings=page.warnings,
    )
